#include "runtime/local/verify.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "common/lake/export_manifest.h"
#include "runtime/local/export_search.h"
#include "runtime/local/verify_files.h"
#include "runtime/local/verify_gather.h"
#include "runtime/local/verify_join.h"
#include "runtime/local/verify_workers.h"

namespace local {
namespace {

using base::Done;
using base::Error;
using base::ErrorKind;
using base::Result;

Error config_fault(std::string message) {
    return {ErrorKind::config_invalid, std::move(message)};
}

// Without these three no line can be called newer than another.
Result<Done> check_settings(const dynamodb::LineSettings& line) {
    const dynamodb::LineMetadata& there = line.metadata;
    if (there.operation && there.sequence_number && there.event_time_ms) return Done{};
    return config_fault(
        "LINE_METADATA leaves out operation, sequence_number or event_time_ms: without them "
        "nothing tells which of an item's lines is the newest");
}

Result<Done> check_export(const lake::ExportSummary& summary) {
    if (summary.kind == lake::ExportKind::full) return Done{};
    return config_fault(fmt::format("{} is an incremental export; only a full one has every item",
                                    summary.export_arn));
}

// One verification: what its steps share.
class Verification {
  public:
    Verification(const VerifyOptions& options, const VerifySeams& seams, std::stop_token stop)
        : options_(options),
          seams_(seams),
          stop_(std::move(stop)),
          stores_(seams.make_stores()),
          tally_(options.list_max) {
        space_.folder = options.temp_folder;
    }

    Result<VerifyResult> run() {
        if (auto checked = check_settings(options_.lines.line); !checked) return checked.error();
        if (auto listed = list(); !listed) return listed.error();
        if (auto found = find_key(); !found) return found.error();
        Fan fan = make_fan(space_);
        if (auto gathered = gather(fan); !gathered) return gathered.error();
        if (auto joined = join_all(fan); !joined) return joined.error();
        return finish();
    }

  private:
    // What is to be read on both sides.
    Result<Done> list() {
        const auto summary = find_export_manifest(export_store(*stores_), options_.manifest);
        if (!summary) return summary.error();
        auto manifest = lake::read_export_manifest(export_store(*stores_), *summary);
        if (!manifest) return std::move(manifest).error();
        manifest_ = *std::move(manifest);
        if (auto checked = check_export(manifest_.summary); !checked) return checked;
        const lake::ObjectUri folder = options_.lake.below("");
        lake::ObjectStore& store = lake_store(*stores_);
        const auto objects = store.list(folder.key);
        if (!objects) return objects.error();
        listing_ = sort_lake_files(*objects, folder.key);
        if (listing_.files.empty()) {
            return Error{ErrorKind::data_invalid,
                         fmt::format("{}: there are no files of a lake", folder.text())};
        }
        auto oddities = find_oddities(store, listing_);
        if (!oddities) return std::move(oddities).error();
        result_.warnings = *std::move(oddities);
        return Done{};
    }

    // The names as they were given, else as an envelope has them, else as AWS has them; the types
    // as the export has them.
    Result<Done> find_key() {
        std::vector<std::string> names = options_.key;
        if (names.empty() && options_.lines.line.shape == dynamodb::LineShape::envelope) {
            auto found = key_names_of_lake(lake_store(*stores_), listing_.files);
            if (!found) return std::move(found).error();
            names = *std::move(found);
        }
        if (names.empty()) {
            auto described = seams_.describe_key(manifest_.summary.table_arn);
            if (!described) {
                return config_fault(fmt::format(
                    "the names of the key attributes are not known: {}; give them with --key "
                    "PARTITION_KEY[,SORT_KEY]",
                    described.error().message));
            }
            names = *std::move(described);
        }
        const auto item = first_item(export_store(*stores_), manifest_);
        if (!item) return item.error();
        if (item->empty()) {
            for (const std::string& name : names)
                schema_.push_back({name, KeyType::any});
            return Done{};
        }
        auto schema = learn_key(names, *item);
        if (!schema) return std::move(schema).error();
        schema_ = *std::move(schema);
        return Done{};
    }

