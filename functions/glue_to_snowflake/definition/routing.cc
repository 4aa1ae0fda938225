#include "functions/glue_to_snowflake/definition/routing.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "functions/glue_to_snowflake/definition/location.h"
#include "functions/glue_to_snowflake/definition/parameters.h"
#include "functions/glue_to_snowflake/definition/spark_schema.h"

namespace glue_to_snowflake {
namespace {

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

std::string lower_parameter(const aws::GlueTable& table, std::string_view name) {
    return ascii_lower(parameter(table.parameters, name));
}

bool has_parameter_like(const aws::GlueTable& table, std::string_view prefix) {
    const auto first = table.parameters.lower_bound(prefix);
    return first != table.parameters.end() && first->first.starts_with(prefix);
}

// What is no table of files, or not one of this catalog.
std::optional<std::string> reason_of_kind(const aws::GlueTable& table) {
    if (table.is_resource_link)
        return "a resource link to another catalog's table: sync it from that catalog";
    if (table.is_federated) return "a federated table: its data are in another system";
    if (table.is_multi_dialect_view) return "a view of several SQL dialects";
    if (table.is_materialized_view) return "a materialized view";
    if (ascii_lower(table.table_type) == "virtual_view" || !table.view_original_text.empty())
        return "a view: its SQL is another dialect's";
    return std::nullopt;
}

bool is_iceberg(const aws::GlueTable& table) {
    return lower_parameter(table, "table_type") == "iceberg" ||
           spark_provider(table) == "iceberg" || table.parameters.contains("metadata_location");
}

bool is_delta(const aws::GlueTable& table) {
    return lower_parameter(table, "table_type") == "delta" || spark_provider(table) == "delta" ||
           contains(lower_parameter(table, "classification"), "delta") ||
           contains(ascii_lower(table.storage_descriptor.input_format), "io.delta.") ||
           contains(table.storage_descriptor.location, "/_delta_log") ||
           has_parameter_like(table, "delta.");
}

bool is_hudi(const aws::GlueTable& table) {
    return lower_parameter(table, "table_type") == "hudi" || spark_provider(table) == "hudi" ||
           contains(lower_parameter(table, "classification"), "hudi") ||
           contains(table.storage_descriptor.input_format, "Hoodie") ||
           has_parameter_like(table, "hudi.") || has_parameter_like(table, "hoodie.");
}

// Table formats whose files only their own metadata can tell apart: an external table would read
// rows that were deleted, and stale versions.
std::optional<std::string> reason_of_table_format(const aws::GlueTable& table) {
    if (is_delta(table)) {
        return "a Delta table: only its log says which files count; make an Iceberg table of it "
               "with a Delta catalog integration";
    }
    if (is_hudi(table)) {
        return "a Hudi table: its files hold stale versions of rows; translate it to Iceberg "
               "(Apache XTable)";
    }
    if (ascii_lower(table.table_type) == "governed" ||
        lower_parameter(table, "table_type") == "governed")
        return "a governed table of Lake Formation: its transactions say which files count";
    return std::nullopt;
}

// A stream's, a database's or a cluster's table has no files.
std::string not_on_s3(const aws::GlueTable& table) {
    std::string_view kind = parameter(table.storage_descriptor.parameters, "typeOfData");
    if (kind.empty()) kind = parameter(table.parameters, "typeOfData");
    if (kind.empty()) kind = parameter(table.parameters, "classification");
    if (kind.empty() || kind.size() > 50) return "its location is not on S3";
    return fmt::format("its location is not on S3 ({})", kind);
}

std::optional<std::string> reason_of_storage(const aws::GlueTable& table) {
    const aws::GlueStorageDescriptor& storage = table.storage_descriptor;
    if (contains(storage.input_format, "SymlinkTextInputFormat"))
        return "its files are listed in manifests (SymlinkTextInputFormat), which Snowflake does "
               "not follow";
    if (!storage.additional_locations.empty())
        return "it has several locations, and an external table has one";
    if (storage.columns.empty() && !storage.schema_reference.empty())
        return "its columns are in Glue's schema registry alone (SchemaReference)";
    if (storage.columns.empty()) return "it has no columns in the catalog";
    if (!has_spark_placeholder(table)) return std::nullopt;
    const auto schema = spark_schema_text(table.parameters);
    if (schema && schema->empty())
        return "its only column is Spark's placeholder, and spark.sql.sources.schema is not there";
    const auto effective = effective_table(table);
    if (effective && effective->storage_descriptor.columns.empty())
        return "it has no columns in spark.sql.sources.schema";
    return std::nullopt;
}

std::optional<std::string> reason_of_location(const aws::GlueTable& table) {
    std::string_view location = table.storage_descriptor.location;
    if (has_spark_placeholder(table)) location = spark_option(table, "path").value_or(location);
    if (location.empty()) return "it has no location";
    if (!parse_s3_location(location)) return not_on_s3(table);
    return std::nullopt;
}

}  // namespace

Verdict route_table(const aws::GlueTable& table) {
    if (auto reason = reason_of_kind(table)) return {Route::none, *std::move(reason)};
    if (is_iceberg(table)) return {Route::iceberg_table};
    for (const auto& reason_of : {reason_of_table_format, reason_of_location, reason_of_storage}) {
        if (auto reason = reason_of(table)) return {Route::none, *std::move(reason)};
    }
    return {Route::external_table};
}

}  // namespace glue_to_snowflake
