#include "functions/glue_to_snowflake/table_definition.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "functions/glue_to_snowflake/column_source.h"
#include "functions/glue_to_snowflake/glob.h"
#include "functions/glue_to_snowflake/notes.h"
#include "functions/glue_to_snowflake/parameters.h"
#include "functions/glue_to_snowflake/partition_source.h"
#include "functions/glue_to_snowflake/routing.h"
#include "functions/glue_to_snowflake/spark_schema.h"

namespace glue_to_snowflake {
namespace {

base::Error fault(std::string message) {
    return {base::ErrorKind::data_invalid, std::move(message)};
}

// Always in quotes afterwards: folded to upper case, so that people need no quotes.
std::string folded(std::string_view name, IdentifierCase identifier_case) {
    return identifier_case == IdentifierCase::upper ? ascii_upper(name) : std::string(name);
}

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

// Gathers the columns of one table.
class ColumnList {
  public:
    ColumnList(const ColumnSources& sources, IdentifierCase identifier_case)
        : sources_(sources), identifier_case_(identifier_case) {}

    base::Result<base::Done> add_column(const aws::GlueColumn& column, std::size_t position) {
        auto type = parse_hive_type(column.type);
        if (!type) return named(column, std::move(type).error());
        auto name = take_name(column);
        if (!name) return std::move(name).error();
        if (auto note = sources_.note(column.name, *type)) notes.push_back(*std::move(note));
        columns.push_back({*std::move(name), snowflake_type(*type),
                           sources_.expression(column.name, position, *type)});
        return base::Done{};
    }

    base::Result<base::Done> add_partition_key(const aws::GlueColumn& column, std::size_t folder) {
        auto type = parse_hive_type(column.type);
        if (!type) return named(column, std::move(type).error());
        auto expression = partition_expression({column.name, *type, folder});
        if (!expression) return named(column, std::move(expression).error());
        auto name = take_name(column);
        if (!name) return std::move(name).error();
        partition_columns.push_back(
            {*std::move(name), snowflake_type(*type), *std::move(expression)});
        return base::Done{};
    }

    std::vector<snowflake::VirtualColumn> columns;
    std::vector<snowflake::VirtualColumn> partition_columns;
    std::vector<std::string> notes;

  private:
    static base::Error named(const aws::GlueColumn& column, base::Error error) {
        error.message = fmt::format("column {}: {}", column.name, error.message);
        return error;
    }

    // Every external table has a column VALUE, and metadata$… is Snowflake's own.
    base::Result<snowflake::Identifier> take_name(const aws::GlueColumn& column) {
        std::string name = folded(column.name, identifier_case_);
        const std::string upper = ascii_upper(name);
        if (upper == "VALUE" || upper.starts_with("METADATA$")) {
            name += '_';
            notes.push_back(fmt::format("column {} is named {}", column.name, name));
        }
        auto identifier = snowflake::Identifier::from(name, fmt::format("column {}", column.name));
        if (identifier && !taken_.insert(name).second)
            return fault(fmt::format("column {}: another column has the same name", column.name));
        return identifier;
    }

    const ColumnSources& sources_;
    IdentifierCase identifier_case_;
    std::set<std::string> taken_;
};

base::Result<base::Done> fill(ColumnList& list, const aws::GlueTable& table,
                              const S3Location& location) {
    std::size_t position = 0;
    for (const aws::GlueColumn& column : table.storage_descriptor.columns) {
        if (auto added = list.add_column(column, ++position); !added) return added;
    }
    std::size_t folder = location.depth();
    for (const aws::GlueColumn& key : table.partition_keys) {
        if (auto added = list.add_partition_key(key, ++folder); !added) return added;
    }
    return base::Done{};
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
    auto name =
        snowflake::Identifier::from(folded(parts->first, config.identifier_case), "the database");
    if (!name) return std::move(name).error();
    auto schema =
        snowflake::Identifier::from(folded(parts->second, config.identifier_case), "the schema");
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
    auto name = snowflake::Identifier::from(folded(table, config.identifier_case), "the table");
    if (!name) return std::move(name).error();
    const auto& target = std::get<snowflake::SchemaName>(*schema);
    return TargetName(snowflake::TableName{target.database, target.schema, *std::move(name)});
}

base::Result<Definition> define_table(const aws::GlueTable& glue_table,
                                      const snowflake::TableName& name, const Config& config,
                                      const SnowflakeSettings& settings) {
    const auto skip = [](std::string reason) { return Definition(Skip{std::move(reason)}); };
    Verdict verdict = route_table(glue_table);
    if (verdict.route == Route::none) return skip(std::move(verdict.reason));
    if (verdict.route == Route::iceberg_table)
        return skip("an Iceberg table, and ICEBERG_CATALOG_INTEGRATION is not set");
    const auto effective = effective_table(glue_table);
    if (!effective) return effective.error();
    const aws::GlueTable& table = *effective;
    DetectedFormat detected = detect_format(table);
    if (!detected.format) return skip(std::move(detected.reason));
    const FileFormat format = *detected.format;
    const std::string_view word = format_name(format);
    const auto& allowed = settings.file_formats;
    if (std::find(allowed.begin(), allowed.end(), word) == allowed.end())
        return skip(fmt::format("its format {} is not in allowedvalues.fileformats", word));
    const auto location = parse_s3_location(table.storage_descriptor.location);
    if (!location) return skip("its location is not on S3");
    const Stage* stage = find_stage(settings.stages, *location);
    if (stage == nullptr) return skip("no stage of stages.s3 covers its location");
    auto path = stage_path(*stage, *location);
    if (!path)
        return skip("its location cannot be written as a stage's path: " + path.error().message);
    auto options = format_options(format, table);
    if (!options) return std::move(options).error();
    auto sources = ColumnSources::of(table, format, config.column_case);
    if (!sources) return std::move(sources).error();
    ColumnList list(*sources, config.identifier_case);
    list.notes = std::move(options->notes);
    list.notes.insert(list.notes.end(), sources->notes().begin(), sources->notes().end());
    if (auto filled = fill(list, table, *location); !filled) return std::move(filled).error();
    snowflake::ExternalTable definition{.name = name,
                                        .columns = std::move(list.columns),
                                        .partition_columns = std::move(list.partition_columns),
                                        .location = *std::move(path),
                                        .auto_refresh = config.auto_refresh,
                                        .file_format = std::move(options->sql)};
    return Definition(TableDefinition{.table = std::move(definition),
                                      .notes = bounded_notes(std::move(list.notes))});
}

}  // namespace glue_to_snowflake
