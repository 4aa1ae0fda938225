// The settings of stream_to_s3, one environment variable each:
//   LAKE_URI                 s3://bucket/prefix/; may hold {table}; required
//   S3_FORMAT                json (default): gzipped lines; csv
//   CSV_COLUMNS              the attributes and metadata members of a row, in order; for csv,
//   required CSV_HEADER               true (default), false: whether an object begins with the
//   names EVENT_NAMES, TTL_DELETES                      what is passed on (change_filter.h)
//   LINE_NAMES, LINE_SHAPE, LINE_NUMBERS, LINE_METADATA, METADATA_PREFIX    (line_settings.h)
// A row of csv is taken from the flat line: S3_FORMAT=csv with LINE_SHAPE=envelope is a fault.
#pragma once

#include <string>
#include <vector>

#include "common/base/environment.h"
#include "common/dynamodb/change_filter.h"
#include "common/dynamodb/line_settings.h"

namespace stream_to_s3 {

enum class Format { json, csv };
enum class CsvHeader { absent, present };

struct Config {
    std::string lake_uri;  // a template
    Format format = Format::json;
    std::vector<std::string> csv_columns;
    CsvHeader csv_header = CsvHeader::present;
    dynamodb::ChangeFilter filter;
    dynamodb::LineSettings line;
};

// Faults go to the reader.
Config read_config(base::SettingsReader& settings);

}  // namespace stream_to_s3
