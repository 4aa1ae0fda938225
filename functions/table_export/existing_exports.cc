#include "functions/table_export/existing_exports.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

namespace table_export {
namespace {

// An export of a slot begins after it. The margin is for a clock that is wrong.
constexpr base::EpochMs kStartMarginMs = 60 * 60 * 1'000;
// Exports to other destinations are described in vain; so many older ones are looked at.
constexpr std::size_t kOlderDescribedMax = 50;
constexpr std::size_t kHintDigits = 14;

struct Listed {
    std::string export_arn;
    std::optional<base::EpochMs> started_hint_ms;
};

// Newest first; those without a hint before all others, as nothing rules them out.
bool comes_before(const Listed& left, const Listed& right) {
    if (!left.started_hint_ms || !right.started_hint_ms) {
        return !left.started_hint_ms && right.started_hint_ms;
    }
    return *left.started_hint_ms > *right.started_hint_ms;
}

bool is_newer(const aws::ExportDescription& left, const aws::ExportDescription& right) {
    return left.start_time_ms > right.start_time_ms;
}

// Keeps the order of equals.
template <typename T, typename Before>
void insert_in_order(std::vector<T>& sorted, T element, Before before) {
    const auto place = std::upper_bound(sorted.begin(), sorted.end(), element, before);
    sorted.insert(place, std::move(element));
}

std::vector<Listed> in_order(const std::vector<aws::ExportSummary>& summaries) {
    std::vector<Listed> listed;
    listed.reserve(summaries.size());
    for (const aws::ExportSummary& summary : summaries) {
        insert_in_order(listed, {summary.export_arn, started_hint_ms(summary.export_arn)},
                        comes_before);
    }
    return listed;
}

bool is_to(const Destination& destination, const aws::ExportDescription& description) {
    return description.s3_bucket == destination.bucket &&
           trim_slashes(description.s3_prefix) == destination.prefix &&
           description.export_format == aws::api_name(destination.format);
}

}  // namespace

std::optional<base::EpochMs> started_hint_ms(std::string_view export_arn) {
    const std::string id(export_arn.substr(export_arn.rfind('/') + 1));
    if (id.size() <= kHintDigits || id[kHintDigits] != '-') return std::nullopt;
    base::EpochMs time_ms = 0;
    const char* end = id.data() + kHintDigits;
    const auto [stop, error] = std::from_chars(id.data(), end, time_ms);
    if (error != std::errc() || stop != end || time_ms <= 0) return std::nullopt;
    return time_ms;
}

base::Result<std::vector<aws::ExportDescription>> find_existing_exports(
    aws::DynamoDbClient& dynamodb, const TableArn& table, const Destination& destination,
    base::EpochMs slot_ms, base::Deadline deadline) {
    auto summaries = dynamodb.list_exports(table.text, deadline);
    if (!summaries) return std::move(summaries).error();

    std::vector<aws::ExportDescription> found;
    std::size_t older_described = 0;
    for (const Listed& listed : in_order(*summaries)) {
        const bool may_be_of_slot =
            !listed.started_hint_ms || *listed.started_hint_ms >= slot_ms - kStartMarginMs;
        if (!may_be_of_slot) {
            if (found.size() >= kEarlierExportsMax || older_described == kOlderDescribedMax) break;
            ++older_described;
        }
        auto description = dynamodb.describe_export(listed.export_arn, deadline);
        if (!description) {
            if (description.error().code == "ExportNotFoundException") continue;
            return std::move(description).error();
        }
        if (is_to(destination, *description))
            insert_in_order(found, *std::move(description), is_newer);
    }
    return found;
}

}  // namespace table_export
