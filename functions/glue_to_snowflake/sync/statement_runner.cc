#include "functions/glue_to_snowflake/sync/statement_runner.h"

#include <fmt/format.h>

namespace glue_to_snowflake {
namespace {

// IF NOT EXISTS succeeds without doing anything where any object of that name is there.
bool has_found(const PlannedStatement& statement, const snowflake::ResultSet& result) {
    if (!statement.ends_where_there) return false;
    const auto status = result.rows.empty() ? std::nullopt : result.value(0, "status");
    return status && status->find("already exists") != std::string_view::npos;
}

// Whether a statement of this outcome may have changed something.
bool may_be_done(base::ErrorKind kind) {
    return kind == base::ErrorKind::outcome_unknown || kind == base::ErrorKind::data_invalid ||
           kind == base::ErrorKind::service_failed;
}

std::optional<base::Error> reason_to_end(const PlannedStatement& statement,
                                         const RunnerServices& services,
                                         const RunRequest& request) {
    if (request.stop.stop_requested()) {
        return base::Error{base::ErrorKind::deadline_near,
                           fmt::format("{}: not begun, a stop was asked for", statement.subject)};
    }
    if (request.deadline.remaining_ms(services.clock) < kStatementMsMin) {
        return base::Error{base::ErrorKind::deadline_near,
                           fmt::format("{}: not begun, the deadline is near", statement.subject)};
    }
    return std::nullopt;
}

}  // namespace

StatementRun run_statements(const std::vector<PlannedStatement>& statements,
                            const RunnerServices& services, const RunRequest& request) {
    StatementRun run;
    for (std::size_t done = 0; done < statements.size(); ++done) {
        const PlannedStatement& statement = statements[done];
        run.error = reason_to_end(statement, services, request);
        if (!run.error) {
            const auto result =
                services.sql_api.execute({.sql = statement.sql,
                                          .subject = statement.subject,
                                          .query_tag = std::string(request.query_tag),
                                          .deadline = request.deadline});
            if (result) {
                run.found = has_found(statement, *result);
                if (run.found) return run;
                ++run.sent;
                continue;
            }
            run.error = result.error();
            if (may_be_done(run.error->kind)) ++run.sent;
        }
        if (statements.size() > 1) {
            run.error->message +=
                fmt::format(" (after {} of {} statements)", done, statements.size());
        }
        return run;
    }
    return run;
}

}  // namespace glue_to_snowflake
