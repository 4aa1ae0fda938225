#include "common/lake/export_manifest.h"

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "common/codec/base64.h"
#include "common/codec/digest.h"
#include "common/codec/hex.h"
#include "common/codec/json.h"

namespace lake {
namespace {

constexpr std::string_view kSummaryName = "manifest-summary.json";
constexpr std::string_view kRootFolder = "AWSDynamoDB/";
constexpr std::size_t kSummaryBytesMax = 1UL << 20U;
// Some 300 bytes a data file; the largest tables have some 100,000.
constexpr std::size_t kFilesBytesMax = 256UL << 20U;
constexpr std::size_t kChecksumBytesMax = 4096;
constexpr std::size_t kNameBytesMax = 255;

base::Error invalid(const ObjectUri& uri, std::string_view fault) {
    return {base::ErrorKind::data_invalid, fmt::format("{}: {}", uri.text(), fault)};
}

// The name of a file becomes part of the names in the lake. DynamoDB gives letters and digits.
bool is_file_name(std::string_view name) {
    return !name.empty() && name.size() <= kNameBytesMax && name.front() != '.' &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_' || c == '.';
           });
}

// 16 raw bytes of base64 or hexadecimal digits; empty where it is neither.
std::string md5_of_text(std::string_view text) {
    const auto is_blank = [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '"'; };
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back()))
        text.remove_suffix(1);
    auto bytes =
        text.size() == 2 * codec::kMd5Bytes ? codec::hex_decode(text) : codec::base64_decode(text);
    if (!bytes || bytes->size() != codec::kMd5Bytes) return {};
    return *std::move(bytes);
}

std::string without_quotes(std::string_view etag) {
    if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"')
        etag = etag.substr(1, etag.size() - 2);
    return std::string(etag);
}

// The export's folder, and the manifest's objects in it.
class ManifestFolder {
  public:
    ManifestFolder(ObjectStore& store, ObjectUri summary_uri)
        : store_(store), uri_(std::move(summary_uri)) {
        uri_.key.resize(uri_.key.size() - kSummaryName.size());
    }

    [[nodiscard]] ObjectUri uri(std::string_view name) const {
        return {uri_.bucket, uri_.key + std::string(name)};
    }

    base::Result<base::Done> list() {
        auto listed = store_.list(uri("manifest-").key);
        if (!listed) return std::move(listed).error();
        for (const ObjectInfo& object : *listed)
            keys_.insert(object.key);
        return base::Done{};
    }
    [[nodiscard]] bool has(std::string_view name) const { return keys_.contains(uri(name).key); }

    // The bytes of a manifest, which are those of its checksum where there is one.
    base::Result<std::string> read_checked(std::string_view name, std::size_t bytes_max) {
        auto bytes = read_object(store_, uri(std::string(name) + ".json").key, bytes_max);
        if (!bytes) return bytes;
        for (const std::string_view end : {".checksum", ".md5"}) {
            const std::string checksum_name = std::string(name).append(end);
            if (!has(checksum_name)) continue;
            const auto text = read_object(store_, uri(checksum_name).key, kChecksumBytesMax);
            if (!text) return text.error();
            const std::string wanted = md5_of_text(*text);
            if (wanted.empty())
                return invalid(uri(checksum_name), "it is no MD5 checksum in base64 or hex");
            if (wanted != codec::md5(*bytes)) {
                return invalid(uri(std::string(name) + ".json"),
                               fmt::format("its MD5 is not the one in {}: it is damaged or was "
                                           "changed",
                                           checksum_name));
            }
        }
        return bytes;
    }

    // Why there is no summary.
    base::Error missing_summary() {
        const auto started = store_.list(uri("_started").key);
        if (!started) return started.error();
        base::Error error =
            invalid(uri(kSummaryName),
                    started->empty() ? "there is no such object"
                                     : "the export is not finished: it has begun (_started is "
                                       "there), and DynamoDB writes the summary at its end");
        error.code = "NoSuchKey";
        return error;
    }

  private:
    ObjectStore& store_;
    ObjectUri uri_;  // of the folder, with a slash at its end
    std::unordered_set<std::string> keys_;
};

// One line of manifest-files.json.
class FileReader {
  public:
    FileReader(const ManifestFolder& folder, const ExportSummary& summary)
        : uri_(folder.uri("manifest-files.json")),
          root_(folder.uri("")),
          folder_(summary.export_id + "/data/") {
        root_.key.resize(root_.key.size() - summary.export_id.size() - 1);
        is_full_ = summary.kind == ExportKind::full;
    }

