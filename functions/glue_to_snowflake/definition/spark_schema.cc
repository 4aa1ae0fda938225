#include "functions/glue_to_snowflake/definition/spark_schema.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "common/codec/json.h"
#include "functions/glue_to_snowflake/definition/name_folding.h"
#include "functions/glue_to_snowflake/definition/parameters.h"

namespace glue_to_snowflake {
namespace {

constexpr std::string_view kSchema = "spark.sql.sources.schema";
constexpr int kPartsMax = 1'000;

base::Error fault(std::string message) {
    return {base::ErrorKind::data_invalid, std::move(message)};
}

// The values of prefix + 0, prefix + 1, …, as many as the parameter `count_name` says; none where
// it is not there.
base::Result<std::vector<std::string_view>> numbered(const aws::GlueParameters& parameters,
                                                     const std::string& count_name,
                                                     const std::string& prefix) {
    std::vector<std::string_view> values;
    const std::string_view text = parameter(parameters, count_name);
    if (text.empty()) return values;
    int count = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc() || stop != text.data() + text.size() || count < 0 ||
        count > kPartsMax) {
        return fault(fmt::format("{} is no number from 0 to {}: write the table again from Spark",
                                 count_name, kPartsMax));
    }
    for (int i = 0; i < count; ++i) {
        const auto part = parameters.find(prefix + std::to_string(i));
        if (part == parameters.end()) {
            return fault(fmt::format("{}{} is missing, of {} {}: write the table again from Spark",
                                     prefix, i, count_name, count));
        }
        values.emplace_back(part->second);
    }
    return values;
}

std::string hive_word(std::string_view word) {
    using Names = std::pair<std::string_view, std::string_view>;
    static constexpr std::array<Names, 8> kNames{{{"integer", "int"},
                                                  {"long", "bigint"},
                                                  {"short", "smallint"},
                                                  {"byte", "tinyint"},
                                                  {"timestamp_ntz", "timestamp"},
                                                  {"timestamp_ltz", "timestamp"},
                                                  {"null", "void"},
                                                  {"interval", "interval_day_time"}}};
    for (const auto& [spark, hive] : kNames) {
        if (word == spark) return std::string(hive);
    }
    if (word.starts_with("string collate ")) return "string";
    return std::string(word);  // string, double, decimal(10,2), date, …: the same
}

base::Result<std::string> hive_type(const codec::JsonValue& type);

// `struct<…>` of Spark's {"type":"struct","fields":[…]}: names in back-ticks.
// NOLINTNEXTLINE(misc-no-recursion): the JSON parser bounds the depth.
base::Result<std::string> hive_struct(const codec::JsonValue& type) {
    const codec::JsonValue* fields = codec::find_array(type, "fields");
    if (fields == nullptr) return fault("a struct of Spark's has no fields");
    std::string text = "struct<";
    for (const codec::JsonValue& field : fields->GetArray()) {
        const auto name = codec::find_text(field, "name");
        const codec::JsonValue* inner = codec::find_member(field, "type");
        if (!name || inner == nullptr) return fault("a field of Spark's has no name or no type");
        auto inner_type = hive_type(*inner);
        if (!inner_type) return inner_type;
        text += text.back() == '<' ? "`" : ",`";
        for (const char byte : *name)
            text.append(byte == '`' ? 2 : 1, byte);
        text += "`:" + *inner_type;
    }
    return text + ">";
}

// Of an array or a map: the types of the members named.
// NOLINTNEXTLINE(misc-no-recursion): the JSON parser bounds the depth.
base::Result<std::string> hive_nested(const codec::JsonValue& type, std::string_view name,
                                      const std::vector<std::string_view>& members) {
    std::string text = std::string(name) + "<";
    for (const std::string_view member : members) {
        const codec::JsonValue* inner = codec::find_member(type, member);
        if (inner == nullptr) return fault(fmt::format("a type of Spark's has no {}", member));
        auto inner_type = hive_type(*inner);
        if (!inner_type) return inner_type;
        if (text.back() != '<') text += ',';
        text += *inner_type;
    }
    return text + ">";
}

// NOLINTNEXTLINE(misc-no-recursion): the JSON parser bounds the depth.
base::Result<std::string> hive_type(const codec::JsonValue& type) {
    if (type.IsString()) return hive_word(codec::text_of(type));
    const std::string_view name = codec::find_text(type, "type").value_or("");
    if (name == "struct") return hive_struct(type);
    if (name == "array") return hive_nested(type, "array", {"elementType"});
    if (name == "map") return hive_nested(type, "map", {"keyType", "valueType"});
    // A type of the user's own is kept in files as the type below it.
    if (const auto* stored = codec::find_member(type, "sqlType"); name == "udt" && stored)
        return hive_type(*stored);
    return fault("a type of Spark's is not one that is known here");
}

// varchar(n) and char(n) are strings to Spark; what they were declared as stands beside.
std::string_view declared_type(const codec::JsonValue& field) {
    const codec::JsonValue* metadata = codec::find_object(field, "metadata");
    if (metadata == nullptr) return "";
    return codec::find_text(*metadata, "__CHAR_VARCHAR_TYPE_STRING").value_or("");
}

base::Result<std::vector<aws::GlueColumn>> spark_columns(std::string_view schema) {
    const auto document = codec::parse_json(schema, kSchema);
    if (!document) return document.error();
    const codec::JsonValue* fields = codec::find_array(*document, "fields");
    if (fields == nullptr) return fault(fmt::format("{} has no fields", kSchema));
    std::vector<aws::GlueColumn> columns;
    for (const codec::JsonValue& field : fields->GetArray()) {
        const auto name = codec::find_text(field, "name");
        const codec::JsonValue* type = codec::find_member(field, "type");
        if (!name || type == nullptr)
            return fault(fmt::format("{} has a field without a name or a type", kSchema));
        auto text = hive_type(*type);
        if (!text)
            return fault(fmt::format("{}: field {}: {}", kSchema, *name, text.error().message));
        const std::string_view declared = declared_type(field);
        columns.push_back(
            {folded_name(*name), declared.empty() ? *std::move(text) : std::string(declared)});
    }
    return columns;
}

auto find_column(std::vector<aws::GlueColumn>& columns, std::string_view name) {
    const std::string folded = folded_name(name);
    return std::find_if(columns.begin(), columns.end(),
                        [&folded](const auto& each) { return each.name == folded; });
}

// Takes the partition columns out of `columns`; of one that the catalog has too, the catalog's type
// is kept, for its partitions' values are of that type.
base::Result<std::vector<aws::GlueColumn>> take_keys(std::vector<aws::GlueColumn>& columns,
                                                     const aws::GlueTable& table) {
    const std::string prefix(kSchema);
    const auto names = numbered(table.parameters, prefix + ".numPartCols", prefix + ".partCol.");
    if (!names) return names.error();
    std::vector<aws::GlueColumn> keys = table.partition_keys;
    for (const aws::GlueColumn& key : table.partition_keys) {
        const auto found = find_column(columns, key.name);
        if (found != columns.end()) columns.erase(found);
    }
    if (!keys.empty()) return keys;
    for (const std::string_view name : *names) {
        const auto found = find_column(columns, name);
        if (found == columns.end()) {
            return fault(
                fmt::format("{} has no partition column {}: write the table again from "
                            "Spark",
                            kSchema, name));
        }
        keys.push_back(std::move(*found));
        columns.erase(found);
    }
    return keys;
}

}  // namespace

