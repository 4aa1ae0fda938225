// The manifests of a finished DynamoDB export ("DynamoDB table export output format"):
//
//   PREFIX/AWSDynamoDB/EXPORT_ID/manifest-summary.json   one JSON object
//     {"version":"2020-06-30","exportArn":…,"startTime":"2020-11-04T07:28:34.028Z","endTime":…,
//      "tableArn":…,"tableId":…,"exportTime":"2020-11-04T07:28:34.028Z","s3Bucket":…,"s3Prefix":…,
//      "s3SseAlgorithm":…,"s3SseKmsKeyId":…,"manifestFilesS3Key":…,"billedSizeBytes":0,
//      "itemCount":8,"outputFormat":"DYNAMODB_JSON"}
//     An incremental one has "version":"2023-08-01", "exportFromTime" and "exportToTime" in
//     exportTime's place, "outputView":"NEW_AND_OLD_IMAGES" and "exportType":"INCREMENTAL_EXPORT".
//   PREFIX/AWSDynamoDB/EXPORT_ID/manifest-files.json     one such JSON object a line, for each file
//     {"itemCount":8,"md5Checksum":"base64","etag":"…","dataFileS3Key":"…/data/x.json.gz"}
//   manifest-summary.checksum, manifest-files.checksum (also .md5): the MD5 of the file, in base64
//
// An incremental export's data files lie in PREFIX/AWSDynamoDB/data/, which all of them share: the
// manifest alone says which are an export's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/lake/object_store.h"
#include "common/lake/object_uri.h"

namespace lake {

enum class ExportKind { full, incremental };
enum class ExportView { new_and_old_images, new_image };

struct ExportSummary {
    std::string export_arn;
    std::string export_id;  // "01695353076000-a1b2c3d4", of the ARN
    std::string table_arn;
    std::string table_name;
    ExportKind kind = ExportKind::full;
    ExportView view = ExportView::new_and_old_images;
    base::EpochMs export_time_ms = 0;  // of a full export: the state at this moment
    base::EpochMs from_time_ms = 0;    // of an incremental one: the changes in [from, to)
    base::EpochMs to_time_ms = 0;
    std::string manifest_files_key;
    std::int64_t item_count = 0;
};

struct ExportDataFile {
    ObjectUri uri;     // where to read it: beside the manifest, wherever that was copied to
    std::string name;  // "x.json.gz", the end of its key
    std::int64_t item_count = 0;
    std::string md5;   // 16 raw bytes; empty where the manifest has none
    std::string etag;  // without quotes; empty where the manifest has none
};

struct ExportManifest {
    ObjectUri summary_uri;
    ExportSummary summary;
    std::vector<ExportDataFile> files;  // in the manifest's order; empty files (no items) too
};

// Kind data_invalid, naming the object and what is wrong: no JSON, a member missing or of the wrong
// type, an ARN that is not the table's or not the folder's, ION (which is refused, with what to
// do), a checksum or the sum of the counts that does not hold, two files of one name, an export
// that is not finished (_started is there and no summary). Checksum objects may be missing.
base::Result<ExportSummary> parse_export_summary(std::string_view json, const ObjectUri& uri);
base::Result<ExportManifest> read_export_manifest(ObjectStore& store, const ObjectUri& summary_uri);

}  // namespace lake
