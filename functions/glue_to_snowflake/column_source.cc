#include "functions/glue_to_snowflake/column_source.h"

#include <charconv>

#include <fmt/format.h>

#include "common/codec/json.h"
#include "functions/glue_to_snowflake/parameters.h"

namespace glue_to_snowflake {
namespace {

using snowflake::Sql;
using Names = std::map<std::string, std::string, std::less<>>;

constexpr int kSchemaPartsMax = 1'000;

base::Error fault(std::string message) {
    return {base::ErrorKind::data_invalid, std::move(message)};
}

// {"fields":[{"name":"OrderId",…},…]}, as Spark and Avro both have it.
base::Result<base::Done> add_fields(Names& names, std::string_view schema, std::string_view what) {
    const auto document = codec::parse_json(schema, what);
    if (!document) return document.error();
    const codec::JsonValue* fields = codec::find_array(*document, "fields");
    if (fields == nullptr) return fault(fmt::format("{} has no fields", what));
    for (const codec::JsonValue& field : fields->GetArray()) {
        const auto name = codec::find_text(field, "name");
        if (!name) return fault(fmt::format("{} has a field without a name", what));
        names.emplace(ascii_lower(*name), *name);
    }
    return base::Done{};
}

// Spark's schema, whole or in parts; empty where there is none.
base::Result<std::string> spark_schema(const aws::GlueParameters& parameters) {
    if (const auto whole = parameter(parameters, "spark.sql.sources.schema"); !whole.empty())
        return std::string(whole);
    const auto count = parameter(parameters, "spark.sql.sources.schema.numParts");
    if (count.empty()) return std::string();
    int parts = 0;
    const auto [stop, error] = std::from_chars(count.data(), count.data() + count.size(), parts);
    if (error != std::errc() || stop != count.data() + count.size() || parts < 0 ||
        parts > kSchemaPartsMax) {
        return fault("spark.sql.sources.schema.numParts is no number of parts");
    }
    std::string schema;
    for (int i = 0; i < parts; ++i) {
        const std::string name = fmt::format("spark.sql.sources.schema.part.{}", i);
        const auto part = parameters.find(name);
        if (part == parameters.end()) return fault(name + " is missing");
        schema += part->second;
    }
    return schema;
}

base::Result<Names> true_names(const aws::GlueTable& table) {
    Names names;
    auto spark = spark_schema(table.parameters);
    if (!spark) return std::move(spark).error();
    if (!spark->empty()) {
        if (auto added = add_fields(names, *spark, "spark.sql.sources.schema"); !added)
            return std::move(added).error();
    }
    const std::string_view avro =
        parameter(table.storage_descriptor.serde_info.parameters, "avro.schema.literal");
    if (!avro.empty()) {
        if (auto added = add_fields(names, avro, "avro.schema.literal"); !added)
            return std::move(added).error();
    }
    return names;
}

// The element of VALUE that has this name. A plain name stands in the path; one with a quote, a
// backslash or a control character goes into a literal, whose escapes are known.
Sql element(std::string_view name) {
    for (const char byte : name) {
        if (byte == '"' || byte == '\\' || static_cast<unsigned char>(byte) < 0x20)
            return Sql("GET(VALUE, ").literal(name).fixed(")");
    }
    const auto path = snowflake::Identifier::from(name, "the element");
    if (!path) return Sql("GET(VALUE, ").literal(name).fixed(")");
    return Sql("VALUE:").identifier(*path);
}

Sql cast(const Sql& value, const HiveType& type) {
    return Sql().sql(value).fixed("::").sql(snowflake_type(type));
}

Sql from_base64(const Sql& value) {
    return Sql("TRY_TO_BINARY(").sql(value).fixed("::VARCHAR, 'BASE64')");
}

// Hive reads a field that does not fit its type as NULL; a plain cast would fail the whole query.
Sql csv_value(std::size_t position, const HiveType& type) {
    const Sql field = Sql("VALUE:c").integer(static_cast<std::int64_t>(position));
    switch (type.kind) {
        case HiveKind::text:
        case HiveKind::sized_text:
        case HiveKind::interval:
        case HiveKind::variant:
            return cast(field, type);
        case HiveKind::binary:
            return from_base64(field);
        default:
            return Sql("TRY_CAST(")
                .sql(field)
                .fixed("::VARCHAR AS ")
                .sql(snowflake_type(type))
                .fixed(")");
    }
}

}  // namespace

base::Result<ColumnSources> ColumnSources::of(const aws::GlueTable& table, FileFormat format,
                                              ColumnCase column_case) {
    ColumnSources sources;
    sources.format_ = format;
    if (format == FileFormat::csv) return sources;
    const aws::GlueParameters& serde = table.storage_descriptor.serde_info.parameters;
    if (format == FileFormat::json) {
        constexpr std::string_view kMapping = "mapping.";
        for (auto at = serde.lower_bound(kMapping); at != serde.end(); ++at) {
            if (!at->first.starts_with(kMapping)) break;
            sources.mapped_names_.emplace(ascii_lower(at->first.substr(kMapping.size())),
                                          at->second);
        }
    }
    if (column_case == ColumnCase::automatic) {
        auto names = true_names(table);
        if (!names) return std::move(names).error();
        sources.true_names_ = *std::move(names);
        sources.ignore_case_ = format == FileFormat::json &&
                               ascii_lower(parameter(serde, "case.insensitive")) != "false";
    }
    if (column_case == ColumnCase::ignore_case) sources.ignore_case_ = true;
    return sources;
}

Sql ColumnSources::value(std::string_view column) const {
    const std::string lower = ascii_lower(column);
    if (const auto found = true_names_.find(lower); found != true_names_.end())
        return element(found->second);
    const auto mapped = mapped_names_.find(lower);
    const std::string_view name = mapped == mapped_names_.end() ? column : mapped->second;
    if (!ignore_case_) return element(name);
    return Sql("GET_IGNORE_CASE(VALUE, ").literal(name).fixed(")");
}

Sql ColumnSources::expression(std::string_view column, std::size_t position,
                              const HiveType& type) const {
    if (format_ == FileFormat::csv) return csv_value(position, type);
    const Sql source = value(column);
    if (format_ == FileFormat::json && type.kind == HiveKind::binary) return from_base64(source);
    return cast(source, type);
}

}  // namespace glue_to_snowflake
