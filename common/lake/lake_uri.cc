#include "common/lake/lake_uri.h"

#include "common/dynamodb/table_template.h"

namespace lake {

std::string read_lake_uri(base::SettingsReader& settings) {
    constexpr std::string_view kName = "LAKE_URI";
    std::string uri = settings.required(kName, "s3://my-lake/orders/");
    if (uri.empty()) return uri;
    const std::string filled = dynamodb::fill_table_template(uri, "table");
    const auto parsed = parse_object_uri(filled);
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

ObjectUri lake_folder(std::string_view lake_uri, std::string_view table_name) {
    // It was read once with a table's name in it.
    return parse_object_uri(dynamodb::fill_table_template(lake_uri, table_name)).value();
}

}  // namespace lake
