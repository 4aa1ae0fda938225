// What a backfill tells: what it is going to do, each file that failed, how it ended.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/lake/export_manifest.h"
#include "common/lake/lake_layout.h"
#include "runtime/local/backfill_pool.h"
#include "runtime/local/terminal.h"

namespace local {

struct FileSums {
    std::int64_t files = 0;
    std::int64_t items = 0;
};

// What there is to do, before anything is done.
struct BackfillWork {
    lake::ExportManifest manifest = {};
    lake::LakePlace place = {};
    FileSums all = {};
    FileSums kept = {};     // done already, and not done again
    FileSums present = {};  // whose objects are there, whoever wrote them
    std::vector<lake::ExportDataFile> to_do = {};
};

// How a dry run ends: what the files to do hold, and which of them are not there.
struct DryRun {
    std::uint64_t bytes_to_read = 0;
    std::vector<std::string> missing = {};  // their URIs
};

enum class BackfillEnd {
    complete,
    files_failed,
    gave_up,        // too many failures in a row; there are files that were not tried
    not_completed,  // all files are done, and the export could not be told as complete
    interrupted,
};

struct BackfillResult {
    BackfillEnd end = BackfillEnd::complete;
    PoolCounts counts = {};
    std::vector<FailedFile> failed = {};
    std::string problem = {};  // of not_completed
    std::int64_t duration_ms = 0;
};

// "orders: full export of 2026-11-20T01:00:00Z, 12 files, 3,000,000 items".
std::string work_text(const BackfillWork& work);
// "--resume: 5 files, 1,250,000 items done already".
std::string kept_text(const BackfillWork& work);
// The error's message, and what helps where the credentials were refused.
std::string error_text(const base::Error& error);
std::string failed_file_text(const FailedFile& failed, Colour colour);
std::string result_text(const BackfillWork& work, const BackfillResult& result);
std::string dry_run_text(const BackfillWork& work, const DryRun& found);

// {"export_arn","table_arn","export_type":"full"|"incremental","manifest","lake","dt",
//  "dry_run":false,"files","items","files_kept","files_converted","items_converted","bytes_read",
//  "bytes_inflated","bytes_written","duration_ms","files_not_tried",
//  "failed":[{"data_file","kind","error"}],"complete","interrupted","problem"}
std::string result_json(const BackfillWork& work, const BackfillResult& result);
// The first seven the same, "dry_run":true, then
//  {"files","items","files_kept","files_present","files_to_convert","items_to_convert",
//  "bytes_to_read","missing":[…]}
std::string dry_run_json(const BackfillWork& work, const DryRun& found);

}  // namespace local
