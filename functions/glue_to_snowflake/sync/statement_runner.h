// Sends the statements of a plan, one after the other, as long as there is time and nobody asks to
// stop. The first that fails ends it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/deadline.h"
#include "common/base/result.h"
#include "common/snowflake/sql_api_client.h"
#include "functions/glue_to_snowflake/plan/planned_statement.h"

namespace glue_to_snowflake {

// Less than this is not left for a statement: then it is not begun.
constexpr std::int64_t kStatementMsMin = 1'000;

// Both outlive the run.
struct RunnerServices {
    snowflake::SqlApiClient& sql_api;
    const base::Clock& clock;
};

struct RunRequest {
    std::string_view query_tag;
    base::Deadline deadline;
    std::stop_token stop = {};
};

struct StatementRun {
    // That certainly or perhaps took effect.
    std::size_t sent = 0;
    // A statement that ends_where_there met an object of that name and did nothing; none after it
    // was sent.
    bool found = false;
    // The message says how many statements were done before. Kinds: those of
    // SqlApiClient::execute(); deadline_near, too, where a person asked to stop.
    std::optional<base::Error> error = {};
};

StatementRun run_statements(const std::vector<PlannedStatement>& statements,
                            const RunnerServices& services, const RunRequest& request);

}  // namespace glue_to_snowflake
