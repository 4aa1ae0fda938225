// DynamoDB's control-plane calls for exports to S3, and what a table's key is. Field names are
// those of the API reference (DynamoDB_20120810); an absent text is empty, an absent number or time
// is nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/aws/aws_client.h"
#include "common/base/clock.h"
#include "common/base/deadline.h"
#include "common/base/result.h"

namespace aws {

enum class ExportType { full_export, incremental_export };
enum class ExportFormat { dynamodb_json, ion };
enum class ExportViewType { new_and_old_images, new_image };
enum class ExportStatus { in_progress, completed, failed };

// The API's own words: "FULL_EXPORT", "DYNAMODB_JSON", "NEW_AND_OLD_IMAGES", "IN_PROGRESS".
std::string_view api_name(ExportType type);
std::string_view api_name(ExportFormat format);
std::string_view api_name(ExportViewType view_type);
std::string_view api_name(ExportStatus status);

// IncrementalExportSpecification: the changes in [from, to).
struct IncrementalExport {
    base::EpochMs from_time_ms = 0;  // whole seconds
    base::EpochMs to_time_ms = 0;    // whole seconds
    ExportViewType view_type = ExportViewType::new_and_old_images;
};

// Times are sent as whole seconds. Empty texts are left out. With `s3_sse_kms_key_id`
// S3SseAlgorithm is KMS, else AES256.
struct ExportTableRequest {
    std::string table_arn;
    std::string client_token;
    std::string s3_bucket;
    std::string s3_bucket_owner;
    std::string s3_prefix;
    std::string s3_sse_kms_key_id;
    ExportFormat format = ExportFormat::dynamodb_json;
    std::optional<base::EpochMs> export_time_ms;   // of a full export
    std::optional<IncrementalExport> incremental;  // makes it an incremental one
};

struct ExportSummary {
    std::string export_arn;
    ExportStatus status = ExportStatus::in_progress;
    ExportType type = ExportType::full_export;
};

struct ExportDescription {
    std::string export_arn;
    ExportStatus status = ExportStatus::in_progress;
    ExportType type = ExportType::full_export;
    std::string table_arn;
    std::string client_token;
    std::string s3_bucket;
    std::string s3_bucket_owner;
    std::string s3_prefix;
    std::string export_format;  // the API's word; not an enum, as servers write others too
    std::string export_manifest;
    std::string failure_code;
    std::string failure_message;
    bool filtered = false;  // it has a FilterSpecification, so it lacks items or attributes
    std::optional<base::EpochMs> start_time_ms;
    std::optional<base::EpochMs> end_time_ms;
    std::optional<base::EpochMs> export_time_ms;
    std::optional<IncrementalExport> incremental;
    std::optional<std::int64_t> item_count;
    std::optional<std::int64_t> billed_size_bytes;
};

// PointInTimeRecoveryDescription.
struct ContinuousBackups {
    bool point_in_time_recovery_enabled = false;
    std::optional<base::EpochMs> earliest_restorable_ms;
    std::optional<base::EpochMs> latest_restorable_ms;
    std::optional<std::int64_t> recovery_period_days;
};

class DynamoDbClient {
  public:
    // `client` outlives it.
    explicit DynamoDbClient(Client& client) : client_(&client) {}

    // The errors of Client::call, and service_failed where the answer is not what the API promises.
    base::Result<ExportDescription> export_table_to_point_in_time(const ExportTableRequest& request,
                                                                  base::Deadline deadline);
    // All pages, in the order in which they come. The service keeps exports for 90 days.
    base::Result<std::vector<ExportSummary>> list_exports(std::string_view table_arn,
                                                          base::Deadline deadline);
    base::Result<ExportDescription> describe_export(std::string_view export_arn,
                                                    base::Deadline deadline);
    base::Result<ContinuousBackups> describe_continuous_backups(std::string_view table_name,
                                                                base::Deadline deadline);
    // DescribeTable: the names of the table's key attributes, the partition key's first.
    base::Result<std::vector<std::string>> describe_key_names(std::string_view table_name,
                                                              base::Deadline deadline);

  private:
    // One call in the JSON protocol; all of them may be repeated (the client token sees to it for
    // ExportTableToPointInTime).
    base::Result<std::string> call(std::string_view operation, std::string_view subject,
                                   std::string body, base::Deadline deadline);

    Client* client_;
};

}  // namespace aws
