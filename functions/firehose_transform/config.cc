#include "functions/firehose_transform/config.h"

#include <vector>

#include "common/dynamodb/change_record.h"
#include "common/dynamodb/table_template.h"

namespace firehose_transform {
namespace {

std::string read_template(base::SettingsReader& settings, std::string_view name,
                          std::string_view example) {
    std::string value = settings.required(name, example);
    if (dynamodb::fill_table_template(value, "").find_first_of("{}") != std::string::npos) {
        settings.add_fault(name, value, "use a name, with {table} where the table's name belongs");
    }
    return value;
}

PartitionKeys read_partition_keys(base::SettingsReader& settings) {
    constexpr std::string_view kName = "PARTITION_KEYS";
    const std::vector<std::string> words = settings.list(kName);
    if (words.empty()) return {};
    PartitionKeys keys = {.table = false, .dt = false, .hour = false};
    for (const std::string& word : words) {
        if (word == "table") {
            keys.table = true;
        } else if (word == "dt") {
            keys.dt = true;
        } else if (word == "hour") {
            keys.hour = true;
        } else {
            settings.add_fault(kName, word, "use table, dt and hour, separated by commas");
        }
    }
    return keys;
}

std::string read_table_name(base::SettingsReader& settings) {
    constexpr std::string_view kName = "TABLE_NAME";
    std::string name = settings.text(kName);
    if (!name.empty() && !dynamodb::is_table_name(name)) {
        settings.add_fault(kName, name, "use a table's name, such as orders");
    }
    return name;
}

}  // namespace

Config read_config(base::SettingsReader& settings) {
    Config config;
    config.output =
        settings.choice<Output>("OUTPUT", {{"line", Output::line}, {"iceberg", Output::iceberg}});
    if (config.output == Output::iceberg) {
        config.iceberg_database = read_template(settings, "ICEBERG_DATABASE", "lake");
        config.iceberg_table = read_template(settings, "ICEBERG_TABLE", "{table}");
    }
    config.filter = dynamodb::read_change_filter(settings);
    config.partition_keys = read_partition_keys(settings);
    config.timestamp_attribute = settings.text("TIMESTAMP_ATTRIBUTE");
    config.table_name = read_table_name(settings);
    config.line = dynamodb::read_line_settings(settings, config.output == Output::iceberg
                                                             ? dynamodb::kNoLineMetadata
                                                             : dynamodb::LineMetadata{});
    return config;
}

}  // namespace firehose_transform
