// Reads the lake's lines and the export's items into partitions on disk.
#pragma once

#include <atomic>
#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/lake/export_manifest.h"
#include "common/lake/object_store.h"
#include "runtime/local/verify_files.h"
#include "runtime/local/verify_join.h"

namespace local {

// What all readers share.
struct GatherSettings {
    const lake::ExportManifest& manifest;
    const std::vector<LakeFile>& files;
    const KeySchema& schema;
    const LakeSettings& lake;
    Fan& fan;
    VerifyTally& tally;
    std::stop_token stop;
};

// How far the readers are; safe to look at while they read.
struct GatherProgress {
    std::atomic<std::int64_t> files = 0;
    std::atomic<std::int64_t> lines = 0;   // of the lake, and items
    std::atomic<std::uint64_t> bytes = 0;  // as they are stored
};

// One file of the lake, by its place in `files`. What is no line, and broken gzip, is tallied.
base::Result<base::Done> gather_lake_file(lake::ObjectStore& store, std::size_t file,
                                          const GatherSettings& settings, GatherProgress& progress);

// One data file of the export. Kind data_invalid, naming file and line, where it is not as the
// manifest says (the number of items, the MD5), or a line is none: there is nothing to compare
// with.
base::Result<base::Done> gather_export_file(lake::ObjectStore& store,
                                            const lake::ExportDataFile& file,
                                            const GatherSettings& settings,
                                            GatherProgress& progress);

// The export's first item; empty where it has none.
base::Result<std::string> first_item(lake::ObjectStore& store,
                                     const lake::ExportManifest& manifest);

// The names of the key attributes in the first envelope that has some, of the lake's newest file
// on; none where there is no such line.
base::Result<std::vector<std::string>> key_names_of_lake(lake::ObjectStore& store,
                                                         const std::vector<LakeFile>& files);

}  // namespace local
