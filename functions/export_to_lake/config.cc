#include "functions/export_to_lake/config.h"

#include "common/dynamodb/change_record.h"

namespace export_to_lake {
namespace {

constexpr std::string_view kTablePlace = "{table}";

std::string fill_template(std::string_view uri, std::string_view table_name) {
    std::string filled(uri);
    for (std::size_t at = filled.find(kTablePlace); at != std::string::npos;
         at = filled.find(kTablePlace, at + table_name.size())) {
        filled.replace(at, kTablePlace.size(), table_name);
    }
    return filled;
}

std::string read_lake_uri(base::SettingsReader& settings) {
    constexpr std::string_view kName = "LAKE_URI";
    std::string uri = settings.required(kName, "s3://my-lake/orders/");
    if (uri.empty()) return uri;
    const std::string filled = fill_template(uri, "table");
    const auto parsed = lake::parse_object_uri(filled);
    if (!parsed) {
        settings.add_fault(kName, uri, parsed.error().message);
    } else if (!parsed->is_s3()) {
        settings.add_fault(kName, uri, "use s3://bucket/prefix/");
    } else if (filled.find_first_of("{}") != std::string::npos) {
        settings.add_fault(kName, uri,
                           "use {table} where the table's name belongs, and no brace else");
    }
    return uri;
}

std::string read_lake_dt(base::SettingsReader& settings) {
    constexpr std::string_view kName = "LAKE_DT";
    std::string dt = settings.text(kName, lake::kSnapshotDt);
    if (!lake::is_dt(dt))
        settings.add_fault(kName, dt, "use a day such as 20261120, or leave it out");
    return dt;
}

std::vector<std::string> read_table_arns(base::SettingsReader& settings) {
    constexpr std::string_view kName = "TABLE_ARN";
    std::vector<std::string> arns = settings.list(kName);
    for (const std::string& arn : arns) {
        const std::string_view name = dynamodb::table_name_of_arn(arn);
        if (name.empty() || !arn.ends_with("table/" + std::string(name))) {
            settings.add_fault(kName, arn,
                               "use a table's ARN, such as "
                               "arn:aws:dynamodb:eu-west-1:123456789012:table/orders");
        }
    }
    return arns;
}

}  // namespace

Config read_config(base::SettingsReader& settings) {
    Config config;
    config.lake_uri = read_lake_uri(settings);
    config.lake_dt = read_lake_dt(settings);
    config.table_arns = read_table_arns(settings);
    config.line = dynamodb::read_line_settings(settings);
    return config;
}

lake::LakePlace place_of(const Config& config, std::string_view table_name) {
    // It was read once with a table's name in it.
    return {.folder = lake::parse_object_uri(fill_template(config.lake_uri, table_name)).value(),
            .dt = config.lake_dt};
}

}  // namespace export_to_lake
