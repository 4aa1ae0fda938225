#include "functions/glue_to_snowflake/definition/column_source.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/codec/json.h"
#include "functions/glue_to_snowflake/definition/name_folding.h"
#include "functions/glue_to_snowflake/definition/parameters.h"
#include "functions/glue_to_snowflake/definition/spark_schema.h"

namespace glue_to_snowflake {
namespace {

using snowflake::Sql;
using Names = std::map<std::string, std::string, std::less<>>;

constexpr std::string_view kAvroLiteral = "avro.schema.literal";

base::Error fault(std::string message) {
    return {base::ErrorKind::data_invalid, std::move(message)};
}

// {"fields":[{"name":"OrderId",…},…]}, as Spark and Avro both have it. A name that is there already
// stays.
base::Result<base::Done> add_fields(Names& names, std::string_view schema, std::string_view what) {
    constexpr std::string_view kRemedy =
        "correct it in the catalog, or set COLUMN_CASE to exact or ignore_case";
    const auto document = codec::parse_json(schema, what);
    if (!document) return fault(fmt::format("{}; {}", document.error().message, kRemedy));
    const codec::JsonValue* fields = codec::find_array(*document, "fields");
    if (fields == nullptr) return fault(fmt::format("{} has no fields; {}", what, kRemedy));
    for (const codec::JsonValue& field : fields->GetArray()) {
        const auto name = codec::find_text(field, "name");
        if (!name) return fault(fmt::format("{} has a field without a name; {}", what, kRemedy));
        names.emplace(folded_name(*name), *name);
    }
    return base::Done{};
}

// In the SerDe's properties or in the table's; "none" is Hive's word for no schema.
std::string_view avro_literal(const aws::GlueTable& table) {
    std::string_view literal =
        parameter(table.storage_descriptor.serde_info.parameters, kAvroLiteral);
    if (literal.empty()) literal = parameter(table.parameters, kAvroLiteral);
    return literal == "none" ? "" : literal;
}

bool has_avro_url(const aws::GlueTable& table) {
    constexpr std::string_view kUrl = "avro.schema.url";
    return !parameter(table.storage_descriptor.serde_info.parameters, kUrl).empty() ||
           !parameter(table.parameters, kUrl).empty();
}

base::Result<Names> true_names(const aws::GlueTable& table) {
    Names names;
    const auto spark = spark_schema_text(table.parameters);
    if (!spark) return spark.error();
    if (!spark->empty()) {
        if (auto added = add_fields(names, *spark, "spark.sql.sources.schema"); !added)
            return std::move(added).error();
    }
    if (const std::string_view avro = avro_literal(table); !avro.empty()) {
        if (auto added = add_fields(names, avro, kAvroLiteral); !added)
            return std::move(added).error();
    }
    return names;
}

// The element of VALUE that has exactly this name. A plain name stands in the path; one with a
// quote, a backslash or a control character goes into a literal, whose escapes are known.
Sql exact_element(std::string_view name) {
    for (const char byte : name) {
        if (byte == '"' || byte == '\\' || static_cast<unsigned char>(byte) < 0x20)
            return Sql("GET(VALUE, ").literal(name).fixed(")");
    }
    const auto path = snowflake::Identifier::from(name, "the element");
    if (!path) return Sql("GET(VALUE, ").literal(name).fixed(")");
    return Sql("VALUE:").identifier(*path);
}

Sql cast(const Sql& value, const HiveType& type) {
    return Sql().sql(value).fixed("::").sql(cast_type(type));
}

Sql from_base64(const Sql& value) {
    return Sql("TRY_TO_BINARY(").sql(value).fixed("::VARCHAR, 'BASE64')");
}

}  // namespace

base::Result<ColumnSources> ColumnSources::of(const aws::GlueTable& table, FileFormat format,
                                              ColumnCase column_case) {
    const aws::GlueSerdeInfo& serde = table.storage_descriptor.serde_info;
    ColumnSources sources;
    sources.format_ = format;
    if (format == FileFormat::csv) {
        sources.counts_days_ = ascii_lower(serde.serialization_library).ends_with("opencsvserde");
        return sources;
    }
    if (format == FileFormat::json) sources.read_json_serde(serde.parameters);
    if (column_case == ColumnCase::ignore_case) sources.ignore_case_ = true;
    if (column_case != ColumnCase::automatic) return sources;
    auto names = true_names(table);
    if (!names) return std::move(names).error();
    sources.true_names_ = *std::move(names);
    sources.ignore_case_ = format == FileFormat::json &&
                           ascii_lower(parameter(serde.parameters, "case.insensitive")) != "false";
    if (format == FileFormat::avro && sources.true_names_.empty() && has_avro_url(table)) {
        sources.notes_.emplace_back(
            "the true case of its columns is in avro.schema.url, which is not read: where it is "
            "not small, COLUMN_CASE=ignore_case reads them");
    }
    return sources;
}

void ColumnSources::read_json_serde(const aws::GlueParameters& serde) {
    constexpr std::string_view kMapping = "mapping.";
    for (auto at = serde.lower_bound(kMapping); at != serde.end(); ++at) {
        if (!at->first.starts_with(kMapping)) break;
        mapped_names_.emplace(folded_name(at->first.substr(kMapping.size())), at->second);
    }
    if (is_true(parameter(serde, "dots.in.keys"))) keys_ = Keys::dots_as_underscores;
}

Sql ColumnSources::element(std::string_view name) const {
    if (!ignore_case_) return exact_element(name);
    return Sql("GET_IGNORE_CASE(VALUE, ").literal(name).fixed(")");
}

Sql ColumnSources::value(std::string_view column) const {
    const std::string folded = folded_name(column);
    if (const auto found = true_names_.find(folded); found != true_names_.end())
        return exact_element(found->second);
    if (const auto mapped = mapped_names_.find(folded); mapped != mapped_names_.end())
        return element(mapped->second);
    if (keys_ == Keys::as_they_are || column.find('_') == std::string_view::npos)
        return element(column);
    std::string dotted(column);
    std::replace(dotted.begin(), dotted.end(), '_', '.');
    return Sql("COALESCE(").sql(element(column)).fixed(", ").sql(element(dotted)).fixed(")");
}

// Hive reads a field that does not fit its type as NULL; a plain cast would fail the whole query.
// A date of OpenCSV is a number of days since 1970 (Athena), which a cast alone would take for
// seconds.
Sql ColumnSources::csv_value(std::size_t position, const HiveType& type) const {
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
            break;
    }
    Sql lenient =
        Sql("TRY_CAST(").sql(field).fixed("::VARCHAR AS ").sql(cast_type(type)).fixed(")");
    if (type.kind != HiveKind::date || !counts_days_) return lenient;
    return Sql("COALESCE('1970-01-01'::DATE + TRY_TO_NUMBER(")
        .sql(field)
        .fixed("::VARCHAR, 6, 0), ")
        .sql(lenient)
        .fixed(")");
}

Sql ColumnSources::expression(std::string_view column, std::size_t position,
                              const HiveType& type) const {
    if (format_ == FileFormat::csv) return csv_value(position, type);
    const Sql source = value(column);
    if (format_ == FileFormat::json && type.kind == HiveKind::binary) return from_base64(source);
    return cast(source, type);
}

std::optional<std::string> ColumnSources::note(std::string_view column,
                                               const HiveType& type) const {
    if (type.kind == HiveKind::interval)
        return fmt::format("column {}: an interval is read as text", column);
    if (format_ == FileFormat::csv && type.kind == HiveKind::variant)
        return fmt::format("column {}: what is nested in delimited text is read as its text",
                           column);
    const std::string folded = folded_name(column);
    if (keys_ == Keys::dots_as_underscores && std::count(column.begin(), column.end(), '_') > 1 &&
        !true_names_.contains(folded) && !mapped_names_.contains(folded)) {
        return fmt::format(
            "column {}: read of the key with no dots or with dots alone; for others "
            "say mapping.{} (dots.in.keys)",
            column, column);
    }
    return std::nullopt;
}

}  // namespace glue_to_snowflake
