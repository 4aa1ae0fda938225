#include "common/aws/dynamodb_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes.h"
#include "tests/support/scripted_http.h"

namespace {

using base::ErrorKind;
using testing::HasSubstr;

constexpr const char* kTable = "arn:aws:dynamodb:us-east-1:123456789012:table/orders";
constexpr const char* kExport =
    "arn:aws:dynamodb:us-east-1:123456789012:table/orders/export/01795136400000-a1b2c3d4";

class FixedCredentials final : public aws::CredentialsProvider {
  public:
    base::Result<aws::Credentials> get() override {
        return aws::Credentials{"AKIDEXAMPLE", base::Secret(std::string("secret")), base::Secret()};
    }
    void forget() override {}
};

class DynamoDbClient : public testing::Test {
  protected:
    tests::FakeClock clock_;
    tests::SeededRandom random_;
    tests::LogCapture lines_;
    base::Log log_ = lines_.make_log(clock_);
    tests::ScriptedHttp http_;
    FixedCredentials credentials_;
    aws::Client client_{{"us-east-1", {}, {}}, {http_, credentials_, clock_, random_, log_}};
    aws::DynamoDbClient dynamodb_{client_};

    std::string sent_target() {
        return std::string(
            http::find_header(http_.requests().back().headers, "X-Amz-Target").value_or(""));
    }
    void answer_description(const std::string& members) {
        http_.answer(200, R"({"ExportDescription":{"ExportArn":")" + std::string(kExport) + "\"," +
                              members + "}}");
    }
};

TEST_F(DynamoDbClient, SendsAFullExport) {
    answer_description(R"("ExportStatus":"IN_PROGRESS")");
    const auto started =
        dynamodb_.export_table_to_point_in_time({.table_arn = kTable,
                                                 .client_token = "token-1",
                                                 .s3_bucket = "lake-exports",
                                                 .s3_bucket_owner = "210987654321",
                                                 .s3_prefix = "dynamodb/\"export\"",
                                                 .s3_sse_kms_key_id = "alias/lake",
                                                 .format = aws::ExportFormat::ion,
                                                 .export_time_ms = 1'795'136'400'000,
                                                 .incremental = {}},
                                                {});
    ASSERT_TRUE(started.ok()) << started.error().message;
    EXPECT_EQ(started->export_arn, kExport);
    EXPECT_EQ(started->type, aws::ExportType::full_export);
    EXPECT_EQ(sent_target(), "DynamoDB_20120810.ExportTableToPointInTime");
    EXPECT_EQ(http_.requests().back().url, "https://dynamodb.us-east-1.amazonaws.com/");
    EXPECT_EQ(http_.requests().back().body,
              R"({"TableArn":"arn:aws:dynamodb:us-east-1:123456789012:table/orders",)"
              R"("ClientToken":"token-1","S3Bucket":"lake-exports","S3BucketOwner":"210987654321",)"
              R"("S3Prefix":"dynamodb/\"export\"","S3SseAlgorithm":"KMS",)"
              R"("S3SseKmsKeyId":"alias/lake","ExportFormat":"ION","ExportType":"FULL_EXPORT",)"
              R"("ExportTime":1795136400})");
}

TEST_F(DynamoDbClient, LeavesOutWhatIsEmpty) {
    answer_description(R"("ExportStatus":"IN_PROGRESS")");
    ASSERT_TRUE(dynamodb_
                    .export_table_to_point_in_time({.table_arn = kTable,
                                                    .client_token = {},
                                                    .s3_bucket = "lake-exports",
                                                    .s3_bucket_owner = {},
                                                    .s3_prefix = {},
                                                    .s3_sse_kms_key_id = {},
                                                    .format = aws::ExportFormat::dynamodb_json,
                                                    .export_time_ms = {},
                                                    .incremental = {}},
                                                   {})
                    .ok());
    EXPECT_EQ(http_.requests().back().body,
              R"({"TableArn":"arn:aws:dynamodb:us-east-1:123456789012:table/orders",)"
              R"("S3Bucket":"lake-exports","S3SseAlgorithm":"AES256",)"
              R"("ExportFormat":"DYNAMODB_JSON","ExportType":"FULL_EXPORT"})");
}