    Result<Done> gather(Fan& fan) {
        const GatherSettings settings{manifest_, listing_.files, schema_, options_.lines,
                                      fan,       tally_,         stop_};
        const std::size_t lake_files = listing_.files.size();
        const std::size_t count = lake_files + manifest_.files.size();
        GatherProgress done;
        const auto make_worker = [&]() -> RunTask {
            const std::shared_ptr<ThreadStores> stores = seams_.make_stores();
            return [&, stores](std::size_t task) {
                if (task < lake_files)
                    return gather_lake_file(lake_store(*stores), task, settings, done);
                return gather_export_file(export_store(*stores), manifest_.files[task - lake_files],
                                          settings, done);
            };
        };
        return run_with_progress(
            count, make_worker, {.files = static_cast<std::int64_t>(count)}, [&] {
                return ProgressCounts{
                    .files = done.files, .items = done.lines, .bytes = done.bytes};
            });
    }

    Result<Done> join_all(Fan& fan) {
        std::vector<std::string> names;
        names.reserve(listing_.files.size());
        for (const LakeFile& file : listing_.files)
            names.push_back(file.name);
        JoinProgress done;
        const JoinSettings settings{
            space_,  tally_,
            schema_, options_.lines,
            names,   options_.memory_bytes / static_cast<std::size_t>(options_.workers),
            stop_,   done};
        const auto make_worker = [&]() -> RunTask {
            return [&](std::size_t task) {
                auto joined = join(*fan[task], 0, settings);
                fan[task].reset();
                return joined;
            };
        };
        // All files were read; now it is the items that count.
        const auto files =
            static_cast<std::int64_t>(listing_.files.size() + manifest_.files.size());
        return run_with_progress(
            kFan, make_worker, {.files = files, .items = manifest_.summary.item_count}, [&] {
                return ProgressCounts{.files = files, .items = done.items, .bytes = done.bytes};
            });
    }

    Result<Done> run_with_progress(std::size_t tasks, const std::function<RunTask()>& make_worker,
                                   const ProgressTotals& totals,
                                   const std::function<ProgressCounts()>& counts) {
        Progress progress(options_.look, totals, {}, seams_.clock.now_ms());
        const auto tick = [&] {
            const std::string text =
                progress.step(counts(), seams_.clock.now_ms(), seams_.columns());
            if (!text.empty()) seams_.tell(text);
        };
        auto done = run_tasks(tasks, {options_.workers, make_worker, tick, stop_});
        if (const std::string text = progress.clear(); !text.empty()) seams_.tell(text);
        return done;
    }

    VerifyResult finish() {
        const lake::ExportSummary& summary = manifest_.summary;
        result_.export_arn = summary.export_arn;
        result_.table_name = summary.table_name;
        result_.export_time_ms = summary.export_time_ms;
        for (const KeyAttribute& attribute : schema_)
            result_.key_names.push_back(attribute.name);
        tally_.finish(result_);
        add_hints();
        return std::move(result_);
    }

    void add_hints() {
        constexpr double kMsPerSecond = 1'000;
        const VerifyCounts& counts = result_.counts;
        if (result_.is_equal()) return;
        if (counts.snapshot_lines > 0 && counts.snapshot_lines == counts.later_snapshot_lines)
            result_.warnings.emplace_back(
                "the lake's snapshot is later than the export: take a newer export");
        if (result_.lake_newest_ms && *result_.lake_newest_ms < result_.export_time_ms) {
            const auto behind =
                static_cast<double>(result_.export_time_ms - *result_.lake_newest_ms);
            result_.warnings.push_back(
                fmt::format("the lake ends {:.3f} s before the export: what changed since is not "
                            "in it yet, or was not written",
                            behind / kMsPerSecond));
        }
    }

    lake::ObjectStore& export_store(ThreadStores& stores) const {
        return stores.at(options_.manifest);
    }
    lake::ObjectStore& lake_store(ThreadStores& stores) const { return stores.at(options_.lake); }

    const VerifyOptions& options_;
    const VerifySeams& seams_;
    const std::stop_token stop_;
    const std::unique_ptr<ThreadStores> stores_;
    SpillSpace space_;
    VerifyTally tally_;
    lake::ExportManifest manifest_;
    LakeListing listing_;
    KeySchema schema_;
    VerifyResult result_;
};

}  // namespace

Result<VerifyResult> verify(const VerifyOptions& options, const VerifySeams& seams,
                            const std::stop_token& stop) {
    return Verification(options, seams, stop).run();
}

}  // namespace local
