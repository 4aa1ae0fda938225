// A plan: what becomes of one table, why, and the statements in their order.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/snowflake/external_table.h"
#include "common/snowflake/show.h"
#include "functions/glue_to_snowflake/plan/planned_statement.h"

namespace glue_to_snowflake {

enum class Action { none, create, alter, replace, refresh, drop, rename, skip };

// The word of the response: "none".
std::string_view action_name(Action action);

struct Plan {
    Action action = Action::skip;
    std::string reason;
    std::vector<PlannedStatement> statements;  // in order
};

// What Snowflake shows under the table's name.
struct Shown {
    snowflake::ShownTable table;
    std::vector<snowflake::ShownColumn> columns;  // read only where wants_columns() says so
};

// A, B and 3 more: reasons are for people, and stay short whatever the table is.
constexpr std::size_t kListedMax = 5;
constexpr std::size_t kTextCharactersMax = 200;
std::string list_text(const std::vector<std::string>& texts, std::string_view separator = ", ");

// The reasons, then the notes (bounded by their maker), with "; " between.
std::string reason_text(const std::vector<std::string>& reasons,
                        const std::vector<std::string>& notes = {});

// AUTO_REFRESH is on now
std::string_view auto_refresh_text(snowflake::AutoRefresh auto_refresh);

}  // namespace glue_to_snowflake