    base::Result<ExportDataFile> read(std::string_view line, std::size_t number) {
        const auto json = codec::parse_json(line, fmt::format("{} line {}", uri_.text(), number));
        if (!json) return json.error();
        const auto fail = [&](std::string_view fault) {
            return invalid(uri_, fmt::format("line {}: {}", number, fault));
        };
        if (!json->IsObject()) return fail("it is no JSON object");
        ExportDataFile file;
        const auto count = codec::find_integer(*json, "itemCount");
        if (!count || *count < 0) return fail("itemCount is missing or is no count");
        file.item_count = *count;
        const auto md5 = codec::find_text(*json, "md5Checksum");
        if (md5 && !md5->empty()) file.md5 = md5_of_text(*md5);
        if (md5 && !md5->empty() && file.md5.empty())
            return fail("md5Checksum is no MD5 checksum in base64 or hex");
        file.etag = without_quotes(codec::find_text(*json, "etag").value_or(""));
        const auto key = codec::find_text(*json, "dataFileS3Key");
        if (!key) return fail("dataFileS3Key is missing or is no text");
        if (!place(*key, file)) {
            return fail(
                fmt::format("dataFileS3Key is not {}{}NAME, with a name of letters, digits and "
                            "'-', '_', '.'",
                            kRootFolder, is_full_ ? folder_ : std::string("data/")));
        }
        if (!names_.insert(file.name).second)
            return fail(fmt::format("the data file {} stands there twice", file.name));
        return file;
    }

  private:
    // The key as it was when the export was made, PREFIX/AWSDynamoDB/…, to where the file is now.
    bool place(std::string_view key, ExportDataFile& file) const {
        const std::size_t at = key.rfind(kRootFolder);
        if (at == std::string_view::npos || (at > 0 && key[at - 1] != '/')) return false;
        const std::string_view below = key.substr(at + kRootFolder.size());
        const std::string_view folder = is_full_ ? std::string_view(folder_) : "data/";
        if (!below.starts_with(folder)) return false;
        file.name = below.substr(folder.size());
        file.uri = {root_.bucket, root_.key + std::string(below)};
        return is_file_name(file.name);
    }

    ObjectUri uri_;
    ObjectUri root_;  // where AWSDynamoDB/ is, with a slash at its end
    std::string folder_;
    bool is_full_ = true;
    std::unordered_set<std::string> names_;
};

base::Result<std::vector<ExportDataFile>> read_files(ManifestFolder& folder,
                                                     const ExportSummary& summary) {
    const auto text = folder.read_checked("manifest-files", kFilesBytesMax);
    if (!text) return text.error();
    FileReader reader(folder, summary);
    std::vector<ExportDataFile> files;
    std::int64_t items = 0;
    std::string_view rest = *text;
    for (std::size_t number = 1; !rest.empty(); ++number) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        if (line.find_first_not_of(" \r\t") == std::string_view::npos) continue;
        auto file = reader.read(line, number);
        if (!file) return std::move(file).error();
        if (__builtin_add_overflow(items, file->item_count, &items))
            return invalid(folder.uri("manifest-files.json"), "the item counts are too large");
        files.push_back(*std::move(file));
    }
    if (items != summary.item_count) {
        return invalid(folder.uri("manifest-files.json"),
                       fmt::format("its {} files have {} items, and the summary says {}",
                                   files.size(), items, summary.item_count));
    }
    return files;
}

}  // namespace

base::Result<ExportManifest> read_export_manifest(ObjectStore& store,
                                                  const ObjectUri& summary_uri) {
    if (!summary_uri.key.ends_with('/' + std::string(kSummaryName))) {
        return invalid(summary_uri,
                       "it is no export's summary: give PREFIX/AWSDynamoDB/EXPORT_ID/"
                       "manifest-summary.json, with its folder");
    }
    ManifestFolder folder(store, summary_uri);
    if (const auto listed = folder.list(); !listed) return listed.error();
    if (!folder.has(kSummaryName)) return folder.missing_summary();
    const auto json = folder.read_checked("manifest-summary", kSummaryBytesMax);
    if (!json) return json.error();
    auto summary = parse_export_summary(*json, summary_uri);
    if (!summary) return std::move(summary).error();
    ExportManifest manifest{
        .summary_uri = summary_uri, .summary = *std::move(summary), .files = {}};
    if (!folder.has("manifest-files.json"))
        return invalid(folder.uri("manifest-files.json"), "there is no such object");
    auto files = read_files(folder, manifest.summary);
    if (!files) return std::move(files).error();
    manifest.files = *std::move(files);
    return manifest;
}

}  // namespace lake
