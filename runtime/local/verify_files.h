// Which objects of the lake's folder hold lines, and what is odd about them.
//   dt=00000000/EXPORT_ID-x.json.gz  dt=yyyymmdd/…  .json.gz, .json, .jsonl, .gz, or no extension
// Names that begin with '_' or '.' are passed over, in folders too.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/lake/object_store.h"

namespace local {

struct LakeFile {
    std::string key;   // in the store
    std::string name;  // below the lake's folder
    std::uint64_t bytes = 0;
};

// The objects of one export in one folder of the lake.
struct LakeSnapshot {
    std::string folder;  // "dt=00000000/", below the lake's
    std::string export_id;
    std::int64_t files = 0;
    std::string marker_key;  // of _SUCCESS-EXPORT_ID; empty where it is not there
};

struct LakeListing {
    std::vector<LakeFile> files;
    std::vector<LakeSnapshot> snapshots;
    std::vector<std::string> other_files;  // of kinds that hold no lines, such as .parquet
};

// `folder` is the prefix under which was listed; it ends with a slash, or is empty.
LakeListing sort_lake_files(const std::vector<lake::ObjectInfo>& objects, std::string_view folder);

// Whether the file was written from the export of this id.
bool is_of_export(const LakeFile& file, std::string_view export_id);

// A line for each snapshot that has no marker, or another number of files than it says, and for
// other files.
base::Result<std::vector<std::string>> find_oddities(lake::ObjectStore& store,
                                                     const LakeListing& listing);

}  // namespace local
