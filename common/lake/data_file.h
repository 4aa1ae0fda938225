// One data file of an export to its object in the lake: gunzip, lines, change lines, gzip, all in
// pieces, with the same memory for a file of any size (a line's own length aside).
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "common/base/result.h"
#include "common/dynamodb/line_settings.h"
#include "common/lake/export_manifest.h"
#include "common/lake/lake_layout.h"
#include "common/lake/object_store.h"

namespace lake {

struct DataFileCounts {
    std::int64_t items = 0;
    std::uint64_t bytes_read = 0;      // of the data file, compressed
    std::uint64_t bytes_inflated = 0;  // of its lines
    std::uint64_t bytes_written = 0;   // of the object, compressed
};

// What a conversion borrows; all of it outlives the call.
struct DataFileStores {
    ObjectStore& source;
    ObjectStore& lake;
};

// Called from time to time (about each MiB of lines) with what is done so far; an error that it
// gives ends the conversion (the deadline is near, somebody interrupts), and nothing of the object
// is visible.
using DataFileProgress = std::function<base::Result<base::Done>(const DataFileCounts& so_far)>;

// `progress` may be empty. The object is visible only when every line was converted, and the item
// count and the checksum (MD5, else the ETag) are those of the manifest. Kind data_invalid names
// the file and, where there is one, the line (from 1): broken or cut gzip, a bad line, a wrong
// count or checksum.
base::Result<DataFileCounts> convert_data_file(DataFileStores stores, const ExportSummary& summary,
                                               const ExportDataFile& file, const LakePlace& place,
                                               const dynamodb::LineSettings& settings,
                                               const DataFileProgress& progress);

// Whether the data file's object is in the lake already, made of this very file with these
// settings: its gzip header holds conversion_mark(). What somebody else wrote there is none.
base::Result<bool> is_converted(ObjectStore& lake, const ExportSummary& summary,
                                const ExportDataFile& file, const LakePlace& place,
                                const dynamodb::LineSettings& settings);
// A short text of letters, digits and '-', another one for each file and all that makes its lines.
std::string conversion_mark(const ExportSummary& summary, const ExportDataFile& file,
                            const dynamodb::LineSettings& settings);

// The success marker, once every data object of the export is there:
//   {"export_arn":…,"table_arn":…,"export_type":"full"|"incremental",
//    "time":"2023-09-22T03:24:36.000Z","files":N,"items":N}
// The time is that of the table's state which the export tells (an increment's exportToTime).
// False, and no marker, while some are missing.
base::Result<bool> complete_export(ObjectStore& lake, const ExportManifest& manifest,
                                   const LakePlace& place);

}  // namespace lake
