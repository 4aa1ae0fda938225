#include "common/lake/export_summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using testing::AllOf;
using testing::HasSubstr;

// The samples of "DynamoDB table export output format", with the folder's id in the export's ARN.
constexpr std::string_view kFull = R"({
  "version": "2020-06-30",
  "exportArn": "arn:aws:dynamodb:us-east-1:123456789012:table/ProductCatalog/export/01234567890123-a1b2c3d4",
  "startTime": "2020-11-04T07:28:34.028Z",
  "endTime": "2020-11-04T07:33:43.897Z",
  "tableArn": "arn:aws:dynamodb:us-east-1:123456789012:table/ProductCatalog",
  "tableId": "12345a12-abcd-123a-ab12-1234abc12345",
  "exportTime": "2020-11-04T07:28:34.028Z",
  "s3Bucket": "ddb-productcatalog-export",
  "s3Prefix": "2020-Nov",
  "s3SseAlgorithm": "AES256",
  "s3SseKmsKeyId": null,
  "manifestFilesS3Key": "AWSDynamoDB/01693685827463-2d8752fd/manifest-files.json",
  "billedSizeBytes": 0,
  "itemCount": 8,
  "outputFormat": "DYNAMODB_JSON"
})";

constexpr std::string_view kIncremental = R"({
  "version": "2023-08-01",
  "exportArn": "arn:aws:dynamodb:us-east-1:599882009758:table/export-test/export/01695097218000-d6299cbd",
  "startTime": "2023-09-19T04:20:18.000Z",
  "endTime": "2023-09-19T04:40:24.780Z",
  "tableArn": "arn:aws:dynamodb:us-east-1:599882009758:table/export-test",
  "tableId": "b116b490-6460-4d4a-9a6b-5d360abf4fb3",
  "exportFromTime": "2023-09-18T17:00:00.000Z",
  "exportToTime": "2023-09-19T04:00:00.000Z",
  "s3Bucket": "jason-exports",
  "s3Prefix": "20230919-prefix",
  "s3SseAlgorithm": "AES256",
  "s3SseKmsKeyId": null,
  "manifestFilesS3Key": "20230919-prefix/AWSDynamoDB/01693685934212-ac809da5/manifest-files.json",
  "billedSizeBytes": 20901239349,
  "itemCount": 169928274,
  "outputFormat": "DYNAMODB_JSON",
  "outputView": "NEW_AND_OLD_IMAGES",
  "exportType": "INCREMENTAL_EXPORT"
})";

const lake::ObjectUri kFullUri = {
    "b", "2020-Nov/AWSDynamoDB/01234567890123-a1b2c3d4/manifest-summary.json"};
const lake::ObjectUri kIncrementalUri = {
    "b", "20230919-prefix/AWSDynamoDB/01695097218000-d6299cbd/manifest-summary.json"};

std::string with(std::string_view json, const std::string& old, const std::string& replacement) {
    std::string text(json);
    const std::size_t at = text.find(old);
    EXPECT_NE(at, std::string::npos) << old;
    return text.replace(at, old.size(), replacement);
}

std::string fault_of(const std::string& json, const lake::ObjectUri& uri = kFullUri) {
    const auto summary = lake::parse_export_summary(json, uri);
    if (summary) return "no fault";
    EXPECT_EQ(summary.error().kind, base::ErrorKind::data_invalid);
    EXPECT_THAT(summary.error().message, HasSubstr(uri.text()));
    return summary.error().message;
}

TEST(ExportSummary, ReadsAFullExport) {
    const auto summary = lake::parse_export_summary(kFull, kFullUri);
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(summary->kind, lake::ExportKind::full);
    EXPECT_EQ(summary->export_id, "01234567890123-a1b2c3d4");
    EXPECT_EQ(summary->export_arn,
              "arn:aws:dynamodb:us-east-1:123456789012:table/ProductCatalog/export/"
              "01234567890123-a1b2c3d4");
    EXPECT_EQ(summary->table_arn, "arn:aws:dynamodb:us-east-1:123456789012:table/ProductCatalog");
    EXPECT_EQ(summary->table_name, "ProductCatalog");
    EXPECT_EQ(summary->export_time_ms, 1'604'474'914'028);  // date -u -d … +%s
    EXPECT_EQ(summary->item_count, 8);
    EXPECT_EQ(summary->manifest_files_key,
              "AWSDynamoDB/01693685827463-2d8752fd/manifest-files.json");
}

