#include "runtime/local/backfill_work.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "common/lake/data_file.h"
#include "runtime/local/export_search.h"

namespace local {
namespace {

std::string_view last_part(std::string_view key) {
    return key.substr(key.rfind('/') + 1);
}

// The names of the objects that begin with the prefix.
base::Result<std::set<std::string>> list_names(lake::ObjectStore& store,
                                               const std::string& prefix) {
    const auto objects = store.list(prefix);
    if (!objects) return objects.error();
    std::set<std::string> names;
    for (const lake::ObjectInfo& object : *objects)
        names.emplace(last_part(object.key));
    return names;
}

void add(FileSums& sums, const lake::ExportDataFile& file) {
    ++sums.files;
    sums.items += file.item_count;
}

}  // namespace

base::Result<PlannedBackfill> plan_backfill(ThreadStores& stores, const BackfillOptions& options) {
    lake::ObjectStore& source = stores.at(options.manifest);
    const auto summary_uri = find_export_manifest(source, options.manifest);
    if (!summary_uri) return summary_uri.error();
    auto manifest = lake::read_export_manifest(source, *summary_uri);
    if (!manifest) return std::move(manifest).error();

    PlannedBackfill planned;
    BackfillWork& work = planned.work;
    work.manifest = *std::move(manifest);
    work.place = options.place;
    const lake::ExportSummary& summary = work.manifest.summary;
    lake::ObjectStore& lake_store = stores.at(work.place.folder);
    const auto there = list_names(lake_store, lake::data_object_prefix(work.place, summary));
    if (!there) return there.error();
    const std::string success = lake::success_marker(work.place, summary).key;
    const auto successes = list_names(lake_store, success);
    if (!successes) return successes.error();
    planned.success_is_there = successes->contains(std::string(last_part(success)));

    for (const lake::ExportDataFile& file : work.manifest.files) {
        add(work.all, file);
        work.to_do.push_back(file);
        const std::string key = lake::data_object(work.place, summary, file).key;
        if (!there->contains(std::string(last_part(key)))) continue;
        add(work.present, file);
        planned.present.push_back(file);
    }
    // The files that hold the most come first, so that none of these is begun at the very end.
    std::ranges::stable_sort(work.to_do, std::ranges::greater(), &lake::ExportDataFile::item_count);
    return planned;
}

void keep_files(BackfillWork& work, const std::set<std::string>& names) {
    std::erase_if(work.to_do, [&](const lake::ExportDataFile& file) {
        if (!names.contains(file.name)) return false;
        add(work.kept, file);
        return true;
    });
}

base::Result<base::Done> begin_backfill(lake::ObjectStore& lake, const PlannedBackfill& planned) {
    const BackfillWork& work = planned.work;
    if (!planned.success_is_there || work.to_do.empty()) return base::Done{};
    return lake.remove(lake::success_marker(work.place, work.manifest.summary).key);
}

base::Result<base::Done> complete_backfill(lake::ObjectStore& lake, const BackfillWork& work) {
    const auto complete = lake::complete_export(lake, work.manifest, work.place);
    if (!complete) return complete.error();
    if (*complete) return base::Done{};
    return base::Error{base::ErrorKind::data_invalid,
                       "objects that were written are gone; the same command with --resume writes "
                       "them again"};
}

base::Result<DryRun> look_at_files(lake::ObjectStore& source, const BackfillWork& work) {
    // The files of an export lie in one folder, of which each listing may hold other exports' too.
    std::map<std::string, std::uint64_t> bytes;
    std::map<std::string, bool> listed;
    DryRun found;
    for (const lake::ExportDataFile& file : work.to_do) {
        const std::string folder = file.uri.key.substr(0, file.uri.key.rfind('/') + 1);
        if (!listed[folder]) {
            const auto objects = source.list(folder);
            if (!objects) return objects.error();
            for (const lake::ObjectInfo& object : *objects)
                bytes[object.key] = object.bytes;
            listed[folder] = true;
        }
        const auto object = bytes.find(file.uri.key);
        if (object == bytes.end()) {
            found.missing.push_back(file.uri.text());
        } else {
            found.bytes_to_read += object->second;
        }
    }
    return found;
}

}  // namespace local
