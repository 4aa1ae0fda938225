#include "functions/glue_to_snowflake/definition/table_definition.h"

#include <algorithm>

#include <fmt/format.h>

#include "functions/glue_to_snowflake/definition/column_list.h"
#include "functions/glue_to_snowflake/definition/column_source.h"
#include "functions/glue_to_snowflake/definition/file_format.h"
#include "functions/glue_to_snowflake/definition/location.h"
#include "functions/glue_to_snowflake/definition/notes.h"
#include "functions/glue_to_snowflake/definition/projection.h"
#include "functions/glue_to_snowflake/definition/routing.h"
#include "functions/glue_to_snowflake/definition/spark_schema.h"

namespace glue_to_snowflake {
namespace {

Definition skip(std::string reason) {
    return Skip{std::move(reason)};
}

std::optional<std::string> description_of(const aws::GlueTable& table, const Config& config) {
    if (!config.copy_comments) return std::nullopt;
    return table.description;
}

Definition define_iceberg(const aws::GlueTable& table, const snowflake::TableName& name,
                          const Config& config) {
    if (config.iceberg_catalog_integration.empty())
        return skip("an Iceberg table, and ICEBERG_CATALOG_INTEGRATION is not set");
    return IcebergDefinition{.table = {.name = name,
                                       .catalog_integration = config.iceberg_catalog_integration,
                                       .external_volume = config.iceberg_external_volume,
                                       .catalog_namespace = table.id.database,
                                       .catalog_table_name = table.id.name,
                                       .auto_refresh = config.auto_refresh},
                             .description = description_of(table, config)};
}

// The stage and the path that LOCATION names, and the stage itself where it is the table's own.
struct StagedLocation {
    snowflake::StagePath path;
    std::optional<snowflake::ExternalStage> stage = {};
};

std::variant<StagedLocation, Skip> staged(const S3Location& location,
                                          const snowflake::TableName& name, const Config& config,
                                          const SnowflakeSettings& settings) {
    std::string reason = "no stage of stages.s3 covers its location";
    if (const Stage* stage = find_stage(settings.stages, location)) {
        auto path = stage_path(*stage, location);
        if (path) return StagedLocation{*std::move(path)};
        reason = "its location cannot be written as a stage's path: " + path.error().message;
    }
    if (!settings.storage_integration)
        return Skip{reason + "; the secret's storage_integration would give it a stage of its own"};
    auto own = own_stage(name, stage_url(location, config.region), *settings.storage_integration);
    auto path = snowflake::StagePath::from(snowflake::StageName::quoted(own.name), "");
    return StagedLocation{*std::move(path), std::move(own)};
}

bool is_user_specified(const aws::GlueTable& table, const Config& config) {
    return config.partition_mode == PartitionMode::user_specified && !table.partition_keys.empty();
}

using KeyPlaces = std::vector<KeyPlace>;

// Where the keys' values stand in the names of files; or why they cannot be read there.
std::variant<KeyPlaces, UnfitTemplate> key_places(const aws::GlueTable& table,
                                                  const S3Location& location) {
    if (is_projected(table)) return projected_places(table, location);
    KeyPlaces places;
    for (std::size_t i = 1; i <= table.partition_keys.size(); ++i)
        places.push_back({.folder = location.depth() + i});
    return places;
}

base::Result<base::Done> add_columns(ColumnList& list, const aws::GlueTable& table,
                                     const ColumnSources& sources) {
    std::size_t position = 0;
    for (const aws::GlueColumn& column : table.storage_descriptor.columns) {
        if (auto added = list.add_column(column, ++position, sources); !added) return added;
    }
    return base::Done{};
}

// The partition keys of either mode; `places` is empty for user-specified ones.
base::Result<base::Done> add_keys(ColumnList& list, const aws::GlueTable& table, KeyPlaces places) {
    for (std::size_t i = 0; i < table.partition_keys.size(); ++i) {
        const aws::GlueColumn& key = table.partition_keys[i];
        auto added = places.empty() ? list.add_user_specified_key(key)
                                    : list.add_partition_key(key, std::move(places[i]));
        if (!added) return added;
    }
    return base::Done{};
}

base::Result<ColumnList> list_columns(const aws::GlueTable& table, FileFormat format,
                                      const Config& config, KeyPlaces places) {
    auto sources = ColumnSources::of(table, format, config.column_case);
    if (!sources) return std::move(sources).error();
    ColumnList list(config.identifier_case);
    list.notes = sources->notes();
    if (auto added = add_columns(list, table, *sources); !added) return std::move(added).error();
    if (auto added = add_keys(list, table, std::move(places)); !added)
        return std::move(added).error();
    return list;
}

// The definition, but for what depends on how the files are written.
base::Result<Definition> define_files(const aws::GlueTable& table, FileFormat format,
                                      TableDefinition definition, const Config& config,
                                      KeyPlaces places) {
    auto options = format_options(format, table);
    if (!options) return std::move(options).error();
    auto list = list_columns(table, format, config, std::move(places));
    if (!list) return std::move(list).error();
    definition.table.columns = std::move(list->columns);
    definition.table.partition_columns = std::move(list->partition_columns);
    definition.table.file_format = std::move(options->sql);
    std::vector<std::string> notes = std::move(options->notes);
    notes.insert(notes.end(), list->notes.begin(), list->notes.end());
    if (auto note = note_on_file(table.storage_descriptor.location); !note.empty())
        notes.push_back(std::move(note));
    definition.notes = bounded_notes(std::move(notes));
    return Definition(std::move(definition));
}

base::Result<Definition> define_external(const aws::GlueTable& table,
                                         const snowflake::TableName& name, const Config& config,
                                         const SnowflakeSettings& settings) {
    DetectedFormat detected = detect_format(table);
    if (!detected.format) return skip(std::move(detected.reason));
    const std::string_view word = format_name(*detected.format);
    const auto& allowed = settings.file_formats;
    if (std::find(allowed.begin(), allowed.end(), word) == allowed.end())
        return skip(fmt::format("its format {} is not in allowedvalues.fileformats", word));
    const auto location = parse_s3_location(table.storage_descriptor.location);
    if (!location) return skip("its location is not on S3");
    auto place = staged(*location, name, config, settings);
    if (auto* unplaced = std::get_if<Skip>(&place)) return Definition(std::move(*unplaced));
    auto& [path, own_stage] = std::get<StagedLocation>(place);
    TableDefinition definition{.table = {.name = name,
                                         .columns = {},
                                         .partition_columns = {},
                                         .location = std::move(path),
                                         .auto_refresh = config.auto_refresh,
                                         .file_format = {}},
                               .stage = std::move(own_stage),
                               .description = description_of(table, config)};
    if (is_user_specified(table, config)) {
        if (is_projected(table)) {
            return skip(
                "its partitions are projected, so the catalog has none to add to a table of "
                "PARTITION_MODE=user_specified");
        }
        definition.table.partition_type = snowflake::PartitionType::user_specified;
        definition.table.auto_refresh = snowflake::AutoRefresh::off;
        return define_files(table, *detected.format, std::move(definition), config, {});
    }
    auto places = key_places(table, *location);
    if (auto* unfit = std::get_if<UnfitTemplate>(&places)) return skip(std::move(unfit->reason));
    return define_files(table, *detected.format, std::move(definition), config,
                        std::get<KeyPlaces>(std::move(places)));
}

}  // namespace

base::Result<Definition> define_table(const aws::GlueTable& table, const snowflake::TableName& name,
                                      const Config& config, const SnowflakeSettings& settings) {
    Verdict verdict = route_table(table);
    if (verdict.route == Route::none) return skip(std::move(verdict.reason));
    if (verdict.route == Route::iceberg_table) return define_iceberg(table, name, config);
    const auto effective = effective_table(table);
    if (!effective) return effective.error();
    return define_external(*effective, name, config, settings);
}

}  // namespace glue_to_snowflake
