#include "functions/glue_to_snowflake/routing.h"

#include <optional>
#include <string_view>

#include "functions/glue_to_snowflake/parameters.h"

namespace glue_to_snowflake {
namespace {

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

// Table formats whose files only their own metadata can tell apart: an external table would read
// rows that were deleted, and stale versions.
std::optional<std::string> table_format_reason(const aws::GlueTable& table,
                                               std::string_view input_format) {
    const std::string type = ascii_lower(parameter(table.parameters, "table_type"));
    const std::string provider =
        ascii_lower(parameter(table.parameters, "spark.sql.sources.provider"));
    const std::string classification = ascii_lower(parameter(table.parameters, "classification"));
    if (type == "delta" || provider == "delta" || classification == "delta") return "a Delta table";
    const auto first_hudi = table.parameters.lower_bound("hudi.");
    const bool has_hudi_parameter =
        first_hudi != table.parameters.end() && first_hudi->first.starts_with("hudi.");
    if (type == "hudi" || provider == "hudi" || has_hudi_parameter ||
        contains(input_format, "Hoodie"))
        return "a Hudi table";
    if (type == "governed") return "a governed table of Lake Formation";
    return std::nullopt;
}

bool is_iceberg(const aws::GlueTable& table) {
    return ascii_lower(parameter(table.parameters, "table_type")) == "iceberg" ||
           ascii_lower(parameter(table.parameters, "spark.sql.sources.provider")) == "iceberg" ||
           table.parameters.contains("metadata_location");
}

// What is no table of files, or not one of this catalog.
std::optional<std::string> kind_reason(const aws::GlueTable& table) {
    if (table.is_resource_link) return "a resource link to another catalog's table";
    if (table.is_federated) return "a federated table";
    if (table.table_type == "VIRTUAL_VIEW" || !table.view_original_text.empty() ||
        table.is_multi_dialect_view || table.is_materialized_view) {
        return "a view";
    }
    return std::nullopt;
}

std::optional<std::string> storage_reason(const aws::GlueTable& table) {
    const aws::GlueStorageDescriptor& storage = table.storage_descriptor;
    const std::string_view input_format = storage.input_format;
    if (auto reason = table_format_reason(table, input_format)) return reason;
    if (storage.location.empty()) return "it has no location";
    if (contains(input_format, "SymlinkTextInputFormat"))
        return "its files are listed in manifests (SymlinkTextInputFormat)";
    if (!storage.additional_locations.empty()) return "it has several locations";
    if (contains(ascii_lower(input_format), "lzo")) return "LZO text cannot be read by Snowflake";
    const bool is_placeholder = storage.columns.size() == 1 && storage.columns[0].name == "col" &&
                                storage.columns[0].type == "array<string>" &&
                                table.parameters.contains("spark.sql.sources.provider");
    if (is_placeholder) return "its only column is Spark's placeholder, not read by this version";
    if (storage.columns.empty()) return "it has no columns in the catalog";
    return std::nullopt;
}

}  // namespace

Verdict route_table(const aws::GlueTable& table) {
    if (auto reason = kind_reason(table)) return {Route::none, *std::move(reason)};
    if (is_iceberg(table)) return {Route::iceberg_table};
    if (auto reason = storage_reason(table)) return {Route::none, *std::move(reason)};
    return {Route::external_table};
}

}  // namespace glue_to_snowflake
