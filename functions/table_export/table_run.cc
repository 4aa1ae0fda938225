#include "functions/table_export/table_run.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "functions/table_export/chain.h"
#include "functions/table_export/plan.h"
#include "functions/table_export/remedy.h"

namespace table_export {
namespace {

// Whether an export that is there holds all that this request asks for.
bool fulfils(const aws::ExportDescription& description, const aws::ExportTableRequest& request) {
    if (description.status == aws::ExportStatus::failed) return false;
    if (!request.incremental) return full_time_of(description) == request.export_time_ms;
    const auto window = window_of(description);
    return window &&
           window->holds({request.incremental->from_time_ms, request.incremental->to_time_ms});
}

class TableRun {
  public:
    TableRun(const Config& config, const Services& services, const Run& run, const TableArn& table,
             base::Deadline deadline)
        : config_(config), services_(services), run_(run), table_(table), deadline_(deadline) {
        outcome_.table_arn = table.text;
    }

    TableOutcome execute() {
        if (deadline_.remaining_ms(services_.clock) == 0) {
            fail(
                "not tried: no time was left before the invocation's deadline; raise the "
                "function's timeout, or give it fewer tables");
        } else if (auto plan = look_and_plan()) {
            adopt(*std::move(plan));
        }
        log_outcome();
        return std::move(outcome_);
    }

  private:
    base::Result<History> look() {
        const Destination& destination = config_.destination;
        if (run_.mode == ExportMode::full) {
            return services_.exports.read_for_slot(table_, destination, run_.slot_ms, deadline_);
        }
        // The service's own time, where it tells it: what it lists and forgets goes by that.
        const base::EpochMs now_ms =
            recovery_.latest_restorable_ms.value_or(services_.clock.now_ms());
        return services_.exports.read_for_chain(table_, destination, now_ms, deadline_);
    }

    std::optional<TablePlan> look_and_plan() {
        if (run_.mode != ExportMode::full) {
            auto recovery =
                services_.dynamodb.describe_continuous_backups(table_.table_name, deadline_);
            if (!recovery) return fail(recovery.error()), std::nullopt;
            recovery_ = *recovery;
        }
        const auto history = look();
        if (!history) return fail(history.error()), std::nullopt;
        if (run_.mode == ExportMode::full) {
            return plan_full_export(table_, config_.destination, run_.slot_ms, history->exports);
        }
        return plan_chain({table_, config_, run_.mode, run_.slot_ms, *history, recovery_});
    }

    void adopt(TablePlan plan) {
        outcome_.newest_complete_ms = plan.newest_complete_ms;
        outcome_.chain_complete_ms = plan.chain_complete_ms;
        outcome_.gaps = plan.gaps;
        outcome_.overlaps = plan.overlaps;
        outcome_.warnings = std::move(plan.warnings);
        outcome_.earlier = std::move(plan.earlier);
        for (const std::string& failure : plan.failures)
            fail(failure);
        outcome_.windows_behind = plan.windows_due;
        bool repairs_failed = false;
        for (const PlannedExport& planned : plan.exports) {
            if (planned.repairs && repairs_failed) continue;
            const bool sent = send(planned);
            if (!sent && !planned.repairs) break;
            if (!sent) repairs_failed = true;
        }
    }

    bool send(const PlannedExport& planned) {
        if (planned.action != Action::start) return done(planned, planned.export_arn);
        auto started = services_.dynamodb.export_table_to_point_in_time(planned.request, deadline_);
        if (!started) {
            // Somebody else's call may have started the very same export.
            const bool conflict = started.error().code == "ExportConflictException";
            if (conflict && find_after_conflict(planned)) return true;
            return fail(started.error());
        }
        if (started->status == aws::ExportStatus::failed) {
            // The token led to an export that failed since the list was read.
            return fail(fmt::format(
                "ExportTableToPointInTime on {}: the export {} is FAILED already, {}: {}; the same "
                "event again starts another one",
                table_.text, started->export_arn, started->failure_code, started->failure_message));
        }
        return done(planned, started->export_arn);
    }

