#include "functions/glue_to_snowflake/sync/partition_path.h"

#include <cassert>

#include <fmt/format.h>

#include "functions/glue_to_snowflake/definition/location.h"

namespace glue_to_snowflake {
namespace {

// What Hive writes as %XX in a folder's name (FileUtils.escapePathName): control characters, and
// these.
bool is_escaped(char c) {
    constexpr std::string_view kEscaped = R"("#%'*/:=?\{[]^)";
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f || kEscaped.find(c) != std::string_view::npos;
}

std::string escaped(std::string_view value) {
    if (value.empty()) return "__HIVE_DEFAULT_PARTITION__";
    std::string text;
    for (const char c : value) {
        if (is_escaped(c)) {
            text += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        } else {
            text += c;
        }
    }
    return text;
}

}  // namespace

std::optional<std::string> partition_path(const aws::GlueTable& table, std::string_view location) {
    const auto root = parse_s3_location(table.storage_descriptor.location);
    const auto folder = parse_s3_location(location);
    if (!root || !folder || root->bucket != folder->bucket ||
        !folder->prefix.starts_with(root->prefix) || folder->prefix == root->prefix) {
        return std::nullopt;
    }
    return folder->prefix.substr(root->prefix.size());
}

std::string hive_partition_path(const aws::GlueTable& table,
                                const std::vector<std::string>& values) {
    assert(values.size() == table.partition_keys.size());
    std::string path;
    for (std::size_t i = 0; i < values.size(); ++i)
        path += fmt::format("{}={}/", escaped(table.partition_keys[i].name), escaped(values[i]));
    return path;
}

}  // namespace glue_to_snowflake