base::Result<std::string> spark_schema_text(const aws::GlueParameters& parameters) {
    if (const auto whole = parameter(parameters, kSchema); !whole.empty())
        return std::string(whole);
    const std::string prefix(kSchema);
    const auto parts = numbered(parameters, prefix + ".numParts", prefix + ".part.");
    if (!parts) return parts.error();
    std::string schema;
    for (const std::string_view part : *parts)
        schema += part;
    return schema;
}

bool has_spark_placeholder(const aws::GlueTable& table) {
    const auto& columns = table.storage_descriptor.columns;
    return columns.size() == 1 && columns[0].name == "col" && columns[0].type == "array<string>" &&
           !spark_provider(table).empty();
}

base::Result<aws::GlueTable> effective_table(const aws::GlueTable& table) {
    if (!has_spark_placeholder(table)) return table;
    const auto schema = spark_schema_text(table.parameters);
    if (!schema) return schema.error();
    auto columns = spark_columns(*schema);
    if (!columns) return std::move(columns).error();
    auto keys = take_keys(*columns, table);
    if (!keys) return std::move(keys).error();
    aws::GlueTable effective = table;
    aws::GlueStorageDescriptor& storage = effective.storage_descriptor;
    storage.columns = *std::move(columns);
    effective.partition_keys = *std::move(keys);
    if (const auto path = spark_option(table, "path"); path && !path->empty())
        storage.location = *path;
    storage.serde_info.serialization_library.clear();
    storage.input_format.clear();
    effective.parameters.erase("classification");
    return effective;
}

std::optional<std::string_view> spark_option(const aws::GlueTable& table, std::string_view name) {
    const std::string lower = ascii_lower(name);
    for (const auto& [key, value] : table.storage_descriptor.serde_info.parameters) {
        if (ascii_lower(key) == lower) return value;
    }
    return std::nullopt;
}

// org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat, com.databricks.spark.csv
std::string spark_provider(const aws::GlueTable& table) {
    std::string provider = ascii_lower(parameter(table.parameters, "spark.sql.sources.provider"));
    if (provider.find('.') == std::string::npos) return provider;
    for (const char* format :
         {"parquet", "orc", "avro", "json", "csv", "delta", "hudi", "iceberg"}) {
        if (provider.find(fmt::format(".{}", format)) != std::string::npos) return format;
    }
    return provider;
}

}  // namespace glue_to_snowflake
