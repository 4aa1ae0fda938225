#include "functions/export_to_lake/response.h"

#include <algorithm>

#include "common/codec/json.h"

namespace export_to_lake {
namespace {

void write_export(codec::JsonWriter& json, const ExportOutcome& outcome, std::size_t files_max) {
    json.begin_object().member("export_arn", outcome.export_arn).key("files").begin_array();
    const std::size_t listed = std::min(outcome.files.size(), files_max);
    for (std::size_t i = 0; i < listed; ++i) {
        const FileOutcome& file = outcome.files[i];
        json.begin_object().member("data_file", file.data_file).member("object", file.object);
        json.member_integer("items", file.items).end_object();
    }
    json.end_array();
    if (listed < outcome.files.size()) {
        json.member_integer("files_left_out",
                            static_cast<std::int64_t>(outcome.files.size() - listed));
    }
    json.member_integer("items", outcome.items).member_boolean("complete", outcome.complete);
    json.end_object();
}

}  // namespace

std::string write_response(const std::vector<ExportOutcome>& exports) {
    codec::JsonWriter json;
    if (exports.size() == 1) {
        write_export(json, exports.front(), kFilesListedMax);
        return json.take();
    }
    json.begin_object().key("exports").begin_array();
    for (const ExportOutcome& outcome : exports)
        write_export(json, outcome, kFilesListedMax / exports.size());
    json.end_array().end_object();
    return json.take();
}

}  // namespace export_to_lake
