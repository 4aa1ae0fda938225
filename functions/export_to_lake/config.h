// The settings of export_to_lake, one environment variable each:
//   LAKE_URI    s3://bucket/prefix/; may hold {table}, so that tables never mix; required
//   LAKE_DT     the partition (dt=…) that is written to; default 00000000
//   TABLE_ARN   the tables whose exports are taken; empty: all
//   LINE_NAMES, LINE_SHAPE, LINE_NUMBERS, LINE_METADATA, METADATA_PREFIX    (line_settings.h)
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/environment.h"
#include "common/dynamodb/line_settings.h"
#include "common/lake/lake_layout.h"

namespace export_to_lake {

struct Config {
    std::string lake_uri;  // a template
    std::string lake_dt;
    std::vector<std::string> table_arns;
    dynamodb::LineSettings line;
};

// Faults go to the reader.
Config read_config(base::SettingsReader& settings);

// Where a table's exports go.
lake::LakePlace place_of(const Config& config, std::string_view table_name);

}  // namespace export_to_lake
