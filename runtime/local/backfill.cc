#include "runtime/local/backfill.h"

#include <mutex>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "common/lake/data_file.h"
#include "runtime/local/backfill_pool.h"
#include "runtime/local/backfill_report.h"
#include "runtime/local/backfill_work.h"

namespace local {
namespace {

constexpr std::int64_t kWaitMs = 100;
constexpr std::size_t kFailuresShownMax = 20;

// Names that several threads find.
class Names {
  public:
    void add(const std::string& name) {
        const std::scoped_lock lock(mutex_);
        names_.insert(name);
    }
    // When no thread adds any more.
    [[nodiscard]] const std::set<std::string>& all() const { return names_; }

  private:
    std::mutex mutex_;
    std::set<std::string> names_;
};

// Converts one data file after the other with stores of its own.
class Conversion final : public FileTask {
  public:
    Conversion(const BackfillOptions& options, const BackfillWork& work,
               std::unique_ptr<ThreadStores> stores)
        : options_(options), work_(work), stores_(std::move(stores)) {}

    base::Result<lake::DataFileCounts> run(const lake::ExportDataFile& file,
                                           const lake::DataFileProgress& progress) override {
        const lake::DataFileStores stores{.source = stores_->at(file.uri),
                                          .lake = stores_->at(work_.place.folder)};
        return lake::convert_data_file(stores, work_.manifest.summary, file, work_.place,
                                       options_.line, progress);
    }

  private:
    const BackfillOptions& options_;
    const BackfillWork& work_;
    std::unique_ptr<ThreadStores> stores_;
};

// Asks whether the file's object is what the conversion would make.
class Check final : public FileTask {
  public:
    Check(const BackfillOptions& options, const BackfillWork& work,
          std::unique_ptr<ThreadStores> stores, Names& done)
        : options_(options), work_(work), stores_(std::move(stores)), done_(done) {}

    base::Result<lake::DataFileCounts> run(const lake::ExportDataFile& file,
                                           const lake::DataFileProgress& /*progress*/) override {
        const auto done =
            lake::is_converted(stores_->at(work_.place.folder), work_.manifest.summary, file,
                               work_.place, options_.line);
        if (!done) return done.error();
        if (*done) done_.add(file.name);
        return lake::DataFileCounts{};
    }

  private:
    const BackfillOptions& options_;
    const BackfillWork& work_;
    std::unique_ptr<ThreadStores> stores_;
    Names& done_;
};

class Backfill {
  public:
    Backfill(const BackfillOptions& options, const BackfillSeams& seams,
             const std::stop_token& stop)
        : options_(options), seams_(seams), stop_(stop), stores_(seams.make_stores()) {}

    ExitCode run();

  private:
    [[nodiscard]] ExitCode give_up(const base::Error& error) const;
    [[nodiscard]] ExitCode look() const;
    base::Result<base::Done> keep_done_files();
    void convert_files();
    void watch(BackfillPool& pool);
    void take_failed(BackfillPool& pool, Progress& progress);
    [[nodiscard]] ProgressCounts progress_counts(const PoolCounts& counts) const;
    void conclude();
    [[nodiscard]] ExitCode finish() const;

