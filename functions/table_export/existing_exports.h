// What DynamoDB knows of a table's earlier exports: the only state that table_export has.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "common/aws/dynamodb_client.h"
#include "common/base/clock.h"
#include "common/base/deadline.h"
#include "common/base/result.h"
#include "functions/table_export/config.h"

namespace table_export {

// At most so many earlier exports of a table are looked for and reported.
inline constexpr std::size_t kEarlierExportsMax = 10;

// When an export began, as its ARN tells: …/export/01695353076000-a1b2c3d4 begins with the time in
// milliseconds. Nothing where the ARN has another form. The form is not promised, so it decides
// only how many exports are described, never what an export is.
std::optional<base::EpochMs> started_hint_ms(std::string_view export_arn);

// The table's exports to `destination` (bucket, prefix and format are the same), newest first: all
// that can have been started for `slot_ms`, and of the older ones the newest, up to
// kEarlierExportsMax in all. Errors are those of ListExports and DescribeExport; an export that
// expired in between is left out.
base::Result<std::vector<aws::ExportDescription>> find_existing_exports(
    aws::DynamoDbClient& dynamodb, const TableArn& table, const Destination& destination,
    base::EpochMs slot_ms, base::Deadline deadline);

}  // namespace table_export
