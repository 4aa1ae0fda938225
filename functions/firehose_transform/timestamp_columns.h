// The columns date, hour and minute (UTC) of an attribute that holds epoch milliseconds.
#pragma once

#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/dynamodb/change_line.h"

namespace firehose_transform {

// `image` is a map of attribute values. None where it has no such attribute, or a NULL. Kind
// data_invalid where the attribute is no number of milliseconds in the years 1 to 9999.
base::Result<std::vector<dynamodb::LineColumn>> timestamp_columns(std::string_view image,
                                                                  std::string_view attribute);

}  // namespace firehose_transform
