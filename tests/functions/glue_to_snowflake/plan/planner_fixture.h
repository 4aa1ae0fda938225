// What the tests of plans share: a table of ours as Snowflake shows it, and a plan's statements as
// texts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "functions/glue_to_snowflake/plan/planner.h"
#include "tests/functions/glue_to_snowflake/plan/wish.h"

namespace tests {

inline std::vector<std::string> texts_of(const glue_to_snowflake::Plan& plan) {
    std::vector<std::string> texts;
    texts.reserve(plan.statements.size());
    for (const auto& statement : plan.statements)
        texts.push_back(statement.sql.text());
    return texts;
}

// The table of `wish` in Snowflake, with all its columns, as a plan of ours made it.
inline glue_to_snowflake::Shown shown_of(const Wish& wish) {
    const auto definition = define(wish);
    glue_to_snowflake::Shown shown;
    shown.table.name = definition.table.name.table.name();
    shown.table.comment =
        write_comment(wish.description.value_or(""), make_mark(definition, kSource));
    shown.columns.push_back({"VALUE", "VARIANT", false});
    for (const ModelColumn& column : columns_of(definition))
        shown.columns.push_back({column.name, column.type, true});
    return shown;
}

inline glue_to_snowflake::Shown shown_iceberg(const Wish& wish) {
    glue_to_snowflake::Shown shown;
    shown.table.kind = snowflake::TableKind::iceberg;
    shown.table.name = "ORDERS";
    shown.table.comment = write_comment("", make_mark(define_iceberg(wish), kSource));
    return shown;
}

// The comment of `shown` with another mark.
template <typename Change>
glue_to_snowflake::Shown marked(glue_to_snowflake::Shown shown, Change change) {
    auto mark = *glue_to_snowflake::parse_mark(shown.table.comment);
    change(mark);
    shown.table.comment =
        write_comment(glue_to_snowflake::text_before_mark(shown.table.comment), mark);
    return shown;
}

// The plan for a table that was `before` and is `after` now.
inline glue_to_snowflake::Plan plan_change(const Wish& before, const Wish& after) {
    return plan_table(define(after), kSource, shown_of(before));
}

}  // namespace tests
