#include "runtime/local/export_search.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "common/base/clock.h"
#include "common/lake/export_manifest.h"

namespace local {
namespace {

constexpr std::string_view kSummaryName = "manifest-summary.json";
constexpr std::string_view kStartedName = "_started";
constexpr std::size_t kSummaryBytesMax = 1U << 20U;
constexpr std::size_t kExportsShownMax = 20;

std::string_view last_part(std::string_view key) {
    return key.substr(key.rfind('/') + 1);
}

base::Error fault(std::string message) {
    return {base::ErrorKind::data_invalid, std::move(message)};
}

// The URIs of the objects of this name, without the name: the exports' folders.
std::vector<lake::ObjectUri> folders_with(std::string_view name, const lake::ObjectUri& named,
                                          const std::vector<lake::ObjectInfo>& objects) {
    std::vector<lake::ObjectUri> folders;
    for (const lake::ObjectInfo& object : objects) {
        if (last_part(object.key) != name) continue;
        const std::size_t slash = std::string_view(object.key).size() - name.size();
        folders.push_back(
            {.bucket = named.bucket, .key = object.key.substr(0, slash > 0 ? slash - 1 : 0)});
    }
    return folders;
}

// "  s3://b/AWSDynamoDB/01-a/manifest-summary.json: orders, full, 2026-11-20T01:00:00Z, 8 items".
std::string describe(lake::ObjectStore& store, const lake::ObjectUri& folder) {
    const lake::ObjectUri uri = folder.below(kSummaryName);
    std::string text = fmt::format("\n  {}", uri.text());
    const auto json = lake::read_object(store, uri.key, kSummaryBytesMax);
    if (!json) return text;
    const auto summary = lake::parse_export_summary(*json, uri);
    if (!summary) return text;
    const std::string when = summary->kind == lake::ExportKind::full
                                 ? base::format_iso8601(summary->export_time_ms)
                                 : base::format_iso8601(summary->from_time_ms) + " to " +
                                       base::format_iso8601(summary->to_time_ms);
    return text + fmt::format(": {}, {}, {}, {} items", summary->table_name,
                              summary->kind == lake::ExportKind::full ? "full" : "incremental",
                              when, summary->item_count);
}

}  // namespace

base::Result<lake::ObjectUri> find_export_manifest(lake::ObjectStore& store,
                                                   const lake::ObjectUri& named) {
    const std::string_view name = last_part(named.key);
    if (name == kSummaryName) return named;
    if (name.ends_with(".json") || name.ends_with(".gz")) {
        return fault(fmt::format("{} is no export's {}: name that, or the export's folder",
                                 named.text(), kSummaryName));
    }
    const bool has_slash = named.key.empty() || named.key.ends_with('/');
    const auto objects = store.list(has_slash ? named.key : named.key + "/");
    if (!objects) return objects.error();
    const auto finished = folders_with(kSummaryName, named, *objects);
    if (finished.size() == 1) return finished.front().below(kSummaryName);
    if (finished.empty()) {
        std::string message = fmt::format("there is no finished export below {}", named.text());
        const auto started = folders_with(kStartedName, named, *objects);
        for (const lake::ObjectUri& folder : started)
            message +=
                fmt::format("\n  {} was started and has no {} yet", folder.text(), kSummaryName);
        if (started.empty()) message += fmt::format(": no {} is there", kSummaryName);
        return fault(std::move(message));
    }
    std::string message = fmt::format("there are {} finished exports below {}: name one of them",
                                      finished.size(), named.text());
    for (std::size_t i = 0; i < std::min(finished.size(), kExportsShownMax); ++i)
        message += describe(store, finished[i]);
    if (finished.size() > kExportsShownMax)
        message += fmt::format("\n  and {} more", finished.size() - kExportsShownMax);
    return fault(std::move(message));
}

}  // namespace local
