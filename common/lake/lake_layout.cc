#include "common/lake/lake_layout.h"

#include <algorithm>

#include <fmt/format.h>

namespace lake {
namespace {

ObjectUri partition(const LakePlace& place) {
    return place.folder.below(fmt::format("dt={}", place.dt));
}

}  // namespace

bool is_dt(std::string_view text) {
    constexpr std::size_t kBytesMax = 64;
    return !text.empty() && text.size() <= kBytesMax && std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '-' || c == '_';
    });
}

ObjectUri data_object(const LakePlace& place, const ExportSummary& summary,
                      const ExportDataFile& file) {
    return partition(place).below(fmt::format("{}-{}", summary.export_id, file.name));
}

ObjectUri success_marker(const LakePlace& place, const ExportSummary& summary) {
    return partition(place).below("_SUCCESS-" + summary.export_id);
}

std::string data_object_prefix(const LakePlace& place, const ExportSummary& summary) {
    return partition(place).below(summary.export_id + "-").key;
}

}  // namespace lake
