// The manifests of a finished DynamoDB export ("DynamoDB table export output format"):
//
//   PREFIX/AWSDynamoDB/EXPORT_ID/manifest-summary.json   export_summary.h
//   PREFIX/AWSDynamoDB/EXPORT_ID/manifest-files.json     one such JSON object a line, for each file
//     {"itemCount":8,"md5Checksum":"base64","etag":"…","dataFileS3Key":"…/data/x.json.gz"}
//   manifest-summary.checksum, manifest-files.checksum (also .md5): the MD5 of the file, in base64
//
// An incremental export's data files lie in PREFIX/AWSDynamoDB/data/, which all of them share: the
// manifest alone says which are an export's.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/lake/export_summary.h"
#include "common/lake/object_store.h"
#include "common/lake/object_uri.h"

namespace lake {

struct ExportDataFile {
    ObjectUri uri = {};     // where to read it: beside the manifest, wherever that was copied to
    std::string name = {};  // "x.json.gz", the end of its key
    std::int64_t item_count = 0;
    std::string md5 = {};   // 16 raw bytes; empty where the manifest has none
    std::string etag = {};  // without quotes; empty where the manifest has none
};

struct ExportManifest {
    ObjectUri summary_uri = {};
    ExportSummary summary = {};
    std::vector<ExportDataFile> files = {};  // in the manifest's order; empty files (no items) too
};

// `summary_uri` is that of manifest-summary.json; the manifest of the files and the files are found
// from it, so that an export can be copied to another bucket, prefix or folder as it is:
//   …/EXPORT_ID/data/x.json.gz of a full export, …/data/x.json.gz beside EXPORT_ID of an
//   incremental one.
// Kind data_invalid, naming the object and what is wrong: what parse_export_summary says, a name
// that is no name, two files of one name, a checksum or the sum of the counts that does not hold,
// an export that is not finished (_started is there and no summary). Checksum objects may be
// missing.
base::Result<ExportManifest> read_export_manifest(ObjectStore& store, const ObjectUri& summary_uri);

}  // namespace lake
