#include "functions/glue_to_snowflake/config.h"

#include <functional>

#include <fmt/format.h>

#include "common/codec/json.h"

namespace glue_to_snowflake {
namespace {

constexpr std::string_view kMapExample = R"(use a JSON object such as {"sales":"LAKE.SALES"})";

base::Error fault(std::string message) {
    return {base::ErrorKind::data_invalid, std::move(message)};
}

// Takes a name off the front of `text`: a quoted one ends at its closing quote, a plain one at the
// next dot.
base::Result<snowflake::Identifier> take_name(std::string_view& text, std::string_view what) {
    if (!text.starts_with('"')) {
        const std::string_view name = text.substr(0, text.find('.'));
        text.remove_prefix(name.size());
        return snowflake::Identifier::from(name, what);
    }
    std::string name;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '"') {
            if (i + 1 >= text.size() || text[i + 1] != '"') {
                text.remove_prefix(i + 1);
                return snowflake::Identifier::from(name, what);
            }
            ++i;
        }
        name += text[i];
    }
    return fault(fmt::format("the name of {} has no closing quote", what));
}

void read_database_map(base::SettingsReader& settings, Config& config) {
    constexpr std::string_view kName = "DATABASE_MAP";
    const std::string text = settings.text(kName);
    if (config.database_rule == DatabaseRule::double_underscore) {
        if (!text.empty())
            settings.add_fault(kName, text, "set DATABASE_RULE=map as well, or leave it unset");
        return;
    }
    if (text.empty()) {
        settings.required(kName, R"({"sales":"LAKE.SALES"})");
        return;
    }
    const auto document = codec::parse_json(text, kName);
    if (!document || !document->IsObject() || document->ObjectEmpty()) {
        settings.add_fault(kName, text, kMapExample);
        return;
    }
    for (const auto& [database, target] : document->GetObject()) {
        const std::string name(codec::text_of(database));
        if (!target.IsString()) {
            settings.add_fault(kName, text, fmt::format("the target of {} is no text", name));
            continue;
        }
        auto schema = parse_schema_name(codec::text_of(target));
        if (!schema) {
            settings.add_fault(
                kName, codec::text_of(target),
                fmt::format("the target of {} is DB.SCHEMA; {}", name, schema.error().message));
            continue;
        }
        config.database_map.emplace(name, *std::move(schema));
    }
}

void read_partitions(base::SettingsReader& settings, Config& config) {
    config.partition_mode = settings.choice<PartitionMode>(
        "PARTITION_MODE", {{"expression", PartitionMode::expression},
                           {"user_specified", PartitionMode::user_specified}});
    // Of the tables that Snowflake can refresh: not of those with user-specified partitions.
    config.auto_refresh = settings.boolean("AUTO_REFRESH", true) ? snowflake::AutoRefresh::on
                                                                 : snowflake::AutoRefresh::off;
}

void read_iceberg(base::SettingsReader& settings, Config& config) {
    constexpr std::string_view kVolume = "ICEBERG_EXTERNAL_VOLUME";
    config.iceberg_catalog_integration = settings.text("ICEBERG_CATALOG_INTEGRATION");
    config.iceberg_external_volume = settings.text(kVolume);
    if (config.iceberg_catalog_integration.empty() && !config.iceberg_external_volume.empty()) {
        settings.add_fault(kVolume, config.iceberg_external_volume,
                           "set ICEBERG_CATALOG_INTEGRATION as well, or leave it unset");
    }
}

std::string read_catalog_id(base::SettingsReader& settings) {
    constexpr std::string_view kName = "CATALOG_ID";
    constexpr std::size_t kAccountDigits = 12;
    std::string id = settings.text(kName);
    const std::string_view account = std::string_view(id).substr(0, id.find(':'));
    const bool is_account = account.size() == kAccountDigits &&
                            account.find_first_not_of("0123456789") == std::string_view::npos;
    if (!id.empty() && (!is_account || id.ends_with(':'))) {
        settings.add_fault(kName, id,
                           "it is an account's number of 12 digits, or for a nested catalog "
                           "123456789012:name");
    }
    return id;
}

}  // namespace

base::Result<snowflake::SchemaName> parse_schema_name(std::string_view text) {
    auto database = take_name(text, "the database");
    if (!database) return std::move(database).error();
    if (!text.starts_with('.')) return fault("one dot stands between database and schema");
    text.remove_prefix(1);
    auto schema = take_name(text, "the schema");
    if (!schema) return std::move(schema).error();
    if (!text.empty()) return fault("nothing follows the schema");
    return snowflake::SchemaName{*std::move(database), *std::move(schema)};
}

Config read_config(base::SettingsReader& settings) {
    Config config;
    config.secret_id = settings.required("SECRET_ARN", "snowflake/lakefeed");
    config.catalog_id = read_catalog_id(settings);
    config.target_type = settings.choice<TargetType>(
        "TARGET_TYPE", {{"SNOWFLAKE", TargetType::snowflake}, {"LOGGING", TargetType::logging}});
    config.database_rule = settings.choice<DatabaseRule>(
        "DATABASE_RULE",
        {{"double_underscore", DatabaseRule::double_underscore}, {"map", DatabaseRule::map}});
    read_database_map(settings, config);
    config.database_filter = settings.list("DATABASE_FILTER");
    config.table_filter = settings.list("TABLE_FILTER");
    config.identifier_case = settings.choice<IdentifierCase>(
        "IDENTIFIER_CASE",
        {{"upper", IdentifierCase::upper}, {"preserve", IdentifierCase::preserve}});
    config.column_case =
        settings.choice<ColumnCase>("COLUMN_CASE", {{"auto", ColumnCase::automatic},
                                                    {"exact", ColumnCase::exact},
                                                    {"ignore_case", ColumnCase::ignore_case}});
    read_partitions(settings, config);
    config.delete_policy =
        settings.choice<DeletePolicy>("DELETE_POLICY", {{"ignore", DeletePolicy::ignore},
                                                        {"drop", DeletePolicy::drop},
                                                        {"rename", DeletePolicy::rename}});
    read_iceberg(settings, config);
    config.copy_comments = settings.boolean("COPY_COMMENTS", false);
    config.region = settings.text("AWS_REGION");
    return config;
}

}  // namespace glue_to_snowflake
