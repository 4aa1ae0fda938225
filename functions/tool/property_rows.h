// The rows of a DESC statement's answer, whoever printed it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace tool {

struct PropertyRow {
    std::string property;
    std::string value;
};

// Each row's columns `property` and `property_value`, of
//   [{"property":"ENABLED","property_value":"true",…},…]           snow sql --format json
//   [[{"status":"…"}],[{"property":"ENABLED",…},…]]                the same of several statements
//   {"resultSetMetaData":{"rowType":[{"name":"property"},…]},"data":[["ENABLED",…],…]}   SQL API
//   "property","property_type",…                                   CSV, its header first
//   | property | property_type | … |                               a table; other lines are passed
//                                                                  over, and a row whose first cell
//                                                                  is empty goes on with the last
//                                                                  one
// Empty where there are no such columns. Kind data_invalid for JSON or CSV that is broken.
base::Result<std::vector<PropertyRow>> read_property_rows(std::string_view text);

}  // namespace tool
