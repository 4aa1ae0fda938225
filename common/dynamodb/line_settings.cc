#include "common/dynamodb/line_settings.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "common/base/utf8.h"

namespace dynamodb {
namespace {

constexpr std::size_t kPrefixBytesMax = 64;

using MetadataSwitch = std::pair<std::string_view, bool LineMetadata::*>;
constexpr std::array<MetadataSwitch, 5> kMetadataSwitches = {{
    {"operation", &LineMetadata::operation},
    {"event_id", &LineMetadata::event_id},
    {"sequence_number", &LineMetadata::sequence_number},
    {"event_time_ms", &LineMetadata::event_time_ms},
    {"ttl_delete", &LineMetadata::ttl_delete},
}};

LineMetadata read_metadata(base::SettingsReader& settings, LineMetadata fallback) {
    constexpr std::string_view kName = "LINE_METADATA";
    const std::vector<std::string> words = settings.list(kName);
    if (words.empty()) return fallback;
    LineMetadata metadata = kNoLineMetadata;
    for (const std::string& word : words) {
        const auto* found =
            std::find_if(kMetadataSwitches.begin(), kMetadataSwitches.end(),
                         [&](const MetadataSwitch& one) { return one.first == word; });
        if (found == kMetadataSwitches.end()) {
            settings.add_fault(kName, word,
                               "use operation, event_id, sequence_number, event_time_ms and "
                               "ttl_delete, separated by commas");
        } else {
            metadata.*(found->second) = true;
        }
    }
    return metadata;
}

std::string read_prefix(base::SettingsReader& settings) {
    constexpr std::string_view kName = "METADATA_PREFIX";
    std::string prefix = settings.text(kName, "__");
    const bool plain = std::none_of(prefix.begin(), prefix.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\' || c == '\x7F';
    });
    if (!plain || prefix.size() > kPrefixBytesMax || !base::is_utf8(prefix)) {
        settings.add_fault(kName, prefix,
                           "use at most 64 bytes without quotes, backslashes and control bytes");
    }
    return prefix;
}

}  // namespace

LineSettings read_line_settings(base::SettingsReader& settings, LineMetadata metadata) {
    LineSettings line;
    line.names = settings.choice<LineNames>(
        "LINE_NAMES", {{"keep", LineNames::keep}, {"lower", LineNames::lower}});
    line.shape = settings.choice<LineShape>(
        "LINE_SHAPE", {{"flat", LineShape::flat}, {"envelope", LineShape::envelope}});
    line.numbers = settings.choice<LineNumbers>(
        "LINE_NUMBERS", {{"number", LineNumbers::number}, {"text", LineNumbers::text}});
    line.metadata = read_metadata(settings, metadata);
    line.metadata_prefix = read_prefix(settings);
    return line;
}

}  // namespace dynamodb
