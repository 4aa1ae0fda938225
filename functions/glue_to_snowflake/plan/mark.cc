#include "functions/glue_to_snowflake/plan/mark.h"

#include <algorithm>

#include "common/codec/json.h"

namespace glue_to_snowflake {
namespace {

constexpr std::string_view kMarkWord = "lakefeed ";
constexpr std::string_view kWhiteSpace = " \t\r\n";

using TextMap = std::map<std::string, std::string, std::less<>>;

// Where the last line begins. White space behind the mark is a person's, and does no harm.
std::size_t mark_start(std::string_view comment) {
    const std::size_t last = comment.find_last_not_of(kWhiteSpace);
    if (last == std::string_view::npos) return comment.size();
    const std::size_t line = comment.rfind('\n', last);
    return line == std::string_view::npos ? 0 : line + 1;
}

void write_map(codec::JsonWriter& json, std::string_view name, const TextMap& map) {
    json.key(name).begin_object();
    for (const auto& [key, value] : map)
        json.member(key, value);
    json.end_object();
}

void write_known(codec::JsonWriter& json, const KnownPartitions& known) {
    json.key("known_partitions").begin_object();
    json.member_integer("count", static_cast<std::int64_t>(known.count));
    if (!known.digest.empty()) json.member("digest", known.digest);
    if (!known.listed.empty()) write_map(json, "listed", known.listed);
    json.end_object();
}

std::string text_in(const codec::JsonValue& value, std::string_view name) {
    return std::string(codec::find_text(value, name).value_or(""));
}

// Nothing where there is no such member, or where it is not as it was written.
std::optional<TextMap> map_in(const codec::JsonValue& value, std::string_view name) {
    const codec::JsonValue* object = codec::find_object(value, name);
    if (object == nullptr) return std::nullopt;
    TextMap map;
    for (const auto& member : object->GetObject()) {
        if (!member.value.IsString()) return std::nullopt;
        map.emplace(codec::text_of(member.name), codec::text_of(member.value));
    }
    return map;
}

std::optional<KnownPartitions> known_in(const codec::JsonValue& value) {
    const codec::JsonValue* object = codec::find_object(value, "known_partitions");
    if (object == nullptr) return std::nullopt;
    const auto count = codec::find_integer(*object, "count");
    if (!count || *count < 0) return std::nullopt;
    return KnownPartitions{.listed = map_in(*object, "listed").value_or(TextMap()),
                           .count = static_cast<std::size_t>(*count),
                           .digest = text_in(*object, "digest")};
}

}  // namespace

Mark make_mark(const TableDefinition& definition, const aws::GlueTableId& source) {
    PartHashes parts = part_hashes(definition.table);
    Mark mark{.source = source,
              .definition = definition_hash(definition.table),
              .location = std::move(parts.location),
              .file_format = std::move(parts.file_format),
              .partitions = std::move(parts.partitions),
              .columns = std::move(parts.columns)};
    if (definition.table.partition_type == snowflake::PartitionType::expression)
        mark.auto_refresh = definition.table.auto_refresh;
    if (definition.stage) mark.stage = definition.stage->name.table.name();
    return mark;
}

Mark make_mark(const IcebergDefinition& definition, const aws::GlueTableId& source) {
    return {.source = source,
            .definition = definition_hash(definition.table),
            .auto_refresh = definition.table.auto_refresh};
}

std::string write_mark(const Mark& mark) {
    codec::JsonWriter json;
    json.begin_object().member_integer("version", mark.version);
    json.member("catalog", mark.source.catalog_id).member("database", mark.source.database);
    json.member("table", mark.source.name).member("definition", mark.definition);
    const auto member = [&json](std::string_view name, const std::string& text) {
        if (!text.empty()) json.member(name, text);
    };
    member("location", mark.location);
    member("file_format", mark.file_format);
    member("partitions", mark.partitions);
    if (mark.columns) write_map(json, "columns", *mark.columns);
    if (mark.auto_refresh == snowflake::AutoRefresh::off)
        json.member_boolean("auto_refresh", false);
    member("stage", mark.stage);
    if (mark.known_partitions) write_known(json, *mark.known_partitions);
    member("deleted", mark.deleted);
    return std::string(kMarkWord) + json.end_object().take();
}

std::string write_comment(std::string_view text, const Mark& mark) {
    const std::string before = text.empty() ? std::string() : std::string(text) + '\n';
    std::string whole = before + write_mark(mark);
    if (whole.size() <= kCommentBytesMax) return whole;
    Mark shorter = mark;
    shorter.columns.reset();
    whole = before + write_mark(shorter);
    if (whole.size() <= kCommentBytesMax || !shorter.known_partitions) return whole;
    shorter.known_partitions.reset();
    return before + write_mark(shorter);
}

std::optional<Mark> parse_mark(std::string_view comment) {
    comment.remove_prefix(mark_start(comment));
    if (!comment.starts_with(kMarkWord)) return std::nullopt;
    const auto document = codec::parse_json(comment.substr(kMarkWord.size()), "the mark");
    if (!document) return std::nullopt;
    const auto version = codec::find_integer(*document, "version");
    if (!version || *version < kMarkVersion) return std::nullopt;
    Mark mark{.source = {text_in(*document, "catalog"), text_in(*document, "database"),
                         text_in(*document, "table")},
              .definition = text_in(*document, "definition"),
              .version = *version};
    if (mark.version > kMarkVersion) return mark;
    if (mark.source.database.empty() || mark.source.name.empty() || mark.definition.empty() ||
        !codec::find_text(*document, "catalog"))
        return std::nullopt;
    mark.location = text_in(*document, "location");
    mark.file_format = text_in(*document, "file_format");
    mark.partitions = text_in(*document, "partitions");
    mark.columns = map_in(*document, "columns");
    if (codec::find_bool(*document, "auto_refresh") == false)
        mark.auto_refresh = snowflake::AutoRefresh::off;
    mark.stage = text_in(*document, "stage");
    mark.known_partitions = known_in(*document);
    if (codec::find_member(*document, "deleted") != nullptr) {
        mark.deleted = text_in(*document, "deleted");
        if (mark.deleted.empty()) mark.deleted = "at an unknown time";
    }
    return mark;
}

std::string_view text_before_mark(std::string_view comment) {
    const std::size_t start = mark_start(comment);
    return start == 0 ? std::string_view() : comment.substr(0, start - 1);
}

}  // namespace glue_to_snowflake
