// What DynamoDB knows of a table's earlier exports: the only state that table_export has.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/aws/dynamodb_client.h"
#include "common/base/clock.h"
#include "common/base/deadline.h"
#include "common/base/result.h"
#include "functions/table_export/config.h"

namespace table_export {

// At most so many earlier exports of a table are reported, and those that failed and are missing.
inline constexpr std::size_t kEarlierExportsMax = 10;

// When an export began, as its ARN tells: …/export/01695353076000-a1b2c3d4 begins with the time in
// milliseconds. Nothing where the ARN has another form. The form is not promised, so it decides
// only how many exports are described, never what an export is.
std::optional<base::EpochMs> started_hint_ms(std::string_view export_arn);

struct History {
    // The exports to one destination (bucket, prefix and format are the same; those that a filter
    // cut down do not count), newest first.
    std::vector<aws::ExportDescription> exports;
    // Every export that can hold anything after this moment is among them. What was before it may
    // have been exported all the same: the service forgets exports after 90 days.
    base::EpochMs known_from_ms = 0;
};

// Reads the list of a table's exports and describes those that matter. COMPLETED and FAILED ones
// are described once: they never change, and are kept for the next reading.
class ExportReader {
  public:
    // `dynamodb` outlives it.
    explicit ExportReader(aws::DynamoDbClient& dynamodb) : dynamodb_(dynamodb) {}

    // For a full export: all that can have been started for `slot_ms`, and of the older ones the
    // newest, up to kEarlierExportsMax in all. known_from_ms means nothing here.
    base::Result<History> read_for_slot(const TableArn& table, const Destination& destination,
                                        base::EpochMs slot_ms, base::Deadline deadline);

    // For a chain of increments: as far back as there are exports to chain from and damage that
    // nothing newer makes good: to the newest full export, and 36 days at least (point-in-time
    // recovery reaches back 35); without a full export, all that is listed. `now_ms` is the
    // service's time, to some minutes.
    //
    // Errors of both are those of ListExports and DescribeExport; an export that expired in between
    // is left out.
    base::Result<History> read_for_chain(const TableArn& table, const Destination& destination,
                                         base::EpochMs now_ms, base::Deadline deadline);

  private:
    struct Listed {
        std::string export_arn;
        std::optional<base::EpochMs> started_hint_ms;
    };
    static bool comes_before(const Listed& left, const Listed& right);

    // Newest first.
    base::Result<std::vector<Listed>> list(const TableArn& table, base::Deadline deadline);
    // Nothing where the export has expired.
    base::Result<std::optional<aws::ExportDescription>> describe(const std::string& export_arn,
                                                                 base::Deadline deadline);

    aws::DynamoDbClient& dynamodb_;
    std::map<std::string, aws::ExportDescription, std::less<>> finished_;  // by ARN
};

}  // namespace table_export
