// A DynamoDB table's ARN: arn:aws:dynamodb:us-east-1:123456789012:table/orders.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"

namespace table_export {

struct TableArn {
    std::string text;  // the whole ARN
    std::string partition;
    std::string region;
    std::string account_id;
    std::string table_name;
};

// Kind data_invalid, with what is wrong: the partition (aws, aws-cn, aws-us-gov), the region or
// that it is of another partition, the account, the table's name (3 to 255 of a-z A-Z 0-9 _ - .),
// or the form itself.
base::Result<TableArn> parse_table_arn(std::string_view text);

}  // namespace table_export