    const BackfillOptions& options_;
    const BackfillSeams& seams_;
    const std::stop_token& stop_;
    std::unique_ptr<ThreadStores> stores_;
    PlannedBackfill planned_;
    BackfillResult result_;
};

ExitCode Backfill::give_up(const base::Error& error) const {
    if (stop_.stop_requested()) {
        seams_.tell("interrupted before the first file\n");
        return ExitCode::interrupted;
    }
    seams_.tell(fmt::format("lakefeed: {}\n", error_text(error)));
    return ExitCode::set_up;
}

ExitCode Backfill::run() {
    const base::EpochMs began_ms = seams_.clock.now_ms();
    auto planned = plan_backfill(*stores_, options_);
    if (!planned) return give_up(planned.error());
    planned_ = *std::move(planned);
    seams_.tell(work_text(planned_.work));
    if (options_.mode == BackfillMode::resume) {
        if (auto kept = keep_done_files(); !kept) return give_up(kept.error());
    }
    if (options_.effect == BackfillEffect::dry_run) return look();
    auto begun = begin_backfill(stores_->at(options_.place.folder), planned_);
    if (!begun) return give_up(begun.error());
    convert_files();
    conclude();
    result_.duration_ms = seams_.clock.now_ms() - began_ms;
    return finish();
}

base::Result<base::Done> Backfill::keep_done_files() {
    Names done;
    const MakeFileTask make = [&] {
        return std::make_unique<Check>(options_, planned_.work, seams_.make_stores(), done);
    };
    BackfillPool pool(planned_.present, options_.workers, make, stop_);
    while (!pool.wait_ms(kWaitMs)) {
    }
    auto failed = pool.take_failed();
    if (!failed.empty()) return std::move(failed.front().error);
    if (stop_.stop_requested()) {
        return base::Error{base::ErrorKind::deadline_near, "interrupted"};
    }
    keep_files(planned_.work, done.all());
    seams_.tell(kept_text(planned_.work));
    return base::Done{};
}

ExitCode Backfill::look() const {
    const auto found =
        look_at_files(stores_->at(planned_.work.manifest.summary_uri), planned_.work);
    if (!found) return give_up(found.error());
    seams_.tell(dry_run_text(planned_.work, *found));
    if (options_.format == OutputFormat::json)
        seams_.give(dry_run_json(planned_.work, *found) + "\n");
    return found->missing.empty() ? ExitCode::ok : ExitCode::failed;
}

void Backfill::convert_files() {
    const MakeFileTask make = [this] {
        return std::make_unique<Conversion>(options_, planned_.work, seams_.make_stores());
    };
    BackfillPool pool(planned_.work.to_do, options_.workers, make, stop_);
    watch(pool);
    result_.counts = pool.counts();
}

void Backfill::watch(BackfillPool& pool) {
    const BackfillWork& work = planned_.work;
    Progress progress(options_.look, {.files = work.all.files, .items = work.all.items},
                      progress_counts({}), seams_.clock.now_ms());
    bool stop_was_told = false;
    for (bool ended = false;; ended = pool.wait_ms(kWaitMs)) {
        take_failed(pool, progress);
        if (stop_.stop_requested() && !std::exchange(stop_was_told, true))
            seams_.tell(progress.clear() + "stopping; asked again, it ends at once\n");
        seams_.tell(
            progress.step(progress_counts(pool.counts()), seams_.clock.now_ms(), seams_.columns()));
        if (ended) break;
    }
    seams_.tell(progress.clear());
}

// A failed file is told when it fails: the rest may take hours.
void Backfill::take_failed(BackfillPool& pool, Progress& progress) {
    for (FailedFile& failed : pool.take_failed()) {
        const std::size_t count = result_.failed.size();
        if (count < kFailuresShownMax)
            seams_.tell(progress.clear() + failed_file_text(failed, options_.colour));
        if (count == kFailuresShownMax)
            seams_.tell(progress.clear() + "further failures are only counted; --json has all\n");
        result_.failed.push_back(std::move(failed));
    }
}

ProgressCounts Backfill::progress_counts(const PoolCounts& counts) const {
    const FileSums& kept = planned_.work.kept;
    return {.files = kept.files + counts.files,
            .items = kept.items + counts.so_far.items,
            .bytes = counts.so_far.bytes_inflated,
            .failed_files = counts.failed_files};
}

// How it ended; the last step where every file is done.
void Backfill::conclude() {
    const auto tried = result_.counts.files + result_.counts.failed_files;
    const bool all_tried = tried == static_cast<std::int64_t>(planned_.work.to_do.size());
    if (!all_tried && stop_.stop_requested()) {
        result_.end = BackfillEnd::interrupted;
    } else if (!all_tried) {
        result_.end = BackfillEnd::gave_up;
    } else if (result_.counts.failed_files > 0) {
        result_.end = BackfillEnd::files_failed;
    } else if (auto done = complete_backfill(stores_->at(options_.place.folder), planned_.work);
               !done) {
        result_.end = BackfillEnd::not_completed;
        result_.problem = done.error().message;
    }
}

ExitCode Backfill::finish() const {
    seams_.tell(result_text(planned_.work, result_));
    if (options_.format == OutputFormat::json)
        seams_.give(result_json(planned_.work, result_) + "\n");
    if (result_.end == BackfillEnd::interrupted) return ExitCode::interrupted;
    return result_.end == BackfillEnd::complete ? ExitCode::ok : ExitCode::failed;
}

}  // namespace

ExitCode backfill(const BackfillOptions& options, const BackfillSeams& seams,
                  const std::stop_token& stop) {
    return Backfill(options, seams, stop).run();
}

}  // namespace local
