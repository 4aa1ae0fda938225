#include "functions/glue_to_snowflake/definition/target_name.h"

#include <optional>
#include <utility>

#include "functions/glue_to_snowflake/definition/parameters.h"
#include "functions/glue_to_snowflake/glob.h"

namespace glue_to_snowflake {
namespace {

// db__schema: exactly one double underscore, each side not empty. What follows a third underscore
// belongs to the schema.
std::optional<std::pair<std::string_view, std::string_view>> split_database(std::string_view name) {
    const std::size_t at = name.find("__");
    if (at == std::string_view::npos) return std::nullopt;
    const std::string_view database = name.substr(0, at);
    const std::string_view schema = name.substr(at + 2);
    if (database.empty() || schema.empty() || schema.find("__") != std::string_view::npos)
        return std::nullopt;
    return std::pair(database, schema);
}

}  // namespace

base::Result<TargetSchema> target_schema(std::string_view database, const Config& config) {
    if (!any_glob_matches(config.database_filter, database))
        return TargetSchema(Skip{"DATABASE_FILTER leaves its database out"});
    if (config.database_rule == DatabaseRule::map) {
        const auto found = config.database_map.find(database);
        if (found == config.database_map.end())
            return TargetSchema(Skip{"DATABASE_MAP does not name its database"});
        return TargetSchema(found->second);
    }
    const auto parts = split_database(database);
    if (!parts) return TargetSchema(Skip{"its database's name is not of the form db__schema"});
    auto name = snowflake::Identifier::from(snowflake_name(parts->first, config.identifier_case),
                                            "the database");
    if (!name) return std::move(name).error();
    auto schema = snowflake::Identifier::from(snowflake_name(parts->second, config.identifier_case),
                                              "the schema");
    if (!schema) return std::move(schema).error();
    return TargetSchema(snowflake::SchemaName{*std::move(name), *std::move(schema)});
}

base::Result<TargetName> target_name(std::string_view database, std::string_view table,
                                     const Config& config) {
    auto schema = target_schema(database, config);
    if (!schema) return std::move(schema).error();
    if (auto* skip = std::get_if<Skip>(&*schema)) return TargetName(std::move(*skip));
    if (!any_glob_matches(config.table_filter, table))
        return TargetName(Skip{"TABLE_FILTER leaves it out"});
    auto name =
        snowflake::Identifier::from(snowflake_name(table, config.identifier_case), "the table");
    if (!name) return std::move(name).error();
    const auto& target = std::get<snowflake::SchemaName>(*schema);
    return TargetName(snowflake::TableName{target.database, target.schema, *std::move(name)});
}

std::string snowflake_name(std::string_view name, IdentifierCase identifier_case) {
    return identifier_case == IdentifierCase::upper ? ascii_upper(name) : std::string(name);
}

}  // namespace glue_to_snowflake
