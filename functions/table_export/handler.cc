#include "functions/table_export/handler.h"

#include <utility>

#include <fmt/format.h>

#include "common/event/schedule_event.h"
#include "functions/table_export/response.h"
#include "functions/table_export/run_metrics.h"

namespace table_export {
namespace {

// Kept back from the deadline for the answer, the log and the metrics.
constexpr std::int64_t kAnswerReserveMs = 500;

base::Error invalid_event(std::string message) {
    return {base::ErrorKind::event_invalid, "schedule event: " + std::move(message)};
}

base::Result<Run> parse(const Config& config, std::string_view text, base::EpochMs now_ms) {
    auto event = event::parse_schedule_event(text, now_ms);
    if (!event) return std::move(event).error();
    Run run{event->slot_ms, config.export_mode, {}};
    if (const auto word = event->export_type) {
        const auto mode = find_export_mode(*word);
        if (!mode) {
            return invalid_event(
                "export_type is unknown: use full, incremental or auto, or leave it out");
        }
        run.mode = *mode;
    }
    for (const std::string& table_arn : event->table_arns) {
        auto table = parse_table_arn(table_arn);
        if (!table) {
            return invalid_event(fmt::format("table_arns holds \"{}\": {}", table_arn.substr(0, 80),
                                             table.error().message));
        }
        run.tables.push_back(*std::move(table));
    }
    if (run.tables.empty()) run.tables = config.tables;
    return run;
}

}  // namespace

base::Result<runtime::InvocationResponse> handle(const Config& config, const Services& services,
                                                 const runtime::Invocation& invocation) {
    const auto run = parse(config, invocation.event, services.clock.now_ms());
    if (!run) return run.error();

    const base::Deadline deadline = invocation.deadline.minus_ms(kAnswerReserveMs);
    std::vector<TableOutcome> tables;
    tables.reserve(run->tables.size());
    for (const TableArn& table : run->tables)
        tables.push_back(run_table(config, services, *run, table, deadline));

    write_metrics(tables, run->mode, services.clock, services.log);
    if (auto failures = describe_failures(run->slot_ms, tables)) {
        return base::Error{base::ErrorKind::export_failed, *std::move(failures)};
    }
    return runtime::InvocationResponse{write_response(run->slot_ms, tables)};
}

}  // namespace table_export