TEST_F(DynamoDbClient, SendsAnIncrementalExport) {
    answer_description(R"("ExportStatus":"IN_PROGRESS","ExportType":"INCREMENTAL_EXPORT")");
    const auto started = dynamodb_.export_table_to_point_in_time(
        {.table_arn = kTable,
         .client_token = "t",
         .s3_bucket = "lake-exports",
         .s3_bucket_owner = {},
         .s3_prefix = "p",
         .s3_sse_kms_key_id = {},
         .format = aws::ExportFormat::dynamodb_json,
         .export_time_ms = {},
         .incremental = aws::IncrementalExport{.from_time_ms = 1'795'132'800'000,
                                               .to_time_ms = 1'795'136'400'000,
                                               .view_type = aws::ExportViewType::new_image}},
        {});
    ASSERT_TRUE(started.ok());
    EXPECT_EQ(started->type, aws::ExportType::incremental_export);
    EXPECT_THAT(http_.requests().back().body,
                HasSubstr(R"("ExportType":"INCREMENTAL_EXPORT","IncrementalExportSpecification":{)"
                          R"("ExportFromTime":1795132800,"ExportToTime":1795136400,)"
                          R"("ExportViewType":"NEW_IMAGE"}})"));
}

// The answer of the API reference's DescribeExport, with every member.
TEST_F(DynamoDbClient, ReadsADescription) {
    answer_description(
        R"("ExportStatus":"FAILED","TableArn":"t","ClientToken":"c","S3Bucket":"b",)"
        R"("S3BucketOwner":"210987654321","S3Prefix":"p","S3SseAlgorithm":"AES256",)"
        R"("ExportFormat":"DYNAMODB_JSON","ExportType":"INCREMENTAL_EXPORT","ExportManifest":"m",)"
        R"("FailureCode":"S3NoSuchBucket","FailureMessage":"The bucket is gone",)"
        R"("StartTime":1.604474914028E9,"EndTime":1604475223.897,"ExportTime":1.604474914E9,)"
        R"("ItemCount":9007199254740993,"BilledSizeBytes":20971520,)"
        R"("IncrementalExportSpecification":{"ExportFromTime":1.6044E9,"ExportToTime":1604403600,)"
        R"("ExportViewType":"NEW_IMAGE"})");
    const auto described = dynamodb_.describe_export(kExport, {});
    ASSERT_TRUE(described.ok()) << described.error().message;
    EXPECT_EQ(http_.requests().back().body, R"({"ExportArn":")" + std::string(kExport) + R"("})");
    EXPECT_EQ(described->status, aws::ExportStatus::failed);
    EXPECT_EQ(described->table_arn, "t");
    EXPECT_EQ(described->client_token, "c");
    EXPECT_EQ(described->s3_bucket, "b");
    EXPECT_EQ(described->s3_bucket_owner, "210987654321");
    EXPECT_EQ(described->s3_prefix, "p");
    EXPECT_EQ(described->export_format, "DYNAMODB_JSON");
    EXPECT_EQ(described->export_manifest, "m");
    EXPECT_EQ(described->failure_code, "S3NoSuchBucket");
    EXPECT_EQ(described->failure_message, "The bucket is gone");
    EXPECT_EQ(described->start_time_ms, 1'604'474'914'028);
    EXPECT_EQ(described->end_time_ms, 1'604'475'223'897);
    EXPECT_EQ(described->export_time_ms, 1'604'474'914'000);
    EXPECT_EQ(described->item_count, 9'007'199'254'740'993);
    EXPECT_EQ(described->billed_size_bytes, 20'971'520);
    const auto incremental = described->incremental.value_or(aws::IncrementalExport{});
    EXPECT_EQ(incremental.from_time_ms, 1'604'400'000'000);
    EXPECT_EQ(incremental.to_time_ms, 1'604'403'600'000);
    EXPECT_EQ(incremental.view_type, aws::ExportViewType::new_image);
    EXPECT_FALSE(described->filtered);
}

TEST_F(DynamoDbClient, TellsAFilteredExport) {
    answer_description(
        R"("ExportStatus":"COMPLETED","FilterSpecification":{"FilterExpression":"total > :t"})");
    EXPECT_TRUE(dynamodb_.describe_export(kExport, {})->filtered);
}

TEST_F(DynamoDbClient, ListsAllPages) {
    http_.answer(200, R"({"ExportSummaries":[
        {"ExportArn":"a","ExportStatus":"COMPLETED","ExportType":"FULL_EXPORT"}],"NextToken":"n1"})");
    http_.answer(200, R"({"ExportSummaries":[],"NextToken":"n2"})");
    http_.answer(200, R"({"ExportSummaries":[
        {"ExportArn":"b","ExportStatus":"IN_PROGRESS","ExportType":"INCREMENTAL_EXPORT"},
        {"ExportArn":"c","ExportStatus":"FAILED"}]})");
    const auto listed = dynamodb_.list_exports(kTable, {});
    ASSERT_TRUE(listed.ok()) << listed.error().message;
    ASSERT_EQ(listed->size(), 3U);
    EXPECT_EQ((*listed)[0].export_arn, "a");
    EXPECT_EQ((*listed)[1].type, aws::ExportType::incremental_export);
    EXPECT_EQ((*listed)[2].status, aws::ExportStatus::failed);
    const std::string first =
        R"({"TableArn":"arn:aws:dynamodb:us-east-1:123456789012:table/orders","MaxResults":25)";
    ASSERT_EQ(http_.requests().size(), 3U);
    EXPECT_EQ(http_.requests()[0].body, first + "}");
    EXPECT_EQ(http_.requests()[1].body, first + R"(,"NextToken":"n1"})");
    EXPECT_EQ(http_.requests()[2].body, first + R"(,"NextToken":"n2"})");
}

