#include "common/aws/dynamodb_client.h"

#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "common/aws/epoch_seconds.h"
#include "common/codec/json.h"

namespace aws {
namespace {

constexpr std::int64_t kListPageSize = 25;  // ListExportsMaxLimit
constexpr int kListPagesMax = 4'000;        // 90 days of one export every 90 seconds
constexpr base::EpochMs kMsPerSecond = 1'000;

template <typename T>
using Words = std::array<std::pair<T, std::string_view>, 3>;

constexpr Words<ExportStatus> kStatuses{{{ExportStatus::in_progress, "IN_PROGRESS"},
                                         {ExportStatus::completed, "COMPLETED"},
                                         {ExportStatus::failed, "FAILED"}}};

base::Error unreadable(std::string_view operation, std::string_view subject,
                       std::string_view what) {
    return {base::ErrorKind::service_failed,
            fmt::format("{} on {}: the answer {}", operation, subject, what)};
}

std::string text_or_empty(const codec::JsonValue& value, std::string_view name) {
    return std::string(codec::find_text(value, name).value_or(""));
}

// Numbers were kept as their own text.
std::optional<base::EpochMs> find_time(const codec::JsonValue& value, std::string_view name) {
    const auto number = codec::find_text(value, name);
    return number ? parse_epoch_seconds(*number) : std::nullopt;
}

std::optional<std::int64_t> find_count(const codec::JsonValue& value, std::string_view name) {
    const std::string number = text_or_empty(value, name);
    std::int64_t count = 0;
    const char* end = number.data() + number.size();
    const auto [stop, error] = std::from_chars(number.data(), end, count);
    return error == std::errc() && stop == end ? std::optional(count) : std::nullopt;
}

std::optional<ExportStatus> find_status(const codec::JsonValue& value) {
    const auto word = codec::find_text(value, "ExportStatus");
    for (const auto& [status, name] : kStatuses) {
        if (word == name) return status;
    }
    return std::nullopt;
}

// The member came with the incremental exports; without it an export is a full one.
std::optional<ExportType> find_type(const codec::JsonValue& value) {
    const auto word = codec::find_text(value, "ExportType");
    if (!word || *word == api_name(ExportType::full_export)) return ExportType::full_export;
    if (*word == api_name(ExportType::incremental_export)) return ExportType::incremental_export;
    return std::nullopt;
}

std::optional<IncrementalExport> find_incremental(const codec::JsonValue& description) {
    const auto* specification = codec::find_object(description, "IncrementalExportSpecification");
    if (specification == nullptr) return std::nullopt;
    const auto from_ms = find_time(*specification, "ExportFromTime");
    const auto to_ms = find_time(*specification, "ExportToTime");
    if (!from_ms || !to_ms) return std::nullopt;
    const bool new_image =
        codec::find_text(*specification, "ExportViewType") == api_name(ExportViewType::new_image);
    return IncrementalExport{
        .from_time_ms = *from_ms,
        .to_time_ms = *to_ms,
        .view_type = new_image ? ExportViewType::new_image : ExportViewType::new_and_old_images};
}

base::Result<codec::JsonDocument> parse_answer(std::string_view operation, std::string_view subject,
                                               const std::string& body) {
    auto document = codec::parse_json(body, "it", codec::JsonNumbers::text);
    if (!document) {
        return unreadable(operation, subject, "is no JSON: " + document.error().message);
    }
    return document;
}

// The answer of ExportTableToPointInTime and of DescribeExport.
base::Result<ExportDescription> read_description(std::string_view operation,
                                                 std::string_view subject,
                                                 const std::string& body) {
    auto document = parse_answer(operation, subject, body);
    if (!document) return std::move(document).error();
    const auto* value = codec::find_object(*document, "ExportDescription");
    if (value == nullptr) return unreadable(operation, subject, "has no ExportDescription");
    const auto export_arn = codec::find_text(*value, "ExportArn");
    const auto status = find_status(*value);
    const auto type = find_type(*value);
    if (!export_arn || !status || !type) {
        return unreadable(operation, subject,
                          "lacks an ExportArn, or an ExportStatus or ExportType that is known");
    }
    return ExportDescription{
        .export_arn = std::string(*export_arn),
        .status = *status,
        .type = *type,
        .table_arn = text_or_empty(*value, "TableArn"),
        .client_token = text_or_empty(*value, "ClientToken"),
        .s3_bucket = text_or_empty(*value, "S3Bucket"),
        .s3_bucket_owner = text_or_empty(*value, "S3BucketOwner"),
        .s3_prefix = text_or_empty(*value, "S3Prefix"),
        .export_format = text_or_empty(*value, "ExportFormat"),
        .export_manifest = text_or_empty(*value, "ExportManifest"),
        .failure_code = text_or_empty(*value, "FailureCode"),
        .failure_message = text_or_empty(*value, "FailureMessage"),
        .filtered = codec::find_object(*value, "FilterSpecification") != nullptr,
        .start_time_ms = find_time(*value, "StartTime"),
        .end_time_ms = find_time(*value, "EndTime"),
        .export_time_ms = find_time(*value, "ExportTime"),
        .incremental = find_incremental(*value),
        .item_count = find_count(*value, "ItemCount"),
        .billed_size_bytes = find_count(*value, "BilledSizeBytes"),
    };
}

void write_text(codec::JsonWriter& json, std::string_view name, const std::string& value) {
    if (!value.empty()) json.member(name, value);
}

std::string write_request(const ExportTableRequest& request) {
    const auto type =
        request.incremental ? ExportType::incremental_export : ExportType::full_export;
    codec::JsonWriter json;
    json.begin_object().member("TableArn", request.table_arn);
    write_text(json, "ClientToken", request.client_token);
    json.member("S3Bucket", request.s3_bucket);
    write_text(json, "S3BucketOwner", request.s3_bucket_owner);
    write_text(json, "S3Prefix", request.s3_prefix);
    json.member("S3SseAlgorithm", request.s3_sse_kms_key_id.empty() ? "AES256" : "KMS");
    write_text(json, "S3SseKmsKeyId", request.s3_sse_kms_key_id);
    json.member("ExportFormat", api_name(request.format)).member("ExportType", api_name(type));
    if (request.export_time_ms) {
        json.member_integer("ExportTime", *request.export_time_ms / kMsPerSecond);
    }
    if (request.incremental) {
        json.key("IncrementalExportSpecification")
            .begin_object()
            .member_integer("ExportFromTime", request.incremental->from_time_ms / kMsPerSecond)
            .member_integer("ExportToTime", request.incremental->to_time_ms / kMsPerSecond)
            .member("ExportViewType", api_name(request.incremental->view_type))
            .end_object();
    }
    return json.end_object().take();
}

// One page of ListExports is put behind `summaries`; gives the token of the next page, empty at the
// last.
base::Result<std::string> read_page(std::string_view subject, const std::string& body,
                                    std::vector<ExportSummary>& summaries) {
    constexpr std::string_view kOperation = "ListExports";
    auto document = parse_answer(kOperation, subject, body);
    if (!document) return std::move(document).error();
    const auto* page = codec::find_array(*document, "ExportSummaries");
    if (page == nullptr) return unreadable(kOperation, subject, "has no ExportSummaries");
    for (const codec::JsonValue& element : page->GetArray()) {
        const auto export_arn = codec::find_text(element, "ExportArn");
        const auto status = find_status(element);
        const auto type = find_type(element);
        if (!export_arn || !status || !type) {
            return unreadable(kOperation, subject,
                              "has a summary that lacks an ExportArn, or an ExportStatus or "
                              "ExportType that is known");
        }
        summaries.push_back({std::string(*export_arn), *status, *type});
    }
    return text_or_empty(*document, "NextToken");
}

}  // namespace

std::string_view api_name(ExportType type) {
    return type == ExportType::full_export ? "FULL_EXPORT" : "INCREMENTAL_EXPORT";
}

std::string_view api_name(ExportFormat format) {
    return format == ExportFormat::dynamodb_json ? "DYNAMODB_JSON" : "ION";
}

std::string_view api_name(ExportViewType view_type) {
    return view_type == ExportViewType::new_image ? "NEW_IMAGE" : "NEW_AND_OLD_IMAGES";
}

std::string_view api_name(ExportStatus status) {
    return kStatuses.at(static_cast<std::size_t>(status)).second;
}

base::Result<std::string> DynamoDbClient::call(std::string_view operation, std::string_view subject,
                                               std::string body, base::Deadline deadline) {
    return client_->call(JsonCall{.service = kDynamoDb,
                                  .operation = operation,
                                  .body = std::move(body),
                                  .subject = std::string(subject),
                                  .repeatable = http::Repeatable::yes,
                                  .deadline = deadline});
}

base::Result<ExportDescription> DynamoDbClient::export_table_to_point_in_time(
    const ExportTableRequest& request, base::Deadline deadline) {
    constexpr std::string_view kOperation = "ExportTableToPointInTime";
    auto body = call(kOperation, request.table_arn, write_request(request), deadline);
    if (!body) return std::move(body).error();
    return read_description(kOperation, request.table_arn, *body);
}

base::Result<std::vector<ExportSummary>> DynamoDbClient::list_exports(std::string_view table_arn,
                                                                      base::Deadline deadline) {
    std::vector<ExportSummary> summaries;
    std::string next_token;
    for (int page = 0; page < kListPagesMax; ++page) {
        codec::JsonWriter json;
        json.begin_object().member("TableArn", table_arn);
        json.member_integer("MaxResults", kListPageSize);
        write_text(json, "NextToken", next_token);
        auto body = call("ListExports", table_arn, json.end_object().take(), deadline);
        if (!body) return std::move(body).error();
        auto following = read_page(table_arn, *body, summaries);
        if (!following) return std::move(following).error();
        if (following->empty()) return summaries;
        if (*following == next_token) {
            return unreadable("ListExports", table_arn, "leads to the same page again");
        }
        next_token = *std::move(following);
    }
    return unreadable("ListExports", table_arn,
                      fmt::format("goes on after {} pages", kListPagesMax));
}

base::Result<ExportDescription> DynamoDbClient::describe_export(std::string_view export_arn,
                                                                base::Deadline deadline) {
    codec::JsonWriter json;
    json.begin_object().member("ExportArn", export_arn);
    auto body = call("DescribeExport", export_arn, json.end_object().take(), deadline);
    if (!body) return std::move(body).error();
    return read_description("DescribeExport", export_arn, *body);
}

base::Result<ContinuousBackups> DynamoDbClient::describe_continuous_backups(
    std::string_view table_name, base::Deadline deadline) {
    constexpr std::string_view kOperation = "DescribeContinuousBackups";
    codec::JsonWriter json;
    json.begin_object().member("TableName", table_name);
    auto body = call(kOperation, table_name, json.end_object().take(), deadline);
    if (!body) return std::move(body).error();
    auto document = parse_answer(kOperation, table_name, *body);
    if (!document) return std::move(document).error();
    const auto* backups = codec::find_object(*document, "ContinuousBackupsDescription");
    if (backups == nullptr) {
        return unreadable(kOperation, table_name, "has no ContinuousBackupsDescription");
    }
    const auto* recovery = codec::find_object(*backups, "PointInTimeRecoveryDescription");
    if (recovery == nullptr) return ContinuousBackups{};
    return ContinuousBackups{
        .point_in_time_recovery_enabled =
            codec::find_text(*recovery, "PointInTimeRecoveryStatus") == "ENABLED",
        .earliest_restorable_ms = find_time(*recovery, "EarliestRestorableDateTime"),
        .latest_restorable_ms = find_time(*recovery, "LatestRestorableDateTime"),
        .recovery_period_days = find_count(*recovery, "RecoveryPeriodInDays"),
    };
}

base::Result<std::vector<std::string>> DynamoDbClient::describe_key_names(
    std::string_view table_name, base::Deadline deadline) {
    constexpr std::string_view kOperation = "DescribeTable";
    codec::JsonWriter json;
    json.begin_object().member("TableName", table_name);
    auto body = call(kOperation, table_name, json.end_object().take(), deadline);
    if (!body) return std::move(body).error();
    auto document = parse_answer(kOperation, table_name, *body);
    if (!document) return std::move(document).error();
    const auto* table = codec::find_object(*document, "Table");
    const auto* schema = table != nullptr ? codec::find_array(*table, "KeySchema") : nullptr;
    if (schema == nullptr) return unreadable(kOperation, table_name, "has no KeySchema");
    std::string partition_key;
    std::string sort_key;
    for (const auto& element : schema->GetArray()) {
        const bool is_sort_key = codec::find_text(element, "KeyType") == "RANGE";
        (is_sort_key ? sort_key : partition_key) =
            codec::find_text(element, "AttributeName").value_or("");
    }
    if (partition_key.empty()) return unreadable(kOperation, table_name, "has no partition key");
    if (sort_key.empty()) return std::vector{partition_key};
    return std::vector{partition_key, sort_key};
}

}  // namespace aws
