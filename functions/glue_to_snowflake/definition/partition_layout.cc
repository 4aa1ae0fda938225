#include "functions/glue_to_snowflake/definition/partition_layout.h"

#include <fmt/format.h>

#include "common/codec/uri.h"
#include "functions/glue_to_snowflake/definition/file_format.h"
#include "functions/glue_to_snowflake/definition/hive_type.h"
#include "functions/glue_to_snowflake/definition/location.h"
#include "functions/glue_to_snowflake/definition/name_folding.h"
#include "functions/glue_to_snowflake/definition/number_text.h"
#include "functions/glue_to_snowflake/definition/projection.h"
#include "functions/glue_to_snowflake/definition/spark_schema.h"

namespace glue_to_snowflake {
namespace {

bool is_number(const aws::GlueColumn& key) {
    const auto type = parse_hive_type(key.type);
    return type && (type->kind == HiveKind::integer || type->kind == HiveKind::decimal ||
                    type->kind == HiveKind::floating);
}

// The folder's text in the catalog's words: 01 and 1 are one number.
bool is_value(std::string_view text, std::string_view value, const aws::GlueColumn& key) {
    if (text == value) return true;
    if (!is_number(key)) return false;
    const auto left = number_in(text);
    return left && left == number_in(value);
}

// As the expression reads it: behind key= with the escapes undone, or the whole name.
bool holds(std::string_view folder, std::string_view value, const aws::GlueColumn& key) {
    const std::string marker = folded_name(key.name) + "=";
    if (!folded_name(folder).starts_with(marker)) return is_value(folder, value, key);
    folder.remove_prefix(marker.size());
    const auto unescaped = codec::uri_decode(folder);
    return is_value(folder, value, key) || (unescaped && is_value(*unescaped, value, key));
}

std::optional<std::string> reason_unread(const aws::GlueTable& table,
                                         const aws::GluePartition& partition) {
    const auto within = parse_s3_location(table.storage_descriptor.location);
    const auto location = parse_s3_location(partition.location);
    if (!within || !location || !within->covers(*location))
        return "does not lie below the table's location";
    std::string_view rest = std::string_view(location->prefix).substr(within->prefix.size());
    for (std::size_t i = 0; i < table.partition_keys.size(); ++i) {
        const aws::GlueColumn& key = table.partition_keys[i];
        const std::size_t slash = rest.find('/');
        if (slash == std::string_view::npos) return "has fewer folders than the table has keys";
        if (!holds(rest.substr(0, slash), partition.values[i], key))
            return fmt::format("has no folder {0}=VALUE or VALUE for the key {0} at its place",
                               key.name);
        rest.remove_prefix(slash + 1);
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> reason_layout_unfit(const aws::GlueTable& glue_table,
                                               const std::vector<aws::GluePartition>& partitions) {
    const auto effective = effective_table(glue_table);
    if (!effective) return std::nullopt;  // the definition's fault, not the layout's
    const aws::GlueTable& table = *effective;
    if (table.partition_keys.empty() || is_projected(table)) return std::nullopt;
    for (const aws::GluePartition& partition : partitions) {
        const std::string name =
            fmt::format("its partition ({})", fmt::join(partition.values, ", "));
        if (partition.values.size() != table.partition_keys.size())
            return name + " has another number of values than the table has keys";
        if (const auto reason = reason_unread(table, partition)) {
            return fmt::format(
                "{} at {} {}; PARTITION_MODE=user_specified reads partitions that "
                "lie anywhere below the table's location",
                name, partition.location, *reason);
        }
        if (!is_read_alike(table, partition)) {
            return fmt::format(
                "{} is read by {} {}, and not as the table is: one external table "
                "has one file format",
                name, partition.serialization_library, partition.input_format);
        }
    }
    return std::nullopt;
}

// Two SerDes of one format read its files alike, but for
// CSV, whose options are the SerDe's own.
bool is_read_alike(const aws::GlueTable& table, const aws::GluePartition& partition) {
    const auto same = [](std::string_view own, std::string_view tables) {
        return own.empty() || own == tables;
    };
    const aws::GlueStorageDescriptor& descriptor = table.storage_descriptor;
    // Spark's own tables: what the catalog says of SerDes means nothing.
    if (descriptor.serde_info.serialization_library.empty()) return true;
    if (same(partition.serialization_library, descriptor.serde_info.serialization_library) &&
        same(partition.input_format, descriptor.input_format))
        return true;
    aws::GlueTable own;
    own.storage_descriptor.serde_info.serialization_library = partition.serialization_library;
    own.storage_descriptor.input_format = partition.input_format;
    const auto format = detect_format(own).format;
    return format && format == detect_format(table).format && format != FileFormat::csv;
}

}  // namespace glue_to_snowflake
