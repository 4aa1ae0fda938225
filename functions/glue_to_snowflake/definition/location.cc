#include "functions/glue_to_snowflake/definition/location.h"

#include <algorithm>
#include <array>
#include <cassert>

#include <fmt/format.h>

#include "common/base/utf8.h"
#include "common/codec/digest.h"
#include "common/codec/hex.h"
#include "functions/glue_to_snowflake/definition/parameters.h"

namespace glue_to_snowflake {
namespace {

constexpr std::size_t kHashDigits = 8;

// The first `characters` of a valid UTF-8 text.
std::string_view first_characters(std::string_view text, std::size_t characters) {
    std::size_t bytes = 0;
    for (; characters > 0 && bytes < text.size(); --characters)
        bytes += std::max<std::size_t>(base::utf8_sequence_length(text.substr(bytes)), 1);
    return text.substr(0, bytes);
}

}  // namespace

std::size_t S3Location::depth() const {
    return static_cast<std::size_t>(std::count(prefix.begin(), prefix.end(), '/'));
}

bool S3Location::covers(const S3Location& other) const {
    return bucket == other.bucket && other.prefix.starts_with(prefix);
}

std::optional<S3Location> parse_s3_location(std::string_view text) {
    static constexpr std::array<std::string_view, 5> kSchemes{"s3", "s3a", "s3n", "s3china",
                                                              "s3gov"};
    const std::size_t colon = text.find("://");
    if (colon == std::string_view::npos) return std::nullopt;
    const std::string scheme = ascii_lower(text.substr(0, colon));
    if (std::find(kSchemes.begin(), kSchemes.end(), scheme) == kSchemes.end()) return std::nullopt;
    text.remove_prefix(colon + 3);
    const std::size_t slash = text.find('/');
    S3Location location;
    location.bucket = text.substr(0, slash);
    if (location.bucket.empty()) return std::nullopt;
    if (slash != std::string_view::npos) location.prefix = text.substr(slash + 1);
    if (!location.prefix.empty() && location.prefix.back() != '/') location.prefix += '/';
    return location;
}

std::string stage_url(const S3Location& location, std::string_view region) {
    std::string_view scheme = "s3";
    if (region.starts_with("cn-")) scheme = "s3china";
    if (region.starts_with("us-gov-")) scheme = "s3gov";
    return fmt::format("{}://{}/{}", scheme, location.bucket, location.prefix);
}

const Stage* find_stage(const std::vector<Stage>& stages, const S3Location& location) {
    const Stage* longest = nullptr;
    for (const Stage& stage : stages) {
        if (!stage.location.covers(location)) continue;
        if (longest == nullptr || stage.location.prefix.size() > longest->location.prefix.size()) {
            longest = &stage;
        }
    }
    return longest;
}

base::Result<snowflake::StagePath> stage_path(const Stage& stage, const S3Location& location) {
    return snowflake::StagePath::from(
        stage.name, std::string_view(location.prefix).substr(stage.location.prefix.size()));
}

snowflake::ExternalStage own_stage(const snowflake::TableName& table, std::string url,
                                   const snowflake::Identifier& storage_integration) {
    const std::string hash = codec::hex_lower(codec::sha256(url)).substr(0, kHashDigits);
    const std::string_view start =
        first_characters(table.table.name(), snowflake::kIdentifierCharactersMax - kHashDigits - 1);
    auto name = snowflake::Identifier::from(fmt::format("{}_{}", start, hash), "the stage");
    assert(name);  // a cut of a name that is valid
    return {{table.database, table.schema, *std::move(name)}, std::move(url), storage_integration};
}

std::string note_on_file(std::string_view location) {
    static constexpr std::array<std::string_view, 10> kSuffixes{
        ".csv", ".tsv", ".txt", ".json", ".jsonl", ".gz", ".bz2", ".zst", ".parquet", ".orc"};
    const std::string lower = ascii_lower(location);
    const bool is_file_like =
        std::any_of(kSuffixes.begin(), kSuffixes.end(),
                    [&lower](std::string_view suffix) { return lower.ends_with(suffix); });
    if (!is_file_like) return "";
    return fmt::format(
        "its location {} has a file's name and is read as a folder: where it is a file, the table "
        "is empty",
        location);
}

}  // namespace glue_to_snowflake
