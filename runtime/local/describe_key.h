// The key of a table, as AWS knows it.
#pragma once

#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/environment.h"
#include "common/base/result.h"

namespace local {

// The names of the key attributes of the table of this ARN, the partition key's first; asked in the
// ARN's region with the credentials and endpoints of the environment.
base::Result<std::vector<std::string>> describe_key(const std::string& table_arn,
                                                    const base::Environment& environment,
                                                    base::Clock& clock);

}  // namespace local