TEST_F(DynamoDbClient, GivesUpOnAPageThatLeadsToItself) {
    http_.answer(200, R"({"ExportSummaries":[],"NextToken":"n1"})");
    http_.answer(200, R"({"ExportSummaries":[],"NextToken":"n1"})");
    const auto listed = dynamodb_.list_exports(kTable, {});
    ASSERT_FALSE(listed.ok());
    EXPECT_EQ(listed.error().kind, ErrorKind::service_failed);
    EXPECT_THAT(listed.error().message, HasSubstr("same page"));
}

TEST_F(DynamoDbClient, GivesTheErrorOfALaterPage) {
    http_.answer(200, R"({"ExportSummaries":[],"NextToken":"n1"})");
    http_.answer(400,
                 R"({"__type":"com.amazon.coral.service#AccessDeniedException","message":"no"})");
    const auto listed = dynamodb_.list_exports(kTable, {});
    ASSERT_FALSE(listed.ok());
    EXPECT_EQ(listed.error().kind, ErrorKind::access_denied);
}

TEST_F(DynamoDbClient, DescribesContinuousBackups) {
    http_.answer(200, R"({"ContinuousBackupsDescription":{"ContinuousBackupsStatus":"ENABLED",
        "PointInTimeRecoveryDescription":{"PointInTimeRecoveryStatus":"ENABLED",
        "RecoveryPeriodInDays":35,"EarliestRestorableDateTime":1.792112400E9,
        "LatestRestorableDateTime":1795136100.5}}})");
    const auto backups = dynamodb_.describe_continuous_backups("orders", {});
    ASSERT_TRUE(backups.ok()) << backups.error().message;
    EXPECT_EQ(sent_target(), "DynamoDB_20120810.DescribeContinuousBackups");
    EXPECT_EQ(http_.requests().back().body, R"({"TableName":"orders"})");
    EXPECT_TRUE(backups->point_in_time_recovery_enabled);
    EXPECT_EQ(backups->earliest_restorable_ms, 1'792'112'400'000);
    EXPECT_EQ(backups->latest_restorable_ms, 1'795'136'100'500);
    EXPECT_EQ(backups->recovery_period_days, 35);
}

TEST_F(DynamoDbClient, TellsThatRecoveryIsOff) {
    http_.answer(200, R"({"ContinuousBackupsDescription":{"ContinuousBackupsStatus":"ENABLED",
        "PointInTimeRecoveryDescription":{"PointInTimeRecoveryStatus":"DISABLED"}}})");
    const auto backups = dynamodb_.describe_continuous_backups("orders", {});
    ASSERT_TRUE(backups.ok());
    EXPECT_FALSE(backups->point_in_time_recovery_enabled);
    EXPECT_FALSE(backups->earliest_restorable_ms.has_value());
}

