// Outcomes of tables, for what is told of them.
#pragma once

#include <string>
#include <vector>

#include "functions/glue_to_snowflake/sync/sync.h"

namespace tests {

inline glue_to_snowflake::TableOutcome make_outcome(glue_to_snowflake::Action action,
                                                    const std::string& table,
                                                    const std::string& reason) {
    const auto name = [](const std::string& text) { return "\"" + text + "\""; };
    return {.glue = "sales." + table,
            .snowflake = name("SALES") + "." + name("RAW") + "." + name(table),
            .action = action,
            .reason = reason};
}

// A statement that names one table.
inline glue_to_snowflake::PlannedStatement make_statement(const std::string& reason,
                                                          std::string_view table = "T") {
    const auto identifier = snowflake::Identifier::from(table, "the table");
    return {snowflake::Sql().fixed("DROP TABLE ").identifier(*identifier), "DROP TABLE", reason};
}

}  // namespace tests
