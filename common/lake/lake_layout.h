// The names of what a backfill writes, below the lake's folder of one table:
//   dt=00000000/EXPORT_ID-x.json.gz     the lines of one data file, x.json.gz
//   dt=00000000/_SUCCESS-EXPORT_ID      when all of them are there: the counts, as one JSON object
// They follow from the export alone, so that doing it again overwrites. Readers pass over names
// that begin with '_' or '.'.
#pragma once

#include <string>
#include <string_view>

#include "common/lake/export_manifest.h"
#include "common/lake/object_uri.h"

namespace lake {

inline constexpr std::string_view kSnapshotDt = "00000000";

// Whether it can be a partition's value: letters, digits, '-' and '_', 64 of them at most. It
// becomes part of keys, and of queries' texts.
bool is_dt(std::string_view text);

// The lake's folder of one table and the partition that a backfill writes to.
struct LakePlace {
    ObjectUri folder;
    std::string dt = std::string(kSnapshotDt);
};

ObjectUri data_object(const LakePlace& place, const ExportSummary& summary,
                      const ExportDataFile& file);
ObjectUri success_marker(const LakePlace& place, const ExportSummary& summary);
// The keys of all data objects of an export begin with it.
std::string data_object_prefix(const LakePlace& place, const ExportSummary& summary);

}  // namespace lake
