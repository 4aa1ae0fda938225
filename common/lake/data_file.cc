#include "common/lake/data_file.h"

#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "common/codec/digest.h"
#include "common/codec/gzip.h"
#include "common/codec/hex.h"
#include "common/codec/json.h"
#include "common/lake/export_line_writer.h"
#include "common/lake/gzip_lines.h"

namespace lake {
namespace {

constexpr std::string_view kContentType = "application/gzip";
constexpr std::string_view kMarkerType = "application/json";
constexpr std::size_t kBlockBytes = 128UL << 10U;  // of lines, to be compressed at once
constexpr std::uint64_t kProgressBytes = 1UL << 20U;
constexpr std::size_t kMarkDigits = 32;
constexpr std::size_t kHeadBytes = 128;  // hold a gzip header with a mark

// Whether an object of these bytes can have had this ETag (S3's page "Checking object integrity"):
// the MD5 in hex; of a multipart upload of one part the MD5 of its MD5, and "-1". Of more parts, or
// under a KMS key, nobody can tell from the bytes.
bool etag_holds(const std::string& etag, const std::string& now, const std::string& md5) {
    if (etag == now || etag == codec::hex_lower(md5)) return true;
    if (etag == codec::hex_lower(codec::md5(md5)) + "-1") return true;
    return etag.find('-') != std::string::npos && !etag.ends_with("-1");
}

// The object in the lake while it grows.
class DataObject {
  public:
    DataObject(ObjectWriter& writer, std::string mark)
        : writer_(writer), gzip_(codec::kGzipLevel, std::move(mark)) {}

    base::Result<base::Done> write(std::string_view lines) {
        gzip_.write(lines, compressed_);
        return compressed_.size() < kBlockBytes ? base::Done{} : flush();
    }
    base::Result<base::Done> finish() {
        gzip_.finish(compressed_);
        if (auto flushed = flush(); !flushed) return flushed;
        return writer_.finish();
    }
    [[nodiscard]] std::uint64_t bytes_written() const { return bytes_written_; }

  private:
    base::Result<base::Done> flush() {
        auto written = writer_.write(compressed_);
        bytes_written_ += compressed_.size();
        compressed_.clear();
        return written;
    }

    ObjectWriter& writer_;
    codec::GzipWriter gzip_;
    std::string compressed_;
    std::uint64_t bytes_written_ = 0;
};

class Conversion {
  public:
    Conversion(ObjectReader& reader, DataObject& object, const ExportDataFile& file,
               ExportLineWriter lines)
        : file_(file),
          etag_(reader.info().etag),
          source_(reader, &digest_),
          lines_(std::move(lines)),
          object_(object) {}

    base::Result<DataFileCounts> run(const DataFileProgress& progress) {
        std::uint64_t next_progress = kProgressBytes;
        while (true) {
            auto line = source_.next();
            if (!line) return at_line(std::move(line).error());
            if (!line->has_value()) break;
            if (auto added = add(**line); !added) return std::move(added).error();
            if (source_.bytes_inflated() < next_progress || !progress) continue;
            next_progress = source_.bytes_inflated() + kProgressBytes;
            if (auto going = progress(counts()); !going) return std::move(going).error();
        }
        if (auto held = check(); !held) return std::move(held).error();
        if (auto written = object_.write(block_); !written) return std::move(written).error();
        if (auto finished = object_.finish(); !finished) return std::move(finished).error();
        return counts();
    }

  private:
    base::Result<base::Done> add(std::string_view line) {
        if (auto added = lines_.append(line, block_); !added)
            return at_line(std::move(added).error());
        ++items_;
        if (block_.size() < kBlockBytes) return base::Done{};
        auto written = object_.write(block_);
        block_.clear();
        return written;
    }

    // What the manifest says of the file.
    base::Result<base::Done> check() {
        const std::string md5 = digest_.finish();
        if (!file_.md5.empty() && md5 != file_.md5) {
            return fault(
                fmt::format("its MD5 is {}, and the manifest says {}: it is damaged or was changed",
                            codec::hex_lower(md5), codec::hex_lower(file_.md5)));
        }
        if (file_.md5.empty() && !file_.etag.empty() && !etag_holds(file_.etag, etag_, md5)) {
            return fault(
                fmt::format("its MD5 is {}, which is not of the manifest's ETag {}: it is "
                            "damaged or was changed",
                            codec::hex_lower(md5), file_.etag));
        }
        if (items_ != file_.item_count) {
            return fault(
                fmt::format("it has {} items, and the manifest says {}", items_, file_.item_count));
        }
        return base::Done{};
    }

