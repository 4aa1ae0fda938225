// The settings of firehose_transform, one environment variable each:
//   OUTPUT               line (default), iceberg
//   ICEBERG_DATABASE, ICEBERG_TABLE   templates with {table}; required for iceberg
//   EVENT_NAMES, TTL_DELETES          what is kept; the rest is Dropped (change_filter.h)
//   PARTITION_KEYS       subset of table,dt,hour; default table,dt
//   TIMESTAMP_ATTRIBUTE  the attribute (epoch milliseconds) that date, hour and minute come from
//   TABLE_NAME           the table of records that do not name theirs
//   LINE_NAMES, LINE_SHAPE, LINE_NUMBERS, LINE_METADATA, METADATA_PREFIX    (line_settings.h)
#pragma once

#include <string>
#include <string_view>

#include "common/base/environment.h"
#include "common/dynamodb/change_filter.h"
#include "common/dynamodb/line_settings.h"

namespace firehose_transform {

// line: the change line, with partition keys. iceberg: a row, with the table and operation that
// Firehose routes it by.
enum class Output { line, iceberg };

struct PartitionKeys {
    bool table = true;
    bool dt = true;
    bool hour = false;
};

struct Config {
    Output output = Output::line;
    std::string iceberg_database;  // templates
    std::string iceberg_table;
    dynamodb::ChangeFilter filter;
    PartitionKeys partition_keys;
    std::string timestamp_attribute;
    std::string table_name;
    dynamodb::LineSettings line;
};

// Faults go to the reader. Iceberg rows have metadata members only where LINE_METADATA is set.
Config read_config(base::SettingsReader& settings);

}  // namespace firehose_transform
