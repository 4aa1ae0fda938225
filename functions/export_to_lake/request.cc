#include "functions/export_to_lake/request.h"

#include <utility>

#include <fmt/format.h>

#include "common/codec/json.h"
#include "common/event/s3_event.h"

namespace export_to_lake {
namespace {

constexpr std::string_view kSummaryEnd = "/manifest-summary.json";
constexpr std::size_t kPlaceBytesMax = 1'200;  // of s3://, a bucket and a key
constexpr std::string_view kForms =
    "the event is neither one of S3 nor {\"manifest_summary\": \"s3://bucket/key\", "
    "\"data_file\": \"s3://bucket/key\"}";

base::Error invalid(std::string message) {
    return {base::ErrorKind::event_invalid, std::move(message)};
}

std::vector<Request> requests_of(const std::vector<event::S3Object>& objects) {
    std::vector<Request> requests;
    for (const event::S3Object& object : objects) {
        if (!object.key.ends_with(kSummaryEnd)) continue;
        Request request{.manifest_summary = {object.bucket, object.key}, .data_file = {}};
        if (object.decoded_key) request.or_else = {object.bucket, *object.decoded_key};
        requests.push_back(std::move(request));
    }
    return requests;
}

// A text that can be a URI or a key.
bool is_place(const codec::JsonValue& value) {
    return value.IsString() && value.GetStringLength() > 0 &&
           value.GetStringLength() <= kPlaceBytesMax;
}

base::Result<Request> read_request(std::string_view text) {
    const auto document = codec::parse_json(text, "the event");
    if (!document) return invalid(document.error().message);
    const codec::JsonValue* summary = codec::find_member(*document, "manifest_summary");
    if (summary == nullptr || !is_place(*summary)) return invalid(std::string(kForms));
    Request request;
    for (const auto& member : document->GetObject()) {
        const std::string_view name = codec::text_of(member.name);
        if (name == "manifest_summary") continue;
        if (name != "data_file" || !is_place(member.value)) return invalid(std::string(kForms));
        request.data_file = codec::text_of(member.value);
    }
    auto uri = lake::parse_object_uri(codec::text_of(*summary));
    if (!uri) return invalid("manifest_summary: " + uri.error().message);
    if (!uri->is_s3() || !uri->key.ends_with(kSummaryEnd)) {
        return invalid(fmt::format("manifest_summary: use s3://bucket/…{}", kSummaryEnd));
    }
    request.manifest_summary = *std::move(uri);
    return request;
}

// A URI is meant as it stands; a key is that of the manifest, wherever the export was copied to.
bool is_named(const lake::ExportDataFile& file, std::string_view data_file) {
    if (data_file.starts_with("s3://")) return file.uri.text() == data_file;
    return data_file == file.uri.key || data_file.ends_with("/data/" + file.name);
}

}  // namespace

base::Result<std::vector<Request>> parse_requests(std::string_view text) {
    auto objects = event::parse_s3_event(text);
    if (!objects) return std::move(objects).error();
    if (const auto& found = *objects; found.has_value()) return requests_of(*found);
    auto request = read_request(text);
    if (!request) return std::move(request).error();
    return std::vector<Request>{*std::move(request)};
}

base::Result<std::vector<const lake::ExportDataFile*>> choose_files(
    const Request& request, const lake::ExportManifest& manifest) {
    std::vector<const lake::ExportDataFile*> files;
    for (const lake::ExportDataFile& file : manifest.files) {
        if (request.data_file.empty() || is_named(file, request.data_file)) files.push_back(&file);
    }
    if (!request.data_file.empty() && files.empty()) {
        return invalid(fmt::format("data_file {} is none of the {} files of {}", request.data_file,
                                   manifest.files.size(), manifest.summary_uri.text()));
    }
    return files;
}

}  // namespace export_to_lake