// The answer's form is that of the API reference of DescribeTable.
TEST_F(DynamoDbClient, DescribesTheNamesOfATablesKey) {
    http_.answer(200, R"({"Table":{"AttributeDefinitions":[
        {"AttributeName":"ForumName","AttributeType":"S"},
        {"AttributeName":"Subject","AttributeType":"S"}],"ItemCount":0,"KeySchema":[
        {"AttributeName":"Subject","KeyType":"RANGE"},
        {"AttributeName":"ForumName","KeyType":"HASH"}],"TableName":"Thread"}})");
    const auto names = dynamodb_.describe_key_names("Thread", {});
    ASSERT_TRUE(names.ok()) << names.error().message;
    EXPECT_EQ(sent_target(), "DynamoDB_20120810.DescribeTable");
    EXPECT_EQ(http_.requests().back().body, R"({"TableName":"Thread"})");
    EXPECT_EQ(*names, (std::vector<std::string>{"ForumName", "Subject"}));
}

TEST_F(DynamoDbClient, DescribesAKeyOfOneAttribute) {
    http_.answer(200, R"({"Table":{"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]}})");
    const auto names = dynamodb_.describe_key_names("orders", {});
    ASSERT_TRUE(names.ok()) << names.error().message;
    EXPECT_EQ(*names, std::vector<std::string>{"id"});
}

TEST_F(DynamoDbClient, ReadsNoKeyOutOfAnAnswerWithoutOne) {
    for (const char* answer : {R"({})", R"({"Table":{}})", R"({"Table":{"KeySchema":[]}})",
                               R"({"Table":{"KeySchema":[{"AttributeName":null}]}})"}) {
        http_.answer(200, answer);
        const auto names = dynamodb_.describe_key_names("orders", {});
        ASSERT_FALSE(names.ok()) << answer;
        EXPECT_EQ(names.error().kind, ErrorKind::service_failed);
    }
}

TEST_F(DynamoDbClient, RepeatsAnExportWhoseOutcomeIsUnknown) {
    http_.fail(ErrorKind::outcome_unknown);
    answer_description(R"("ExportStatus":"IN_PROGRESS")");
    const auto started = dynamodb_.export_table_to_point_in_time({.table_arn = kTable,
                                                                  .client_token = "t",
                                                                  .s3_bucket = "b",
                                                                  .s3_bucket_owner = {},
                                                                  .s3_prefix = {},
                                                                  .s3_sse_kms_key_id = {},
                                                                  .format = aws::ExportFormat::ion,
                                                                  .export_time_ms = {},
                                                                  .incremental = {}},
                                                                 {});
    EXPECT_TRUE(started.ok());
    ASSERT_EQ(http_.requests().size(), 2U);
    EXPECT_EQ(http_.requests()[0].body, http_.requests()[1].body);
}

class UnreadableDescription : public DynamoDbClient,
                              public testing::WithParamInterface<const char*> {};

TEST_P(UnreadableDescription, IsAServiceFailure) {
    http_.answer(200, GetParam());
    const auto described = dynamodb_.describe_export(kExport, {});
    ASSERT_FALSE(described.ok());
    EXPECT_EQ(described.error().kind, ErrorKind::service_failed);
    EXPECT_THAT(described.error().message, HasSubstr("DescribeExport"));
    EXPECT_THAT(described.error().message, HasSubstr(kExport));
}

INSTANTIATE_TEST_SUITE_P(
    Answers, UnreadableDescription,
    testing::Values("", "[]", "{}", "<html>", R"({"ExportDescription":null})",
                    R"({"ExportDescription":{"ExportStatus":"COMPLETED"}})",
                    R"({"ExportDescription":{"ExportArn":"a"}})",
                    R"({"ExportDescription":{"ExportArn":"a","ExportStatus":"PAUSED"}})",
                    R"({"ExportDescription":{"ExportArn":"a","ExportStatus":"FAILED",
                        "ExportType":"HALF_EXPORT"}})"));

class UnreadableList : public DynamoDbClient, public testing::WithParamInterface<const char*> {};

TEST_P(UnreadableList, IsAServiceFailure) {
    http_.answer(200, GetParam());
    const auto listed = dynamodb_.list_exports(kTable, {});
    ASSERT_FALSE(listed.ok());
    EXPECT_EQ(listed.error().kind, ErrorKind::service_failed);
}

INSTANTIATE_TEST_SUITE_P(Answers, UnreadableList,
                         testing::Values("", "{}", R"({"ExportSummaries":{}})",
                                         R"({"ExportSummaries":[{}]})",
                                         R"({"ExportSummaries":["a"]})"));

}  // namespace
