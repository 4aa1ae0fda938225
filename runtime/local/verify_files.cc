#include "runtime/local/verify_files.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "common/codec/json.h"

namespace local {
namespace {

constexpr std::size_t kMarkerBytesMax = 1024UL * 1024;
constexpr std::string_view kMarkerStart = "_SUCCESS-";
constexpr std::array<std::string_view, 13> kOtherExtensions = {
    ".parquet", ".orc", ".avro", ".csv",    ".tsv", ".ion",     ".crc",
    ".bz2",     ".zip", ".zst",  ".snappy", ".tmp", ".metadata"};

std::string_view last_part(std::string_view name) {
    return name.substr(name.rfind('/') + 1);  // all of it where there is no slash
}

bool is_hidden(std::string_view name) {
    for (;;) {
        if (name.starts_with('_') || name.starts_with('.')) return true;
        const std::size_t slash = name.find('/');
        if (slash == std::string_view::npos) return false;
        name.remove_prefix(slash + 1);
    }
}

bool is_of_digits(std::string_view text, std::string_view digits, std::size_t size) {
    return text.size() == size && text.find_first_not_of(digits) == std::string_view::npos;
}

// "01695353076000-a1b2c3d4" at the start of "01695353076000-a1b2c3d4-x.json.gz".
std::optional<std::string_view> export_id_of(std::string_view file_name) {
    constexpr std::size_t kTimeDigits = 14;
    constexpr std::size_t kRandomDigits = 8;
    constexpr std::size_t kIdBytes = kTimeDigits + 1 + kRandomDigits;
    const bool is_one = file_name.size() > kIdBytes + 1 &&
                        is_of_digits(file_name.substr(0, kTimeDigits), "0123456789", kTimeDigits) &&
                        file_name[kTimeDigits] == '-' &&
                        is_of_digits(file_name.substr(kTimeDigits + 1, kRandomDigits),
                                     "0123456789abcdef", kRandomDigits) &&
                        file_name[kIdBytes] == '-';
    if (!is_one) return std::nullopt;
    return file_name.substr(0, kIdBytes);
}

// Of a marker: {"files":N,…}.
std::optional<std::int64_t> files_of_marker(const std::string& marker) {
    const auto json = codec::parse_json(marker, "the marker");
    if (!json) return std::nullopt;
    return codec::find_integer(*json, "files");
}

}  // namespace

bool is_of_export(const LakeFile& file, std::string_view export_id) {
    return export_id_of(last_part(file.name)) == export_id;
}

LakeListing sort_lake_files(const std::vector<lake::ObjectInfo>& objects, std::string_view folder) {
    LakeListing listing;
    std::map<std::pair<std::string, std::string>, LakeSnapshot> snapshots;
    std::map<std::string, std::string> markers;  // the name without the folder -> the key
    for (const lake::ObjectInfo& object : objects) {
        std::string_view name = object.key;
        if (name.starts_with(folder)) name.remove_prefix(folder.size());
        if (name.empty() || name.ends_with('/')) continue;
        if (last_part(name).starts_with(kMarkerStart)) markers.emplace(name, object.key);
        if (is_hidden(name)) continue;
        const auto is_end = [&](std::string_view extension) { return name.ends_with(extension); };
        if (std::any_of(kOtherExtensions.begin(), kOtherExtensions.end(), is_end)) {
            listing.other_files.emplace_back(name);
            continue;
        }
        listing.files.push_back({object.key, std::string(name), object.bytes});
        if (const auto id = export_id_of(last_part(name))) {
            const std::string inside(name.substr(0, name.size() - last_part(name).size()));
            LakeSnapshot& snapshot = snapshots[{inside, std::string(*id)}];
            snapshot.folder = inside;
            snapshot.export_id = *id;
            ++snapshot.files;
        }
    }
    for (auto& [place, snapshot] : snapshots) {
        const auto marker =
            markers.find(snapshot.folder + std::string(kMarkerStart) + snapshot.export_id);
        if (marker != markers.end()) snapshot.marker_key = marker->second;
        listing.snapshots.push_back(std::move(snapshot));
    }
    return listing;
}

base::Result<std::vector<std::string>> find_oddities(lake::ObjectStore& store,
                                                     const LakeListing& listing) {
    std::vector<std::string> oddities;
    for (const LakeSnapshot& snapshot : listing.snapshots) {
        const std::string name = snapshot.folder + std::string(kMarkerStart) + snapshot.export_id;
        if (snapshot.marker_key.empty()) {
            oddities.push_back(fmt::format(
                "{} is not there: the backfill of this export did not come to its end", name));
            continue;
        }
        const auto marker = lake::read_object(store, snapshot.marker_key, kMarkerBytesMax);
        if (!marker) return marker.error();
        const auto files = files_of_marker(*marker);
        if (!files) {
            oddities.push_back(fmt::format("{} holds no number of files", name));
        } else if (*files != snapshot.files) {
            oddities.push_back(fmt::format("{} counts {} files of this export, and {} are there",
                                           name, *files, snapshot.files));
        }
    }
    if (!listing.other_files.empty())
        oddities.push_back(fmt::format("{} files that hold no lines are passed over, such as {}",
                                       listing.other_files.size(), listing.other_files.front()));
    return oddities;
}

}  // namespace local
