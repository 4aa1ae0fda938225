#include "tests/functions/table_export/export_service.h"

#include <algorithm>

#include <fmt/format.h>

namespace tests {
namespace {

constexpr base::EpochMs kTokenLifeMs = 8 * kHourMs;
constexpr base::EpochMs kListedMs = 90 * kDayMs;
constexpr base::EpochMs kWindowMsMin = 15 * kMinuteMs;
constexpr base::EpochMs kWindowMsMax = kDayMs;

std::string request_json(const std::string& table_arn, const std::string& type,
                         const std::string& times) {
    return R"({"TableArn":")" + table_arn +
           R"(","S3Bucket":"lake-exports","S3Prefix":"dynamodb/export",)"
           R"("ExportFormat":"DYNAMODB_JSON","ExportType":")" +
           type + "\"," + times + "}";
}

}  // namespace

base::EpochMs ExportService::earliest_ms(const std::string& table_arn) const {
    const Table& table = tables_.at(table_arn);
    return std::max(table.earliest_restorable_ms, clock_.now_ms() - table.recovery_period_ms);
}

base::EpochMs ExportService::latest_ms(const std::string& table_arn) const {
    return clock_.now_ms() - tables_.at(table_arn).latest_lag_ms;
}

void ExportService::settle() {
    for (Export& each : exports) {
        if (each.status != "IN_PROGRESS" || !each.ends_ms) continue;
        if (*each.ends_ms > clock_.now_ms()) continue;
        each.status = each.ends_as;
        if (each.status == "FAILED" && each.failure_code.empty())
            each.failure_code = "InternalServerError";
    }
}

ExportService::Export& ExportService::add(const std::string& table_arn,
                                          const std::string& request) {
    Export made;
    made.arn = fmt::format("{}/export/{:014}-{:08x}", table_arn, clock_.now_ms(), exports.size());
    made.table_arn = table_arn;
    made.request = request;
    made.started_ms = clock_.now_ms();
    exports.push_back(std::move(made));
    return exports.back();
}

ExportService::Export& ExportService::add_window(const std::string& table_arn,
                                                 base::EpochMs from_ms, base::EpochMs to_ms) {
    Export& made =
        add(table_arn,
            request_json(table_arn, "INCREMENTAL_EXPORT",
                         fmt::format(R"("IncrementalExportSpecification":{{"ExportFromTime":{},)"
                                     R"("ExportToTime":{}}})",
                                     from_ms / 1'000, to_ms / 1'000)));
    made.incremental = true;
    made.from_ms = from_ms;
    made.to_ms = to_ms;
    made.status = "COMPLETED";
    return made;
}

ExportService::Export& ExportService::add_full(const std::string& table_arn,
                                               base::EpochMs time_ms) {
    Export& made = add(table_arn, request_json(table_arn, "FULL_EXPORT",
                                               fmt::format(R"("ExportTime":{})", time_ms / 1'000)));
    made.to_ms = time_ms;
    made.status = "COMPLETED";
    return made;
}

std::optional<ExportService::Refusal> ExportService::find_fault(const Start& start) const {
    const base::EpochMs earliest = earliest_ms(start.table_arn);
    if (!tables_.at(start.table_arn).recovery_enabled) {
        return Refusal{"PointInTimeRecoveryUnavailableException",
                       "Point in time recovery is not enabled for table"};
    }
    if (start.incremental) {
        const base::EpochMs to_ms = start.to_ms.value_or(latest_ms(start.table_arn));
        const base::EpochMs length_ms = to_ms - start.from_ms;
        if (length_ms < kWindowMsMin || length_ms > kWindowMsMax) {
            return Refusal{
                "InvalidExportTimeException",
                "Difference between export period is less than 15 minutes, or more than 24 hours"};
        }
        if (start.from_ms < earliest || to_ms > latest_ms(start.table_arn)) {
            return Refusal{"InvalidExportTimeException",
                           "The window is outside of the point in time recovery window."};
        }
    } else if (start.time_ms && (*start.time_ms < earliest || *start.time_ms > clock_.now_ms())) {
        return Refusal{"InvalidExportTimeException",
                       "The specified ExportTime is outside of the point in time recovery window."};
    }
    const auto running = std::count_if(exports.begin(), exports.end(), [&](const Export& each) {
        return each.status == "IN_PROGRESS" && each.incremental == start.incremental;
    });
    if (static_cast<std::size_t>(running) < running_max) return std::nullopt;
    return Refusal{"LimitExceededException", "Too many exports run at once."};
}

std::variant<ExportService::Export*, ExportService::Refusal> ExportService::start(
    const Start& start) {
    if (tables_.count(start.table_arn) == 0) {
        return Refusal{"TableNotFoundException", "Table not found"};
    }
    for (Export& each : exports) {
        if (start.token.empty() || each.token != start.token) continue;
        if (clock_.now_ms() - each.started_ms > kTokenLifeMs) continue;
        if (each.request == start.request) return &each;
        return Refusal{"ExportConflictException", "The client token has other parameters."};
    }
    if (auto fault = find_fault(start)) return *std::move(fault);
    Export& made = add(start.table_arn, start.request);
    made.token = start.token;
    made.incremental = start.incremental;
    made.from_ms = start.from_ms;
    made.to_ms = start.incremental ? start.to_ms.value_or(latest_ms(start.table_arn))
                                   : start.time_ms.value_or(clock_.now_ms());
    if (on_start) on_start(made);
    return &made;
}

std::vector<const ExportService::Export*> ExportService::listed(
    const std::string& table_arn) const {
    std::vector<const Export*> found;
    for (auto each = exports.rbegin(); each != exports.rend(); ++each) {
        if (each->table_arn == table_arn && clock_.now_ms() - each->started_ms <= kListedMs)
            found.push_back(&*each);
    }
    return found;
}

const ExportService::Export* ExportService::find(const std::string& arn) const {
    for (const Export& each : exports) {
        if (each.arn == arn && clock_.now_ms() - each.started_ms <= kListedMs) return &each;
    }
    return nullptr;
}

}  // namespace tests
