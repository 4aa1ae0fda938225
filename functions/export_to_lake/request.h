// What an event asks for: a finished export, whole, or one data file of it.
//
//   an event of S3 (s3_event.h) for …/manifest-summary.json: the whole export
//   {"manifest_summary":"s3://…/manifest-summary.json"}: the same
//   {"manifest_summary":"s3://…","data_file":"s3://…/data/x.json.gz"}: one file. It may also be the
//   key that manifest-files.json has for it, as a Distributed Map of Step Functions reads it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/lake/export_manifest.h"
#include "common/lake/object_uri.h"

namespace export_to_lake {

struct Request {
    lake::ObjectUri manifest_summary;
    std::string data_file;  // empty: all of them
    // Where the summary is if it is not there: the event does not say whether it encodes keys.
    std::optional<lake::ObjectUri> or_else = {};
};

// None where the event is S3's and about other objects, or about none. Kind event_invalid where it
// is neither S3's nor such a request.
base::Result<std::vector<Request>> parse_requests(std::string_view text);

// The files that the request names; kind event_invalid where the export has no such file.
base::Result<std::vector<const lake::ExportDataFile*>> choose_files(
    const Request& request, const lake::ExportManifest& manifest);

}  // namespace export_to_lake