TEST(ExportSummary, ReadsAnIncrementalExport) {
    const auto summary = lake::parse_export_summary(kIncremental, kIncrementalUri);
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(summary->kind, lake::ExportKind::incremental);
    EXPECT_EQ(summary->view, lake::ExportView::new_and_old_images);
    EXPECT_EQ(summary->from_time_ms, 1'695'056'400'000);
    EXPECT_EQ(summary->to_time_ms, 1'695'096'000'000);
    EXPECT_EQ(summary->item_count, 169'928'274);
}

TEST(ExportSummary, ReadsTheViewOfNewImages) {
    for (const char* view : {"NEW_IMAGE", "NEW_IMAGES"}) {
        const auto summary = lake::parse_export_summary(
            with(kIncremental, "NEW_AND_OLD_IMAGES", view), kIncrementalUri);
        ASSERT_TRUE(summary);
        EXPECT_EQ(summary->view, lake::ExportView::new_image);
    }
}

TEST(ExportSummary, TakesAFullExportThatNamesItsType) {
    EXPECT_TRUE(lake::parse_export_summary(
        with(kFull, R"("itemCount")", R"("exportType": "FULL_EXPORT", "itemCount")"), kFullUri));
}

TEST(ExportSummary, RefusesIonWithTheWayOut) {
    EXPECT_THAT(fault_of(with(kFull, "DYNAMODB_JSON", "ION")),
                AllOf(HasSubstr("ION"), HasSubstr("EXPORT_FORMAT=DYNAMODB_JSON")));
}

TEST(ExportSummary, NamesEachFault) {
    struct Case {
        const char* old;
        const char* replacement;
        const char* fault;
    };
    const Case cases[] = {
        {"\"DYNAMODB_JSON\"", "\"CSV\"", "outputFormat is neither"},
        {"\"DYNAMODB_JSON\"", "7", "outputFormat is missing or is no text"},
        {"\"itemCount\": 8", "\"itemCount\": -1", "itemCount is missing or is no count"},
        {"\"itemCount\": 8", "\"itemCount\": \"8\"", "itemCount is missing or is no count"},
        {"\"itemCount\": 8", "\"itemCount\": 8.5", "itemCount is missing or is no count"},
        {"\"exportTime\": \"2020", "\"exportTime\": \"20", "exportTime is no time"},
        {"\"exportTime\"", "\"time\"", "exportTime is missing"},
        {"\"tableArn\": \"arn:aws:dynamodb", "\"tableArn\": \"arn:aws:s3", "tableArn is no table"},
        {"table/ProductCatalog\",", "table/ProductCatalog/stream/x\",", "tableArn is no table"},
        {"table/ProductCatalog\",", "table/Others\",", "exportArn is no export of tableArn"},
        {"/export/01234567890123-a1b2c3d4", "/export/..", "exportArn ends in no export's id"},
        {"/export/01234567890123-a1b2c3d4", "/export/", "exportArn ends in no export's id"},
        {"/export/01234567890123-a1b2c3d4", "/export/0-a", "folder of another name"},
        {"\"itemCount\": 8", "\"exportType\": \"X\", \"itemCount\": 8", "exportType is neither"},
        {"\"manifestFilesS3Key\"", "\"x\"", "manifestFilesS3Key is missing"},
    };
    for (const Case& each : cases)
        EXPECT_THAT(fault_of(with(kFull, each.old, each.replacement)), HasSubstr(each.fault));
}

TEST(ExportSummary, NamesEachFaultOfAnIncrement) {
    const auto fault = [](const char* old, const char* replacement) {
        return fault_of(with(kIncremental, old, replacement), kIncrementalUri);
    };
    EXPECT_THAT(fault("NEW_AND_OLD_IMAGES", "OLD_IMAGE"), HasSubstr("outputView is neither"));
    EXPECT_THAT(fault("2023-09-19T04:00:00.000Z", "2023-09-18T17:00:00.000Z"),
                HasSubstr("exportToTime is not after exportFromTime"));
    EXPECT_THAT(fault("\"exportToTime\"", "\"x\""), HasSubstr("exportToTime is missing"));
}

TEST(ExportSummary, RefusesWhatIsNoObject) {
    EXPECT_THAT(fault_of("[]"), HasSubstr("no JSON object"));
    EXPECT_THAT(fault_of(""), HasSubstr("manifest-summary.json"));
    EXPECT_THAT(fault_of("{"), HasSubstr("manifest-summary.json"));
}

}  // namespace
