#include "functions/glue_to_snowflake/planner.h"

#include <fmt/format.h>

#include "functions/glue_to_snowflake/mark.h"

namespace glue_to_snowflake {
namespace {

std::string with_notes(std::string reason, const std::vector<std::string>& notes) {
    for (const std::string& note : notes)
        reason += "; " + note;
    return reason;
}

bool same_source(const aws::GlueTableId& left, const aws::GlueTableId& right) {
    return left.catalog_id == right.catalog_id && left.database == right.database &&
           left.name == right.name;
}

}  // namespace

std::string_view action_name(Action action) {
    switch (action) {
        case Action::none:
            return "none";
        case Action::create:
            return "create";
        case Action::alter:
            return "alter";
        case Action::replace:
            return "replace";
        case Action::refresh:
            return "refresh";
        case Action::drop:
            return "drop";
        case Action::rename:
            return "rename";
        case Action::skip:
            break;
    }
    return "skip";
}

bool wants_columns(const TableDefinition& /*definition*/, const aws::GlueTableId& /*source*/,
                   const snowflake::ShownTable& /*shown*/) {
    return false;
}

Plan plan_table(const TableDefinition& definition, const aws::GlueTableId& source,
                const std::optional<Shown>& shown) {
    const Mark mark = make_mark(definition, source);
    const std::string name = snowflake::Sql().table(definition.table.name).text();
    const auto create = [&](snowflake::CreateMode mode, std::string_view reason) {
        return std::vector{
            PlannedStatement{create_external_table(definition.table, mode,
                                                   write_comment(definition.description, mark)),
                             fmt::format("CREATE EXTERNAL TABLE {}", name), std::string(reason)}};
    };
    if (!shown) {
        return {Action::create, with_notes("the table is new", definition.notes),
                create(snowflake::CreateMode::if_not_exists, "the table is new")};
    }
    const auto old = parse_mark(shown->table.comment);
    if (!old) {
        return {Action::skip, "a table of that name is there without lakefeed's mark", {}};
    }
    if (!same_source(old->source, source)) {
        return {Action::skip,
                fmt::format("the table of that name mirrors {}.{} of catalog {}",
                            old->source.database, old->source.name, old->source.catalog_id),
                {}};
    }
    if (old->definition == mark.definition)
        return {Action::none, with_notes("the definition is the same", definition.notes), {}};
    return {Action::replace, with_notes("the definition changed", definition.notes),
            create(snowflake::CreateMode::replace, "the definition changed")};
}

}  // namespace glue_to_snowflake
