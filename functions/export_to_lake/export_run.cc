#include "functions/export_to_lake/export_run.h"

#include <algorithm>
#include <optional>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "common/lake/data_file.h"
#include "functions/export_to_lake/remedy.h"

namespace export_to_lake {
namespace {

// How fast the files so far were, to tell how long the next one takes.
class Pace {
  public:
    void add(std::int64_t items, std::int64_t duration_ms) {
        items_ += items;
        duration_ms_ += duration_ms;
    }
    // 0 while nothing is known.
    [[nodiscard]] std::int64_t expected_ms(std::int64_t items) const {
        if (items_ == 0) return 0;
        return static_cast<std::int64_t>(static_cast<double>(duration_ms_) *
                                         static_cast<double>(items) / static_cast<double>(items_));
    }

  private:
    std::int64_t items_ = 0;
    std::int64_t duration_ms_ = 0;
};

class ExportRun {
  public:
    ExportRun(const Config& config, const RunSeams& seams, base::Deadline deadline,
              ExportOutcome& outcome)
        : config_(config), seams_(seams), deadline_(deadline), outcome_(outcome) {}

    base::Result<base::Done> run(const Request& request) {
        source_ = seams_.open_store(request.manifest_summary.bucket, deadline_);
        auto read = read_manifest(request.manifest_summary);
        if (!read && read.error().code == "NoSuchKey" && request.or_else.has_value())
            read = read_manifest(*request.or_else);
        if (!read) return read;
        auto files = choose_files(request, manifest_);
        if (!files) return std::move(files).error();
        place_ = place_of(config_, manifest_.summary.table_name);
        lake_ = seams_.open_store(place_.folder.bucket, deadline_);
        if (auto listed = list_lake(); !listed) return listed;
        std::optional<base::Error> bad_data;
        for (const lake::ExportDataFile* file : *files) {
            auto done = bring(*file);
            if (done) continue;
            seams_.log.error("data_file_failed",
                             {{"data_file", file->uri.text()}, {"error", done.error().message}});
            if (done.error().kind != base::ErrorKind::data_invalid) return done;
            if (!bad_data) bad_data = done.error();
        }
        if (bad_data) return *std::move(bad_data);
        return complete();
    }

  private:
    base::Result<base::Done> read_manifest(const lake::ObjectUri& summary_uri) {
        auto manifest = lake::read_export_manifest(*source_, summary_uri);
        if (!manifest) return with_remedy(std::move(manifest).error(), summary_uri, std::nullopt);
        manifest_ = *std::move(manifest);
        outcome_.export_arn = manifest_.summary.export_arn;
        const auto& arns = config_.table_arns;
        const std::string& arn = manifest_.summary.table_arn;
        if (arns.empty() || std::find(arns.begin(), arns.end(), arn) != arns.end())
            return base::Done{};
        return base::Error{base::ErrorKind::data_invalid,
                           fmt::format("{} is of table {}, which TABLE_ARN does not name",
                                       summary_uri.text(), arn)};
    }

    base::Result<base::Done> list_lake() {
        auto listed = lake_->list(lake::data_object_prefix(place_, manifest_.summary));
        if (!listed) return explained(std::move(listed).error());
        for (const lake::ObjectInfo& object : *listed)
            there_.insert(object.key);
        return base::Done{};
    }

    // Makes sure that the file's object is in the lake.
    base::Result<base::Done> bring(const lake::ExportDataFile& file) {
        const lake::ObjectUri object = lake::data_object(place_, manifest_.summary, file);
        if (there_.contains(object.key)) {
            auto kept = lake::is_converted(*lake_, manifest_.summary, file, place_, config_.line);
            if (!kept) return explained(std::move(kept).error());
            if (*kept) {
                ++outcome_.files_kept;
                add_outcome(file, object);
                return base::Done{};
            }
        }
        if (pace_.expected_ms(file.item_count) > deadline_.remaining_ms(seams_.clock))
            return no_time_left(file);
        return convert(file, object);
    }

