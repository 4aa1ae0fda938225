#include "functions/stream_to_s3/config.h"

#include <algorithm>
#include <set>

#include "common/lake/lake_uri.h"

namespace stream_to_s3 {
namespace {

void read_csv(base::SettingsReader& settings, Config& config) {
    constexpr std::string_view kColumns = "CSV_COLUMNS";
    if (config.format == Format::json) {
        if (const std::string text = settings.text(kColumns); !text.empty())
            settings.add_fault(kColumns, text, "set S3_FORMAT=csv as well, or leave it unset");
        return;
    }
    settings.required(kColumns, "id,amount,__operation");
    config.csv_columns = settings.list(kColumns);
    std::set<std::string_view> seen;
    for (const std::string& column : config.csv_columns) {
        if (!seen.insert(column).second)
            settings.add_fault(kColumns, column, "name each column once");
    }
    config.csv_header =
        settings.boolean("CSV_HEADER", true) ? CsvHeader::present : CsvHeader::absent;
    if (config.line.shape == dynamodb::LineShape::envelope)
        settings.add_fault("LINE_SHAPE", "envelope", "use flat with S3_FORMAT=csv");
}

}  // namespace

Config read_config(base::SettingsReader& settings) {
    Config config;
    config.lake_uri = lake::read_lake_uri(settings);
    config.format =
        settings.choice<Format>("S3_FORMAT", {{"json", Format::json}, {"csv", Format::csv}});
    config.filter = dynamodb::read_change_filter(settings);
    config.line = dynamodb::read_line_settings(settings);
    read_csv(settings, config);
    return config;
}

}  // namespace stream_to_s3
