// Reads one GetTable answer a line and prints, a line each, the statements that would create and
// replace its external table: {"create":…,"replace":…,"show":…}, or {"skip":…} or {"error":…}.
// Driven by tests/e2e/test_snowflake_sql.py.
#include <iostream>
#include <string>

#include "common/aws/glue_client.h"
#include "common/codec/json.h"
#include "functions/glue_to_snowflake/mark.h"
#include "functions/glue_to_snowflake/planner.h"
#include "tests/functions/glue_to_snowflake/table_builder.h"

namespace {

using namespace glue_to_snowflake;  // NOLINT(google-build-using-namespace): a tool of one file.

void write_plan(codec::JsonWriter& json, const aws::GlueTable& table) {
    const auto target = target_name(table.id.database, table.id.name, {});
    if (!target) {
        json.member("error", target.error().message);
        return;
    }
    if (const auto* skip = std::get_if<Skip>(&*target)) {
        json.member("skip", skip->reason);
        return;
    }
    const auto& name = std::get<snowflake::TableName>(*target);
    const auto definition = define_table(table, name, {}, tests::make_settings());
    if (!definition) {
        json.member("error", definition.error().message);
        return;
    }
    if (const auto* skip = std::get_if<Skip>(&*definition)) {
        json.member("skip", skip->reason);
        return;
    }
    const auto& defined = std::get<TableDefinition>(*definition);
    const Plan created = plan_table(defined, table.id, std::nullopt);
    const Plan replaced = plan_table(
        defined, table.id,
        Shown{{.name = name.table.name(), .comment = write_mark({table.id, "old"})}, {}});
    json.member("create", created.statements[0].sql.text());
    json.member("replace", replaced.statements[0].sql.text());
    json.member("show", show_table_like(snowflake::TableKind::external, name).text());
}

}  // namespace

int main() {
    for (std::string line; std::getline(std::cin, line);) {
        codec::JsonWriter json;
        json.begin_object();
        const auto table = aws::parse_glue_table(line);
        if (table) {
            write_plan(json, *table);
        } else {
            json.member("error", table.error().message);
        }
        json.end_object();
        std::cout << json.take() << '\n';
    }
    return 0;
}
