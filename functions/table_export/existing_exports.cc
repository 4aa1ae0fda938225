#include "functions/table_export/existing_exports.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

namespace table_export {
namespace {

// An export of a slot begins after it. The margin is for a clock that is wrong.
constexpr base::EpochMs kStartMarginMs = 60 * 60 * 1'000;
// Exports to other destinations are described in vain; so many older ones are looked at.
constexpr std::size_t kOlderDescribedMax = 50;
constexpr std::size_t kHintDigits = 14;
constexpr base::EpochMs kDayMs = 24 * 60 * 60 * 1'000;
// The recovery period is 35 days at most, and exports are listed for 90: a day less and two less,
// so that neither edge decides anything.
constexpr base::EpochMs kRecoveryMs = 36 * kDayMs;
constexpr base::EpochMs kListedMs = 88 * kDayMs;

bool is_newer(const aws::ExportDescription& left, const aws::ExportDescription& right) {
    return left.start_time_ms > right.start_time_ms;
}

// Keeps the order of equals.
template <typename T, typename Before>
void insert_in_order(std::vector<T>& sorted, T element, Before before) {
    const auto place = std::upper_bound(sorted.begin(), sorted.end(), element, before);
    sorted.insert(place, std::move(element));
}

bool is_to(const Destination& destination, const aws::ExportDescription& description) {
    return description.s3_bucket == destination.bucket &&
           trim_slashes(description.s3_prefix) == destination.prefix &&
           description.export_format == aws::api_name(destination.format) && !description.filtered;
}

// Whether the ARN told when the export began, or its form means something else by now.
bool is_as_hinted(std::optional<base::EpochMs> hint_ms, const aws::ExportDescription& description) {
    if (!hint_ms || !description.start_time_ms) return true;
    return std::abs(*hint_ms - *description.start_time_ms) <= kStartMarginMs;
}

// The time of a full export that holds the table or is about to.
std::optional<base::EpochMs> base_time_of(const aws::ExportDescription& description) {
    if (description.type != aws::ExportType::full_export ||
        description.status == aws::ExportStatus::failed) {
        return std::nullopt;
    }
    return description.export_time_ms;
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

// Those without a hint before all others, as nothing rules them out.
bool ExportReader::comes_before(const Listed& left, const Listed& right) {
    if (!left.started_hint_ms || !right.started_hint_ms) {
        return !left.started_hint_ms && right.started_hint_ms;
    }
    return *left.started_hint_ms > *right.started_hint_ms;
}

base::Result<std::vector<ExportReader::Listed>> ExportReader::list(const TableArn& table,
                                                                   base::Deadline deadline) {
    auto summaries = dynamodb_.list_exports(table.text, deadline);
    if (!summaries) return std::move(summaries).error();
    std::vector<Listed> listed;
    std::set<std::string_view> export_arns;
    listed.reserve(summaries->size());
    for (const aws::ExportSummary& summary : *summaries) {
        export_arns.insert(summary.export_arn);
        insert_in_order(listed, {summary.export_arn, started_hint_ms(summary.export_arn)},
                        comes_before);
    }
    const std::string prefix = table.text + "/export/";
    std::erase_if(finished_, [&](const auto& kept) {
        return kept.first.starts_with(prefix) && export_arns.count(kept.first) == 0;
    });
    return listed;
}

base::Result<std::optional<aws::ExportDescription>> ExportReader::describe(
    const std::string& export_arn, base::Deadline deadline) {
    using Found = std::optional<aws::ExportDescription>;
    if (const auto kept = finished_.find(export_arn); kept != finished_.end()) {
        return Found(kept->second);
    }
    auto description = dynamodb_.describe_export(export_arn, deadline);
    if (!description) {
        if (description.error().code == "ExportNotFoundException") return Found();
        return std::move(description).error();
    }
    if (description->status != aws::ExportStatus::in_progress) {
        finished_.emplace(export_arn, *description);
    }
    return Found(*std::move(description));
}

base::Result<History> ExportReader::read_for_slot(const TableArn& table,
                                                  const Destination& destination,
                                                  base::EpochMs slot_ms, base::Deadline deadline) {
    auto listed = list(table, deadline);
    if (!listed) return std::move(listed).error();
    History history;
    std::size_t older_described = 0;
    for (const Listed& each : *listed) {
        const bool may_be_of_slot =
            !each.started_hint_ms || *each.started_hint_ms >= slot_ms - kStartMarginMs;
        if (!may_be_of_slot) {
            if (history.exports.size() >= kEarlierExportsMax) break;
            if (older_described == kOlderDescribedMax) break;
            ++older_described;
        }
        auto described = describe(each.export_arn, deadline);
        if (!described) return std::move(described).error();
        std::optional<aws::ExportDescription> found = std::move(described).value();
        if (found && is_to(destination, *found)) {
            insert_in_order(history.exports, *std::move(found), is_newer);
        }
    }
    return history;
}

base::Result<History> ExportReader::read_for_chain(const TableArn& table,
                                                   const Destination& destination,
                                                   base::EpochMs now_ms, base::Deadline deadline) {
    auto listed = list(table, deadline);
    if (!listed) return std::move(listed).error();
    History history{.exports = {}, .known_from_ms = now_ms - kListedMs};
    std::optional<base::EpochMs> enough_ms;  // nothing older matters
    bool hints_are_true = true;
    for (const Listed& each : *listed) {
        if (enough_ms && hints_are_true && each.started_hint_ms &&
            *each.started_hint_ms < *enough_ms - kStartMarginMs) {
            history.known_from_ms = std::max(history.known_from_ms, *enough_ms);
            break;
        }
        auto described = describe(each.export_arn, deadline);
        if (!described) return std::move(described).error();
        std::optional<aws::ExportDescription> found = std::move(described).value();
        if (!found) continue;
        hints_are_true = hints_are_true && is_as_hinted(each.started_hint_ms, *found);
        if (!is_to(destination, *found)) continue;
        if (const auto base_ms = base_time_of(*found)) {
            enough_ms =
                std::max(enough_ms, std::optional(std::min(*base_ms, now_ms - kRecoveryMs)));
        }
        insert_in_order(history.exports, *std::move(found), is_newer);
    }
    return history;
}

}  // namespace table_export
