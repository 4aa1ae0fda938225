#include "functions/export_to_lake/config.h"

#include "common/dynamodb/change_record.h"
#include "common/lake/lake_uri.h"

namespace export_to_lake {
namespace {

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
    config.lake_uri = lake::read_lake_uri(settings);
    config.lake_dt = read_lake_dt(settings);
    config.table_arns = read_table_arns(settings);
    config.line = dynamodb::read_line_settings(settings);
    return config;
}

lake::LakePlace place_of(const Config& config, std::string_view table_name) {
    return {.folder = lake::lake_folder(config.lake_uri, table_name), .dt = config.lake_dt};
}

}  // namespace export_to_lake
