#include "functions/table_export/handler.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "common/base/metrics.h"
#include "common/event/schedule_event.h"
#include "functions/table_export/existing_exports.h"
#include "functions/table_export/remedy.h"
#include "functions/table_export/response.h"
#include "functions/table_export/transform.h"

namespace table_export {
namespace {

// Kept back from the deadline for the answer, the log and the metrics.
constexpr std::int64_t kAnswerReserveMs = 500;

struct Run {
    base::EpochMs slot_ms = 0;
    std::vector<TableArn> tables;
};

base::Error invalid_event(std::string message) {
    return {base::ErrorKind::event_invalid, "schedule event: " + std::move(message)};
}

base::Result<Run> parse(const Config& config, std::string_view text, base::EpochMs now_ms) {
    auto event = event::parse_schedule_event(text, now_ms);
    if (!event) return std::move(event).error();
    const std::string export_type = event->export_type.value_or("full");
    if (export_type != "full") {
        const bool known = export_type == "incremental" || export_type == "auto";
        return invalid_event(known ? "export_type: this version makes full exports only: use full, "
                                     "or leave it out"
                                   : "export_type is unknown: use full, or leave it out");
    }
    Run run{event->slot_ms, {}};
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

void append_sentence(std::string& text, const std::string& sentence) {
    if (!sentence.empty()) text.append("; ").append(sentence);
}

// One table's part of a run.
class TableRun {
  public:
    TableRun(const Config& config, Services services, const TableArn& table, base::EpochMs slot_ms,
             base::Deadline deadline)
        : destination_(config.destination),
          services_(services),
          table_(table),
          slot_ms_(slot_ms),
          deadline_(deadline) {
        outcome_.table_arn = table.text;
    }

    TableOutcome execute() {
        if (deadline_.remaining_ms(services_.clock) == 0) {
            outcome_.failure =
                "not tried: no time was left before the invocation's deadline; raise the "
                "function's timeout, or give it fewer tables";
        } else if (auto plan = look_and_plan()) {
            outcome_.earlier = std::move(plan->earlier);
            outcome_.newest_complete_ms = plan->newest_complete_ms;
            for (const PlannedExport& planned : plan->exports)
                send(planned);
        }
        report();
        return std::move(outcome_);
    }

  private:
    std::optional<TablePlan> look_and_plan() {
        auto existing =
            find_existing_exports(services_.dynamodb, table_, destination_, slot_ms_, deadline_);
        if (existing) return plan_full_export(table_, destination_, slot_ms_, *existing);
        fail(existing.error());
        return std::nullopt;
    }

    void send(const PlannedExport& planned) {
        if (planned.action == Action::already_started) {
            done(planned, planned.export_arn);
            return;
        }
        auto started = services_.dynamodb.export_table_to_point_in_time(planned.request, deadline_);
        if (!started) {
            // Somebody else's call may have started the very same export.
            const bool conflict = started.error().code == "ExportConflictException";
            if (!conflict || !find_after_conflict()) fail(started.error());
        } else if (started->status == aws::ExportStatus::failed) {
            // The token led to an export that failed since the list was read.
            outcome_.failure = fmt::format(
                "ExportTableToPointInTime on {}: the export {} is FAILED already, {}: {}; the same "
                "event again starts another one",
                table_.text, started->export_arn, started->failure_code, started->failure_message);
        } else {
            done(planned, started->export_arn);
        }
    }

    bool find_after_conflict() {
        auto plan = look_and_plan();
        if (!plan || plan->exports.front().action != Action::already_started) return false;
        outcome_.earlier = std::move(plan->earlier);
        done(plan->exports.front(), plan->exports.front().export_arn);
        return true;
    }

    void done(const PlannedExport& planned, const std::string& export_arn) {
        outcome_.exports.push_back({planned.action, export_arn, std::nullopt, slot_ms_});
    }

    void fail(const base::Error& error) {
        std::string failure = error.message;
        append_sentence(failure, find_remedy(error, table_, destination_));
        if (error.code == "InvalidExportTimeException") {
            const auto backups =
                services_.dynamodb.describe_continuous_backups(table_.table_name, deadline_);
            if (backups) append_sentence(failure, describe_recovery_window(*backups));
        }
        outcome_.failure = std::move(failure);
    }

    void report() {
        const std::string slot = base::format_iso8601(slot_ms_);
        for (const ExportOutcome& outcome : outcome_.exports) {
            const bool started = outcome.action == Action::start;
            services_.log.info(
                started ? "export_started" : "export_found",
                {{"table_arn", table_.text}, {"export_arn", outcome.export_arn}, {"slot", slot}});
        }
        for (const aws::ExportDescription& earlier : outcome_.earlier) {
            if (earlier.status != aws::ExportStatus::failed) continue;
            services_.log.warn("earlier_export_failed",
                               {{"table_arn", table_.text},
                                {"export_arn", earlier.export_arn},
                                {"failure_code", earlier.failure_code},
                                {"failure_message", earlier.failure_message}});
        }
        if (outcome_.failure) {
            services_.log.error(
                "export_failed",
                {{"table_arn", table_.text}, {"slot", slot}, {"reason", *outcome_.failure}});
        }
    }

    const Destination& destination_;
    Services services_;
    const TableArn& table_;
    base::EpochMs slot_ms_;
    base::Deadline deadline_;
    TableOutcome outcome_;
};

void write_metrics(const std::vector<TableOutcome>& tables, const Services& services) {
    base::Metrics metrics(services.clock, services.log.function_name());
    std::optional<base::EpochMs> oldest_complete_ms;
    for (const char* name : {"ExportsStarted", "AlreadyStarted", "ExportsFailed", "EarlierFailed"})
        metrics.add(name, 0);
    for (const TableOutcome& table : tables) {
        for (const ExportOutcome& outcome : table.exports)
            metrics.add(outcome.action == Action::start ? "ExportsStarted" : "AlreadyStarted", 1);
        if (table.failure) metrics.add("ExportsFailed", 1);
        const auto failed = std::count_if(
            table.earlier.begin(), table.earlier.end(),
            [](const auto& earlier) { return earlier.status == aws::ExportStatus::failed; });
        metrics.add("EarlierFailed", static_cast<double>(failed));
        if (table.newest_complete_ms) {
            oldest_complete_ms = std::min(oldest_complete_ms.value_or(*table.newest_complete_ms),
                                          *table.newest_complete_ms);
        }
    }
    if (oldest_complete_ms) {
        metrics.add("NewestCompleteExportAgeMs",
                    static_cast<double>(services.clock.now_ms() - *oldest_complete_ms),
                    base::MetricUnit::milliseconds);
    }
    metrics.flush(services.log);
}

}  // namespace

base::Result<runtime::InvocationResponse> handle(const Config& config, Services services,
                                                 const runtime::Invocation& invocation) {
    const auto run = parse(config, invocation.event, services.clock.now_ms());
    if (!run) return run.error();

    const base::Deadline deadline = invocation.deadline.minus_ms(kAnswerReserveMs);
    std::vector<TableOutcome> tables;
    tables.reserve(run->tables.size());
    for (const TableArn& table : run->tables)
        tables.push_back(TableRun(config, services, table, run->slot_ms, deadline).execute());

    write_metrics(tables, services);
    if (auto failures = describe_failures(run->slot_ms, tables)) {
        return base::Error{base::ErrorKind::export_failed, *std::move(failures)};
    }
    return runtime::InvocationResponse{write_response(run->slot_ms, tables)};
}

}  // namespace table_export