    base::Result<base::Done> convert(const lake::ExportDataFile& file,
                                     const lake::ObjectUri& object) {
        const base::EpochMs begun_ms = seams_.clock.now_ms();
        const auto look_at_clock =
            [&](const lake::DataFileCounts& so_far) -> base::Result<base::Done> {
            if (deadline_.remaining_ms(seams_.clock) > 0) return base::Done{};
            return too_slow(file, so_far, seams_.clock.now_ms() - begun_ms);
        };
        auto counts = lake::convert_data_file({*source_, *lake_}, manifest_.summary, file, place_,
                                              config_.line, look_at_clock);
        if (!counts) return explained(std::move(counts).error());
        const std::int64_t duration_ms = seams_.clock.now_ms() - begun_ms;
        pace_.add(counts->items, duration_ms);
        outcome_.items_converted += counts->items;
        outcome_.bytes_read += counts->bytes_read;
        outcome_.bytes_written += counts->bytes_written;
        add_outcome(file, object);
        seams_.log.info("data_file_converted", {{"data_file", file.uri.text()},
                                                {"object", object.text()},
                                                {"items", counts->items},
                                                {"bytes_read", counts->bytes_read},
                                                {"bytes_written", counts->bytes_written},
                                                {"duration_ms", duration_ms}});
        return base::Done{};
    }

    void add_outcome(const lake::ExportDataFile& file, const lake::ObjectUri& object) {
        outcome_.items += file.item_count;
        outcome_.files.push_back({file.uri.text(), object.text(), file.item_count});
    }

    [[nodiscard]] base::Error no_time_left(const lake::ExportDataFile& file) const {
        return {base::ErrorKind::deadline_near,
                fmt::format("{}: {} of {} files are in the lake, and no time is left for {} ({} "
                            "items): the same event again goes on there",
                            manifest_.summary_uri.text(), outcome_.files.size(),
                            manifest_.files.size(), file.uri.text(), file.item_count)};
    }

    static base::Error too_slow(const lake::ExportDataFile& file,
                                const lake::DataFileCounts& so_far, std::int64_t duration_ms) {
        return {base::ErrorKind::deadline_near,
                fmt::format("{}: {} of {} items were read in {} ms before the time was over, and "
                            "nothing of it is in the lake: the same event again begins with it; "
                            "where that does not end either, give the function more time or "
                            "memory, or use lakefeed backfill",
                            file.uri.text(), so_far.items, file.item_count, duration_ms)};
    }

    base::Result<base::Done> complete() {
        auto completed = lake::complete_export(*lake_, manifest_, place_);
        if (!completed) return explained(std::move(completed).error());
        outcome_.complete = *completed;
        if (*completed) {
            seams_.log.info("export_completed",
                            {{"export_arn", manifest_.summary.export_arn},
                             {"files", manifest_.files.size()},
                             {"items", manifest_.summary.item_count},
                             {"marker", lake::success_marker(place_, manifest_.summary).text()}});
        }
        return base::Done{};
    }

    [[nodiscard]] base::Error explained(base::Error error) const {
        return with_remedy(std::move(error), manifest_.summary_uri, place_.folder);
    }

    const Config& config_;
    const RunSeams& seams_;
    base::Deadline deadline_;
    ExportOutcome& outcome_;
    std::unique_ptr<lake::ObjectStore> source_;
    std::unique_ptr<lake::ObjectStore> lake_;
    lake::ExportManifest manifest_;
    lake::LakePlace place_;
    std::unordered_set<std::string> there_;  // keys of data objects in the lake
    Pace pace_;
};

}  // namespace

base::Result<base::Done> run_export(const Config& config, const RunSeams& seams,
                                    const Request& request, base::Deadline deadline,
                                    ExportOutcome& outcome) {
    return ExportRun(config, seams, deadline, outcome).run(request);
}

}  // namespace export_to_lake
