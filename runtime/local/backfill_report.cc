#include "runtime/local/backfill_report.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "common/base/clock.h"
#include "common/codec/json.h"
#include "runtime/local/progress.h"

namespace local {
namespace {

constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kPlain = "\x1b[0m";
constexpr std::size_t kMissingShownMax = 20;

std::string_view type_word(const lake::ExportSummary& summary) {
    return summary.kind == lake::ExportKind::full ? "full" : "incremental";
}

std::string time_text(const lake::ExportSummary& summary) {
    if (summary.kind == lake::ExportKind::full) return base::format_iso8601(summary.export_time_ms);
    return base::format_iso8601(summary.from_time_ms) + " to " +
           base::format_iso8601(summary.to_time_ms);
}

std::string files_text(std::int64_t files) {
    return fmt::format("{:L} {}", files, files == 1 ? "file" : "files");
}

std::string items_text(std::int64_t items) {
    return fmt::format("{:L} {}", items, items == 1 ? "item" : "items");
}

std::int64_t files_not_tried(const BackfillWork& work, const BackfillResult& result) {
    return static_cast<std::int64_t>(work.to_do.size()) - result.counts.files -
           result.counts.failed_files;
}

// "12 files, 3,000,000 items: 412.0 MB read (3.1 GB of lines), 420.1 MB written, 36.1 s, 85.9 MB/s
// of lines".
std::string counts_text(const BackfillResult& result) {
    const lake::DataFileCounts& done = result.counts.done;
    const double seconds = static_cast<double>(std::max<std::int64_t>(result.duration_ms, 1)) / 1e3;
    return fmt::format("{}, {}: {} read ({} of lines), {} written, {:.1f} s, {} of lines\n",
                       files_text(result.counts.files), items_text(done.items),
                       size_text(done.bytes_read), size_text(done.bytes_inflated),
                       size_text(done.bytes_written), seconds,
                       rate_text(static_cast<double>(done.bytes_inflated) / seconds));
}

std::string end_text(const BackfillWork& work, const BackfillResult& result) {
    switch (result.end) {
        case BackfillEnd::complete:
            return fmt::format("complete: {}\n",
                               lake::success_marker(work.place, work.manifest.summary).text());
        case BackfillEnd::files_failed:
            return fmt::format(
                "{} of {} failed, and the export is not complete; mend them, and the same command "
                "with --resume does what is left\n",
                result.counts.failed_files, files_text(work.all.files));
        case BackfillEnd::gave_up:
            return fmt::format(
                "gave up after {} failures in a row: {} not tried; the same command with --resume "
                "does what is left\n",
                kFailuresInARowMax, files_text(files_not_tried(work, result)));
        case BackfillEnd::not_completed:
            return fmt::format("all files are done, but the export is not complete: {}\n",
                               result.problem);
        case BackfillEnd::interrupted:
            break;
    }
    return fmt::format("interrupted: {} of {} done; the same command with --resume goes on\n",
                       result.counts.files + work.kept.files, files_text(work.all.files));
}

void add_work(codec::JsonWriter& json, const BackfillWork& work, bool dry_run) {
    const lake::ExportSummary& summary = work.manifest.summary;
    json.member("export_arn", summary.export_arn)
        .member("table_arn", summary.table_arn)
        .member("export_type", type_word(summary))
        .member("manifest", work.manifest.summary_uri.text())
        .member("lake", work.place.folder.text())
        .member("dt", work.place.dt)
        .member_boolean("dry_run", dry_run)
        .member_integer("files", work.all.files)
        .member_integer("items", work.all.items)
        .member_integer("files_kept", work.kept.files);
}

void add_bytes(codec::JsonWriter& json, std::string_view name, std::uint64_t bytes) {
    json.member_integer(name, static_cast<std::int64_t>(bytes));
}

}  // namespace

std::string work_text(const BackfillWork& work) {
    const lake::ExportSummary& summary = work.manifest.summary;
    return fmt::format("{}: {} export of {}, {}, {}\n", summary.table_name, type_word(summary),
                       time_text(summary), files_text(work.all.files), items_text(work.all.items));
}

std::string kept_text(const BackfillWork& work) {
    std::string text = fmt::format("--resume: {}, {} done already\n", files_text(work.kept.files),
                                   items_text(work.kept.items));
    const std::int64_t others = work.present.files - work.kept.files;
    if (others > 0) {
        text += fmt::format("{} there, made of another file or with other settings: done again\n",
                            files_text(others));
    }
    return text;
}

std::string error_text(const base::Error& error) {
    constexpr std::array kRefused{"ExpiredToken",         "ExpiredTokenException",
                                  "InvalidAccessKeyId",   "InvalidToken",
                                  "TokenRefreshRequired", "UnrecognizedClientException"};
    if (std::ranges::find(kRefused, error.code) == kRefused.end()) return error.message;
    return error.message +
           R"text(; eval "$(aws configure export-credentials --format env)" sets new credentials)text";
}

std::string failed_file_text(const FailedFile& failed, Colour colour) {
    const std::string uri = failed.file.uri.text();
    const bool names_it = failed.error.message.find(failed.file.name) != std::string::npos;
    return fmt::format("{}FAIL{} {}{}\n", colour == Colour::on ? kRed : "",
                       colour == Colour::on ? kPlain : "", names_it ? "" : uri + ": ",
                       error_text(failed.error));
}

std::string result_text(const BackfillWork& work, const BackfillResult& result) {
    return counts_text(result) + end_text(work, result);
}

std::string dry_run_text(const BackfillWork& work, const DryRun& found) {
    std::int64_t items = 0;
    for (const lake::ExportDataFile& file : work.to_do)
        items += file.item_count;
    std::string text = fmt::format("to do: {}, {}, {} to read; to {}\n",
                                   files_text(static_cast<std::int64_t>(work.to_do.size())),
                                   items_text(items), size_text(found.bytes_to_read),
                                   work.place.folder.below("dt=" + work.place.dt).text());
    const std::int64_t replaced = work.present.files - work.kept.files;
    if (replaced > 0)
        text += fmt::format("{} of them are there already and would be written again\n", replaced);
    for (std::size_t i = 0; i < std::min(found.missing.size(), kMissingShownMax); ++i)
        text += fmt::format("missing: {}\n", found.missing[i]);
    if (found.missing.size() > kMissingShownMax)
        text += fmt::format("and {} more\n", found.missing.size() - kMissingShownMax);
    return text + "nothing was written (--dry-run)\n";
}

std::string result_json(const BackfillWork& work, const BackfillResult& result) {
    codec::JsonWriter json;
    json.begin_object();
    add_work(json, work, false);
    json.member_integer("files_converted", result.counts.files)
        .member_integer("items_converted", result.counts.done.items);
    add_bytes(json, "bytes_read", result.counts.done.bytes_read);
    add_bytes(json, "bytes_inflated", result.counts.done.bytes_inflated);
    add_bytes(json, "bytes_written", result.counts.done.bytes_written);
    json.member_integer("duration_ms", result.duration_ms)
        .member_integer("files_not_tried", files_not_tried(work, result));
    json.key("failed").begin_array();
    for (const FailedFile& failed : result.failed) {
        json.begin_object()
            .member("data_file", failed.file.uri.text())
            .member("kind", base::kind_name(failed.error.kind))
            .member("error", failed.error.message)
            .end_object();
    }
    json.end_array()
        .member_boolean("complete", result.end == BackfillEnd::complete)
        .member_boolean("interrupted", result.end == BackfillEnd::interrupted);
    if (!result.problem.empty()) json.member("problem", result.problem);
    return json.end_object().take();
}

std::string dry_run_json(const BackfillWork& work, const DryRun& found) {
    std::int64_t items = 0;
    for (const lake::ExportDataFile& file : work.to_do)
        items += file.item_count;
    codec::JsonWriter json;
    json.begin_object();
    add_work(json, work, true);
    json.member_integer("files_present", work.present.files)
        .member_integer("files_to_convert", static_cast<std::int64_t>(work.to_do.size()))
        .member_integer("items_to_convert", items);
    add_bytes(json, "bytes_to_read", found.bytes_to_read);
    json.key("missing").begin_array();
    for (const std::string& uri : found.missing)
        json.text(uri);
    return json.end_array().end_object().take();
}

}  // namespace local
