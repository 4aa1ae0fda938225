#include "functions/glue_to_snowflake/definition/column_list.h"

#include <fmt/format.h>

#include "common/base/utf8.h"
#include "functions/glue_to_snowflake/definition/hive_type.h"
#include "functions/glue_to_snowflake/definition/parameters.h"
#include "functions/glue_to_snowflake/definition/target_name.h"

namespace glue_to_snowflake {
namespace {

base::Error labelled(const std::string& label, base::Error error) {
    error.message = fmt::format("{}: {}", label, error.message);
    return error;
}

std::string key_label(const aws::GlueColumn& key) {
    return fmt::format("partition key {}", key.name);
}

base::Error unfit_key(const aws::GlueColumn& key, base::Error error) {
    return labelled(fmt::format("partition key {} of type {}", key.name, key.type),
                    std::move(error));
}

}  // namespace

base::Result<base::Done> ColumnList::add_column(const aws::GlueColumn& column, std::size_t position,
                                                const ColumnSources& sources) {
    const std::string label = fmt::format("column {}", column.name);
    auto type = parse_hive_type(column.type);
    if (!type) return labelled(label, std::move(type).error());
    auto name = take_name(label, column.name);
    if (!name) return std::move(name).error();
    if (auto note = sources.note(column.name, *type)) notes.push_back(*std::move(note));
    columns.push_back({*std::move(name), snowflake_type(*type),
                       sources.expression(column.name, position, *type)});
    return base::Done{};
}

base::Result<base::Done> ColumnList::add_partition_key(const aws::GlueColumn& key, KeyPlace place) {
    auto type = parse_hive_type(key.type);
    if (!type) return labelled(key_label(key), std::move(type).error());
    auto expression = partition_expression({key.name, *type, std::move(place)});
    if (!expression) return unfit_key(key, std::move(expression).error());
    auto name = take_name(key_label(key), key.name);
    if (!name) return std::move(name).error();
    partition_columns.push_back({*std::move(name), snowflake_type(*type), *std::move(expression)});
    return base::Done{};
}

base::Result<base::Done> ColumnList::add_user_specified_key(const aws::GlueColumn& key) {
    auto type = parse_hive_type(key.type);
    if (!type) return labelled(key_label(key), std::move(type).error());
    auto name = take_name(key_label(key), key.name);
    if (!name) return std::move(name).error();
    if (base::utf8_character_count(name->name()) > kPartitionNameCharactersMax) {
        return labelled(key_label(key),
                        {base::ErrorKind::data_invalid,
                         fmt::format("PARTITION_MODE=user_specified takes names of up to {} "
                                     "characters; use PARTITION_MODE=expression",
                                     kPartitionNameCharactersMax)});
    }
    auto expression = user_specified_expression(*name, *type);
    if (!expression) return unfit_key(key, std::move(expression).error());
    partition_columns.push_back({*std::move(name), snowflake_type(*type), *std::move(expression)});
    return base::Done{};
}

// Every external table has a column VALUE, and metadata$… is Snowflake's own.
base::Result<snowflake::Identifier> ColumnList::take_name(const std::string& label,
                                                          std::string_view column) {
    std::string name = snowflake_name(column, identifier_case_);
    const std::string upper = ascii_upper(name);
    if (upper == "VALUE" || upper.starts_with("METADATA$")) {
        name += '_';
        notes.push_back(fmt::format("{} is named {}", label, name));
    }
    auto identifier = snowflake::Identifier::from(name, label);
    if (!identifier) return identifier;
    const auto [owner, is_new] = taken_.emplace(std::move(name), label);
    if (is_new) return identifier;
    return base::Error{
        base::ErrorKind::data_invalid,
        fmt::format("{} and {} have the same name in Snowflake, {}; rename one of them in the "
                    "catalog",
                    owner->second, label, owner->first)};
}

}  // namespace glue_to_snowflake