    [[nodiscard]] base::Error fault(std::string_view what) const {
        return {base::ErrorKind::data_invalid, fmt::format("{}: {}", file_.uri.text(), what)};
    }

    // The store's own errors name the object already.
    [[nodiscard]] base::Error at_line(base::Error error) const {
        if (error.kind == base::ErrorKind::data_invalid) {
            error.message = fmt::format("{} line {}: {}", file_.uri.text(), source_.line_number(),
                                        error.message);
        }
        return error;
    }

    [[nodiscard]] DataFileCounts counts() const {
        return {.items = items_,
                .bytes_read = source_.bytes_read(),
                .bytes_inflated = source_.bytes_inflated(),
                .bytes_written = object_.bytes_written()};
    }

    const ExportDataFile& file_;
    std::string etag_;
    codec::Md5 digest_;
    GzipLines source_;
    ExportLineWriter lines_;
    std::string block_;  // lines that wait to be compressed
    DataObject& object_;
    std::int64_t items_ = 0;
};

std::string marker_json(const ExportManifest& manifest) {
    const ExportSummary& summary = manifest.summary;
    const bool is_full = summary.kind == ExportKind::full;
    codec::JsonWriter json;
    json.begin_object().member("export_arn", summary.export_arn);
    json.member("table_arn", summary.table_arn);
    json.member("export_type", is_full ? "full" : "incremental");
    json.member("time",
                base::format_iso8601_ms(is_full ? summary.export_time_ms : summary.to_time_ms));
    json.member_integer("files", static_cast<std::int64_t>(manifest.files.size()));
    json.member_integer("items", summary.item_count).end_object();
    return json.take();
}

}  // namespace

base::Result<DataFileCounts> convert_data_file(DataFileStores stores, const ExportSummary& summary,
                                               const ExportDataFile& file, const LakePlace& place,
                                               const dynamodb::LineSettings& settings,
                                               const DataFileProgress& progress) {
    auto reader = stores.source.open(file.uri.key);
    if (!reader) return std::move(reader).error();
    auto writer = stores.lake.create(data_object(place, summary, file).key, kContentType);
    if (!writer) return std::move(writer).error();
    DataObject object(**writer, conversion_mark(summary, file, settings));
    Conversion conversion(**reader, object, file, ExportLineWriter(summary, settings));
    return conversion.run(progress);
}

// The number in front is to be raised with each change of what the lines hold.
std::string conversion_mark(const ExportSummary& summary, const ExportDataFile& file,
                            const dynamodb::LineSettings& settings) {
    const dynamodb::LineMetadata& metadata = settings.metadata;
    const std::string made_of = fmt::format(
        "{}\n{}\n{}\n{}\n{}\n{} {} {} {}{}{}{}{} {}", summary.export_arn, file.name,
        codec::hex_lower(file.md5), file.etag, file.item_count, static_cast<int>(settings.names),
        static_cast<int>(settings.shape), static_cast<int>(settings.numbers), metadata.operation,
        metadata.event_id, metadata.sequence_number, metadata.event_time_ms, metadata.ttl_delete,
        settings.metadata_prefix);
    return "lakefeed-1-" + codec::hex_lower(codec::sha256(made_of)).substr(0, kMarkDigits);
}

base::Result<bool> is_converted(ObjectStore& lake, const ExportSummary& summary,
                                const ExportDataFile& file, const LakePlace& place,
                                const dynamodb::LineSettings& settings) {
    const auto head = lake.read_head(data_object(place, summary, file).key, kHeadBytes);
    if (!head && head.error().code == "NoSuchKey") return false;
    if (!head) return head.error();
    return codec::gzip_name(*head) == conversion_mark(summary, file, settings);
}

base::Result<bool> complete_export(ObjectStore& lake, const ExportManifest& manifest,
                                   const LakePlace& place) {
    const auto listed = lake.list(data_object_prefix(place, manifest.summary));
    if (!listed) return listed.error();
    std::unordered_set<std::string_view> keys;
    for (const ObjectInfo& object : *listed)
        keys.insert(object.key);
    for (const ExportDataFile& file : manifest.files) {
        if (!keys.contains(data_object(place, manifest.summary, file).key)) return false;
    }
    auto written = write_object(lake, success_marker(place, manifest.summary).key, kMarkerType,
                                marker_json(manifest));
    if (!written) return std::move(written).error();
    return true;
}

}  // namespace lake
