#include "runtime/local/verify_gather.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "common/codec/digest.h"
#include "common/lake/export_line.h"
#include "runtime/local/verify_reader.h"
#include "runtime/local/verify_record.h"

namespace local {
namespace {

using base::Done;
using base::Error;
using base::ErrorKind;
using base::Result;

// Files that are looked at for an envelope's keys.
constexpr std::size_t kFilesForKeysMax = 100;

Error interrupted() {
    return {ErrorKind::deadline_near, "verify: interrupted"};
}

Error at_line(const lake::ObjectUri& uri, std::uint64_t line, std::string_view reason) {
    return {ErrorKind::data_invalid, fmt::format("{} line {}: {}", uri.text(), line, reason)};
}

// Ends a reading that has found what it wanted.
Error found_enough() {
    return {ErrorKind::unexpected, "found"};
}

Result<Done> add_to(SpillFile Partition::* side, std::string_view key, std::string_view record,
                    Fan& fan) {
    return ((*fan[partition_of(hash_of_key(key), 0)]).*side).add(record);
}

// One file of the lake, line by line.
class LakeFileReader {
  public:
    LakeFileReader(std::size_t file, const GatherSettings& settings, GatherProgress& progress)
        : number_(static_cast<std::uint32_t>(file)),
          file_(settings.files[file]),
          settings_(settings),
          progress_(progress),
          moment_ms_(settings.manifest.summary.export_time_ms),
          of_this_export_(is_of_export(file_, settings.manifest.summary.export_id)) {}

    Result<Done> read(lake::ObjectReader& object) {
        const auto fault = read_lines(
            object,
            {.take = [&](std::string_view line,
                         std::uint64_t number) { return take(line, number); },
             .see_bytes = [&](std::string_view bytes) { progress_.bytes += bytes.size(); }});
        if (!fault) return fault.error();
        if (*fault) settings_.tally.add(BadLakeLine{file_.name, (*fault)->line, (*fault)->reason});
        ++counts_.lake_files;
        settings_.tally.add(counts_);
        if (newest_ms_) settings_.tally.see_time(*newest_ms_);
        return Done{};
    }

  private:
    Result<Done> take(std::string_view text, std::uint64_t number) {
        if (settings_.stop.stop_requested()) return interrupted();
        ++counts_.lake_lines;
        ++progress_.lines;
        auto line = parse_lake_line(text, settings_.schema, settings_.lake);
        if (!line) {
            settings_.tally.add(BadLakeLine{file_.name, number, line.error().message});
            return Done{};
        }
        newest_ms_ = std::max(newest_ms_.value_or(line->time_ms), line->time_ms);
        const bool is_of_stream = !line->sequence_number.empty();
        const LineTime time = time_of(is_of_stream, of_this_export_, line->time_ms, moment_ms_);
        if (!is_of_stream) ++counts_.snapshot_lines;
        if (time == LineTime::later) {
            ++counts_.later_lines;
            if (!is_of_stream) ++counts_.later_snapshot_lines;
            return Done{};
        }
        pack_line(line->key,
                  {std::move(line->sequence_number),
                   line->time_ms,
                   time,
                   {line->operation, line->has_image, std::move(line->image), {number_, number}}},
                  record_);
        return add_to(&Partition::lines, line->key, record_, settings_.fan);
    }

    const std::uint32_t number_;
    const LakeFile& file_;
    const GatherSettings& settings_;
    GatherProgress& progress_;
    const base::EpochMs moment_ms_;
    const bool of_this_export_;
    std::optional<base::EpochMs> newest_ms_;
    VerifyCounts counts_;
    std::string record_;
};

}  // namespace

Result<Done> gather_lake_file(lake::ObjectStore& store, std::size_t file,
                              const GatherSettings& settings, GatherProgress& progress) {
    const auto object = store.open(settings.files[file].key);
    if (!object) return object.error();
    auto read = LakeFileReader(file, settings, progress).read(**object);
    ++progress.files;
    return read;
}

Result<Done> gather_export_file(lake::ObjectStore& store, const lake::ExportDataFile& file,
                                const GatherSettings& settings, GatherProgress& progress) {
    const auto object = store.open(file.uri.key);
    if (!object) return object.error();
    codec::Md5 digest;
    std::string record;
    std::int64_t items = 0;
    const auto take = [&](std::string_view line, std::uint64_t number) -> Result<Done> {
        if (settings.stop.stop_requested()) return interrupted();
        ++items;
        ++progress.lines;
        const auto parsed = lake::parse_export_line(line, settings.manifest.summary);
        if (!parsed) return at_line(file.uri, number, parsed.error().message);
        const auto key = key_of_item(settings.schema, parsed->new_image);
        if (!key) return at_line(file.uri, number, key.error().message);
        pack_item(*key, parsed->new_image, record);
        return add_to(&Partition::items, *key, record, settings.fan);
    };
    const auto fault =
        read_lines(**object, {.take = take, .see_bytes = [&](std::string_view bytes) {
                                  digest.update(bytes);
                                  progress.bytes += bytes.size();
                              }});
    if (!fault) return fault.error();
    if (*fault) return at_line(file.uri, (*fault)->line, (*fault)->reason);
    if (items != file.item_count) {
        return Error{ErrorKind::data_invalid,
                     fmt::format("{}: {} items, and the manifest counts {}", file.uri.text(), items,
                                 file.item_count)};
    }
    if (!file.md5.empty() && digest.finish() != file.md5) {
        return Error{ErrorKind::data_invalid,
                     fmt::format("{}: its MD5 is not the manifest's", file.uri.text())};
    }
    ++progress.files;
    return Done{};
}

Result<std::string> first_item(lake::ObjectStore& store, const lake::ExportManifest& manifest) {
    std::string item;
    for (const lake::ExportDataFile& file : manifest.files) {
        if (file.item_count == 0) continue;
        const auto object = store.open(file.uri.key);
        if (!object) return object.error();
        const auto read = read_lines(
            **object, {.take = [&](std::string_view line, std::uint64_t number) -> Result<Done> {
                const auto parsed = lake::parse_export_line(line, manifest.summary);
                if (!parsed) return at_line(file.uri, number, parsed.error().message);
                item = parsed->new_image;
                return found_enough();
            }});
        if (!item.empty()) return item;
        if (!read) return read.error();
        if (*read) return at_line(file.uri, (*read)->line, (*read)->reason);
    }
    return item;
}

Result<std::vector<std::string>> key_names_of_lake(lake::ObjectStore& store,
                                                   const std::vector<LakeFile>& files) {
    std::vector<std::string> names;
    const std::size_t looked_at = std::min(files.size(), kFilesForKeysMax);
    for (std::size_t i = 0; i < looked_at && names.empty(); ++i) {
        const auto object = store.open(files[files.size() - 1 - i].key);
        if (!object) return object.error();
        const auto read = read_lines(
            **object, {.take = [&](std::string_view line, std::uint64_t) -> Result<Done> {
                names = key_names_of_envelope(line);
                return names.empty() ? Result<Done>(Done{}) : Result<Done>(found_enough());
            }});
        if (!read && names.empty()) return read.error();
    }
    return names;
}

}  // namespace local