    bool find_after_conflict(const PlannedExport& planned) {
        const auto history = look();
        if (!history) return false;
        for (const aws::ExportDescription& each : history->exports) {
            if (!fulfils(each, planned.request)) continue;
            PlannedExport found = planned;
            found.action = Action::already_started;
            std::erase_if(outcome_.earlier, [&](const auto& earlier) {
                return earlier.export_arn == each.export_arn;
            });
            return done(found, each.export_arn);
        }
        return false;
    }

    bool done(const PlannedExport& planned, const std::string& export_arn) {
        ExportOutcome outcome{.action = planned.action,
                              .export_arn = export_arn,
                              .from_ms = {},
                              .to_ms = planned.request.export_time_ms.value_or(0),
                              .repairs = planned.repairs,
                              .reason = planned.reason};
        if (const auto& incremental = planned.request.incremental) {
            outcome.from_ms = incremental->from_time_ms;
            outcome.to_ms = incremental->to_time_ms;
            const bool was_due =
                planned.action == Action::start || planned.action == Action::already_started;
            if (was_due && outcome_.windows_behind > 0) --outcome_.windows_behind;
        }
        outcome_.exports.push_back(std::move(outcome));
        return true;
    }

    bool fail(const std::string& what) {
        if (!outcome_.failure) {
            outcome_.failure = what;
        } else {
            outcome_.failure->append(" | ").append(what);
        }
        return false;
    }

    bool fail(const base::Error& error) {
        std::string what = error.message;
        const auto append = [&what](const std::string& sentence) {
            if (!sentence.empty()) what.append("; ").append(sentence);
        };
        append(find_remedy(error, table_, config_.destination));
        if (error.code == "InvalidExportTimeException") {
            const auto backups =
                services_.dynamodb.describe_continuous_backups(table_.table_name, deadline_);
            if (backups) append(describe_recovery_window(*backups));
        }
        return fail(what);
    }

    void log_outcome() {
        const std::string slot = base::format_iso8601(run_.slot_ms);
        for (const ExportOutcome& outcome : outcome_.exports) {
            const bool started = outcome.action == Action::start;
            services_.log.info(
                started ? "export_started" : "export_found",
                {{"table_arn", table_.text},
                 {"export_arn", outcome.export_arn},
                 {"slot", slot},
                 {"from", outcome.from_ms ? base::format_iso8601(*outcome.from_ms) : ""},
                 {"to", base::format_iso8601(outcome.to_ms)},
                 {"reason", outcome.reason}});
        }
        for (const aws::ExportDescription& earlier : outcome_.earlier) {
            if (earlier.status != aws::ExportStatus::failed) continue;
            services_.log.warn("earlier_export_failed",
                               {{"table_arn", table_.text},
                                {"export_arn", earlier.export_arn},
                                {"failure_code", earlier.failure_code},
                                {"failure_message", earlier.failure_message}});
        }
        for (const std::string& warning : outcome_.warnings)
            services_.log.warn("chain_damaged",
                               {{"table_arn", table_.text}, {"slot", slot}, {"reason", warning}});
        if (outcome_.failure) {
            services_.log.error(
                "export_failed",
                {{"table_arn", table_.text}, {"slot", slot}, {"reason", *outcome_.failure}});
        }
    }

    const Config& config_;
    const Services& services_;
    const Run& run_;
    const TableArn& table_;
    base::Deadline deadline_;
    aws::ContinuousBackups recovery_;  // not of a full export
    TableOutcome outcome_;
};

}  // namespace

TableOutcome run_table(const Config& config, const Services& services, const Run& run,
                       const TableArn& table, base::Deadline deadline) {
    return TableRun(config, services, run, table, deadline).execute();
}

}  // namespace table_export
