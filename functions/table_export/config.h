// The settings of table_export:
//
//   TABLE_ARN            one or more table ARNs, comma-separated; required
//   BUCKET_NAME          the destination bucket; required
//   BUCKET_PREFIX        slashes at both ends are cut; empty: the bucket's top
//   BUCKET_OWNER         12 digits; needed where the bucket is another account's
//   EXPORT_TYPE          full (default), incremental, auto; an event's export_type goes before it
//   EXPORT_FORMAT        DYNAMODB_JSON (default), ION
//   EXPORT_VIEW_TYPE     NEW_AND_OLD_IMAGES (default), NEW_IMAGE
//   KMS_KEY_ID           id, alias or ARN; empty: SSE-S3
//   MAX_WINDOW_MINUTES   15 to 1440 (default): the longest window
//   MAX_WINDOWS_PER_RUN  1 to 100, default 10: new windows of a table, and as many repeats
//   LOST_WINDOW          fail (default), full
//
// EXPORT_VIEW_TYPE and the last three are of incremental exports.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/aws/dynamodb_client.h"
#include "common/base/environment.h"
#include "functions/table_export/table_arn.h"

namespace table_export {

// What a run makes: a full export of its slot; incremental exports that go on from what is there;
// or, for `automatic`, the same after a full export where there is nothing to go on from.
enum class ExportMode { full, incremental, automatic };

// "full", "incremental", "auto"; nothing for any other word.
std::optional<ExportMode> find_export_mode(std::string_view word);

// What is done where a stretch of time can no longer be exported: the run fails, or a new full
// export takes its place.
enum class LostWindow { fail, full };

// Where exports go, and how they are written there. Only exports with the same bucket, prefix and
// format count as exports of this function.
struct Destination {
    std::string bucket;
    std::string prefix;
    std::string owner;
    std::string kms_key_id;
    aws::ExportFormat format = aws::ExportFormat::dynamodb_json;
};

struct Config {
    std::vector<TableArn> tables;
    Destination destination;
    ExportMode export_mode = ExportMode::full;
    aws::ExportViewType view_type = aws::ExportViewType::new_and_old_images;
    std::int64_t window_minutes_max = 1'440;
    std::int64_t windows_per_run_max = 10;
    LostWindow lost_window = LostWindow::fail;
};

// Faults go to the reader, which tells all of them at once.
Config read_config(base::SettingsReader& settings);

// Slashes at both ends are cut: DynamoDB puts one between the prefix and AWSDynamoDB/.
std::string_view trim_slashes(std::string_view prefix);

}  // namespace table_export
