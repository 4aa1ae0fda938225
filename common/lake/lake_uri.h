// LAKE_URI, where a function's lake is: s3://bucket/prefix/, which may hold {table}, so that tables
// never mix.
#pragma once

#include <string>
#include <string_view>

#include "common/base/environment.h"
#include "common/lake/object_uri.h"

namespace lake {

// The template as it stands. Faults go to the reader: it is required, and of S3.
std::string read_lake_uri(base::SettingsReader& settings);

// The folder of one table, of a template that read_lake_uri() found no fault in.
ObjectUri lake_folder(std::string_view lake_uri, std::string_view table_name);

}  // namespace lake
