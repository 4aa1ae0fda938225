// What the function answers:
//   {"export_arn":…,"files":[{"data_file":"s3://…","object":"s3://…","items":8}],"items":8,
//    "complete":true}
// of one export; {"exports":[that, …]} where the event named none or several.
#pragma once

#include <string>
#include <vector>

#include "functions/export_to_lake/export_run.h"

namespace export_to_lake {

// Of an export with more files the first ones are listed, and "files_left_out" counts the others,
// so that the response never passes Lambda's limit of 6 MB.
constexpr std::size_t kFilesListedMax = 2'000;

std::string write_response(const std::vector<ExportOutcome>& exports);

}  // namespace export_to_lake
