// What a finished DynamoDB export says of itself ("DynamoDB table export output format"):
//
//   PREFIX/AWSDynamoDB/EXPORT_ID/manifest-summary.json   one JSON object
//     {"version":"2020-06-30","exportArn":…,"startTime":"2020-11-04T07:28:34.028Z","endTime":…,
//      "tableArn":…,"tableId":…,"exportTime":"2020-11-04T07:28:34.028Z","s3Bucket":…,"s3Prefix":…,
//      "s3SseAlgorithm":…,"s3SseKmsKeyId":…,"manifestFilesS3Key":…,"billedSizeBytes":0,
//      "itemCount":8,"outputFormat":"DYNAMODB_JSON"}
//     An incremental one has "version":"2023-08-01", "exportFromTime" and "exportToTime" in
//     exportTime's place, "outputView":"NEW_AND_OLD_IMAGES" and "exportType":"INCREMENTAL_EXPORT".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/lake/object_uri.h"

namespace lake {

enum class ExportKind { full, incremental };
enum class ExportView { new_and_old_images, new_image };

struct ExportSummary {
    std::string export_arn = {};
    std::string export_id = {};  // "01695353076000-a1b2c3d4", of the ARN
    std::string table_arn = {};
    std::string table_name = {};
    ExportKind kind = ExportKind::full;
    ExportView view = ExportView::new_and_old_images;
    base::EpochMs export_time_ms = 0;  // of a full export: the state at this moment
    base::EpochMs from_time_ms = 0;    // of an incremental one: the changes in [from, to)
    base::EpochMs to_time_ms = 0;
    std::string manifest_files_key = {};
    std::int64_t item_count = 0;
};

// Kind data_invalid, naming the object and what is wrong: no JSON, a member missing or of the wrong
// type, an ARN that is not the table's or not the folder's, ION (which is refused, with what to
// do). `uri` is where the summary lies.
base::Result<ExportSummary> parse_export_summary(std::string_view json, const ObjectUri& uri);

}  // namespace lake
