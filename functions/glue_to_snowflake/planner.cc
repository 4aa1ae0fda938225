#include "functions/glue_to_snowflake/planner.h"

#include <fmt/format.h>

#include "common/codec/json.h"

namespace glue_to_snowflake {
namespace {

constexpr std::string_view kMarkWord = "lakefeed ";
constexpr std::int64_t kMarkVersion = 1;

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

std::string write_mark(const Mark& mark) {
    codec::JsonWriter json;
    json.begin_object().member_integer("version", kMarkVersion);
    json.member("catalog", mark.source.catalog_id).member("database", mark.source.database);
    json.member("table", mark.source.name).member("definition", mark.definition).end_object();
    return std::string(kMarkWord) + json.take();
}

std::optional<Mark> parse_mark(std::string_view comment) {
    if (!comment.starts_with(kMarkWord)) return std::nullopt;
    const auto document = codec::parse_json(comment.substr(kMarkWord.size()), "the mark");
    if (!document || codec::find_integer(*document, "version") != kMarkVersion) return std::nullopt;
    const auto catalog = codec::find_text(*document, "catalog");
    const auto database = codec::find_text(*document, "database");
    const auto table = codec::find_text(*document, "table");
    const auto definition = codec::find_text(*document, "definition");
    if (!catalog || !database || !table || !definition) return std::nullopt;
    return Mark{{std::string(*catalog), std::string(*database), std::string(*table)},
                std::string(*definition)};
}

std::string_view action_name(Action action) {
    switch (action) {
        case Action::none:
            return "none";
        case Action::create:
            return "create";
        case Action::replace:
            return "replace";
        case Action::skip:
            break;
    }
    return "skip";
}

Plan plan_table(const TableDefinition& definition, const aws::GlueTableId& source,
                const std::optional<snowflake::ShownTable>& shown) {
    const Mark mark{source, snowflake::definition_hash(definition.table)};
    const auto create = [&](snowflake::CreateMode mode) {
        return std::vector{create_external_table(definition.table, mode, write_mark(mark))};
    };
    if (!shown) {
        return {Action::create, with_notes("the table is new", definition.notes),
                create(snowflake::CreateMode::if_not_exists)};
    }
    const auto old = parse_mark(shown->comment);
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
            create(snowflake::CreateMode::replace)};
}

}  // namespace glue_to_snowflake
