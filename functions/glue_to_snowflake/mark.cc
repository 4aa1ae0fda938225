#include "functions/glue_to_snowflake/mark.h"

#include <algorithm>

#include "common/codec/digest.h"
#include "common/codec/hex.h"
#include "common/codec/json.h"

namespace glue_to_snowflake {
namespace {

constexpr std::string_view kMarkWord = "lakefeed ";
constexpr std::int64_t kMarkVersion = 1;
constexpr std::size_t kHashDigits = 32;

}  // namespace

std::string write_mark(const Mark& mark) {
    codec::JsonWriter json;
    json.begin_object().member_integer("version", kMarkVersion);
    json.member("catalog", mark.source.catalog_id).member("database", mark.source.database);
    json.member("table", mark.source.name).member("definition", mark.definition).end_object();
    return std::string(kMarkWord) + json.take();
}

std::optional<Mark> parse_mark(std::string_view comment) {
    const std::size_t line = comment.rfind('\n');
    if (line != std::string_view::npos) comment.remove_prefix(line + 1);
    if (!comment.starts_with(kMarkWord)) return std::nullopt;
    const auto document = codec::parse_json(comment.substr(kMarkWord.size()), "the mark");
    if (!document || codec::find_integer(*document, "version") != kMarkVersion) return std::nullopt;
    const auto catalog = codec::find_text(*document, "catalog");
    const auto database = codec::find_text(*document, "database");
    const auto table = codec::find_text(*document, "table");
    const auto definition = codec::find_text(*document, "definition");
    if (!catalog || !database || !table || !definition) return std::nullopt;
    return Mark{{std::string(*catalog), std::string(*database), std::string(*table)},
                std::string(*definition)};
}

std::string definition_hash(const snowflake::ExternalTable& table) {
    const std::string text =
        create_external_table(table, snowflake::CreateMode::replace, "").text();
    return codec::hex_lower(codec::sha256(text)).substr(0, kHashDigits);
}

}  // namespace glue_to_snowflake
