#include "functions/table_export/handler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "functions/table_export/existing_exports.h"
#include "tests/functions/table_export/world.h"

namespace {

using base::ErrorKind;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using tests::kItems;
using tests::kOrders;
using tests::kTestNowMs;
using tests::World;

constexpr const char* kEvent = R"({"time":"2026-11-20T01:00:00Z"})";

std::string start_body(const std::string& table_arn, const std::string& token) {
    return R"({"TableArn":")" + table_arn + R"(","ClientToken":")" + token +
           R"(","S3Bucket":"lake-exports","S3Prefix":"dynamodb/export","S3SseAlgorithm":"AES256",)"
           R"("ExportFormat":"DYNAMODB_JSON","ExportType":"FULL_EXPORT","ExportTime":1795136400})";
}

// The members after `action` of an export of kOrders or kItems at the event's slot.
std::string full_export(const std::string& table_arn, const std::string& action,
                        const std::string& export_arn) {
    return R"({"table_arn":")" + table_arn + R"(","action":")" + action +
           R"(","export_type":"full","export_arn":")" + export_arn +
           R"(","from":null,"to":"2026-11-20T01:00:00Z"})";
}

TEST(Handler, StartsAFullExportWithExactlyTheseRequests) {
    World world;
    const auto response = world.run(kEvent);
    ASSERT_TRUE(response.ok()) << response.error().message;
    EXPECT_EQ(response->body,
              R"({"time":"2026-11-20T01:00:00Z","exports":[)" +
                  full_export(kOrders, "started", kOrders + "/export/01795136400000-00000000") +
                  R"(],"earlier":[]})");
    ASSERT_EQ(world.service.calls.size(), 2U);
    EXPECT_EQ(world.service.calls[0].operation, "ListExports");
    EXPECT_EQ(world.service.calls[0].body, R"({"TableArn":")" + kOrders + R"(","MaxResults":25})");
    EXPECT_EQ(world.service.calls[1].operation, "ExportTableToPointInTime");
    EXPECT_EQ(world.service.calls[1].body,
              start_body(kOrders, "a49eb1df-5107-7061-0918-937d3cd00f04"));
}

TEST(Handler, SendsEverySettingOfADestination) {
    World world;
    world.environment.set("BUCKET_PREFIX", "");
    world.environment.set("BUCKET_OWNER", "210987654321");
    world.environment.set("KMS_KEY_ID", "alias/lake");
    world.environment.set("EXPORT_FORMAT", "ION");
    ASSERT_TRUE(world.run(kEvent).ok());
    EXPECT_THAT(world.service.calls.back().body,
                AllOf(HasSubstr(R"("S3BucketOwner":"210987654321")"), Not(HasSubstr("S3Prefix")),
                      HasSubstr(R"("S3SseAlgorithm":"KMS","S3SseKmsKeyId":"alias/lake")"),
                      HasSubstr(R"("ExportFormat":"ION")")));
    // And finds it again.
    const auto again = world.run(kEvent);
    ASSERT_TRUE(again.ok());
    EXPECT_THAT(again->body, HasSubstr(R"("action":"already_started")"));
}

TEST(Handler, StartsOneExportHoweverOftenASlotIsCalled) {
    World world;
    ASSERT_TRUE(world.run(kEvent).ok());
    for (int i = 0; i < 50; ++i) {
        if (i == 25) world.service.exports[0].status = "COMPLETED";
        const auto response = world.run(kEvent);
        ASSERT_TRUE(response.ok());
        EXPECT_EQ(response->body,
                  R"({"time":"2026-11-20T01:00:00Z","exports":[)" +
                      full_export(kOrders, "already_started", world.service.exports[0].arn) +
                      R"(],"earlier":[]})");
        world.clock.advance_ms(30 * 60'000);  // far beyond the token's 8 hours
    }
    EXPECT_EQ(world.service.exports.size(), 1U);
    EXPECT_EQ(world.service.count("ExportTableToPointInTime"), 1U);
}

TEST(Handler, StartsOneExportWhileTheListDoesNotShowItYet) {
    World world;
    for (int i = 0; i < 50; ++i) {
        world.service.fail_next("ListExports", 200, R"({"ExportSummaries":[]})");
        ASSERT_TRUE(world.run(kEvent).ok());
    }
    EXPECT_EQ(world.service.count("ExportTableToPointInTime"), 50U);
    EXPECT_EQ(world.service.exports.size(), 1U);
}

TEST(Handler, FindsTheSlotsExportOnAnyPage) {
    World world;
    ASSERT_TRUE(world.run(kEvent).ok());
    for (int i = 0; i < 60; ++i) {
        world.clock.advance_ms(3'600'000);
        ASSERT_TRUE(world.run("{}").ok());
    }
    for (const std::size_t page_size : {1U, 7U, 25U}) {
        world.service.page_size = page_size;
        const auto response = world.run(kEvent);
        ASSERT_TRUE(response.ok());
        EXPECT_THAT(response->body, HasSubstr(full_export(kOrders, "already_started",
                                                          world.service.exports[0].arn)));
    }
    EXPECT_EQ(world.service.exports.size(), 61U);
}

TEST(Handler, DescribesOnlyWhatMayMatter) {
    World world;
    for (int day = 0; day < 85; ++day) {
        ASSERT_TRUE(world.run("{}").ok());
        world.clock.advance_ms(86'400'000);
    }
    world.service.calls.clear();
    ASSERT_TRUE(world.run("{}").ok());
    EXPECT_EQ(world.service.count("ListExports"), 4U);
    EXPECT_EQ(world.service.count("DescribeExport"), table_export::kEarlierExportsMax);
}

TEST(Handler, CountsOnlyExportsToTheSameBucketPrefixAndFormat) {
    World world;
    for (const auto& [name, value] : {std::pair("BUCKET_NAME", "other"),
                                      {"BUCKET_PREFIX", "other"},
                                      {"EXPORT_FORMAT", "ION"}}) {
        auto other = world.environment;
        world.environment.set(name, value);
        ASSERT_TRUE(world.run(kEvent).ok());
        world.environment = other;
    }
    const auto response = world.run(kEvent);
    ASSERT_TRUE(response.ok());
    EXPECT_THAT(response->body, HasSubstr(R"("action":"started")"));
    EXPECT_THAT(response->body, HasSubstr(R"("earlier":[])"));
    EXPECT_EQ(world.service.exports.size(), 4U);
}

TEST(Handler, ReportsWhatBecameOfEarlierExportsNewestFirst) {
    World world;
    for (const char* status : {"COMPLETED", "FAILED", "IN_PROGRESS"}) {
        ASSERT_TRUE(world.run("{}").ok());
        world.service.exports.back().status = status;
        if (std::string(status) == "FAILED")
            world.service.exports.back().failure_code = "S3NoSuchBucket";
        world.clock.advance_ms(3'600'000);
    }
    const auto response = world.run("{}");
    ASSERT_TRUE(response.ok()) << response.error().message;
    const auto& exports = world.service.exports;
    EXPECT_THAT(
        response->body,
        HasSubstr(R"("earlier":[{"export_arn":")" + exports[2].arn +
                  R"(","status":"IN_PROGRESS","failure_code":null},{"export_arn":")" +
                  exports[1].arn +
                  R"(","status":"FAILED","failure_code":"S3NoSuchBucket"},{"export_arn":")" +
                  exports[0].arn + R"(","status":"COMPLETED","failure_code":null}])"));
    EXPECT_THAT(world.lines.text(), HasSubstr("earlier_export_failed"));
    EXPECT_THAT(world.lines.lines().back(),
                AllOf(HasSubstr(R"("ExportsStarted":1)"), HasSubstr(R"("AlreadyStarted":0)"),
                      HasSubstr(R"("ExportsFailed":0)"), HasSubstr(R"("EarlierFailed":1)"),
                      HasSubstr(R"("NewestCompleteExportAgeMs":10800000)")));
}

TEST(Handler, MakesAFailedSlotAgain) {
    World world;
    ASSERT_TRUE(world.run(kEvent).ok());
    world.service.exports[0].status = "FAILED";
    const auto response = world.run(kEvent);
    ASSERT_TRUE(response.ok());
    ASSERT_EQ(world.service.exports.size(), 2U);
    EXPECT_THAT(response->body,
                HasSubstr(full_export(kOrders, "started", world.service.exports[1].arn)));
    EXPECT_EQ(world.service.exports[1].token, "dd35c03a-aa06-b012-ca42-52612fb06257");
}

TEST(Handler, FailsWhereTheTokenLeadsToAFailedExport) {
    World world;
    ASSERT_TRUE(world.run(kEvent).ok());
    world.service.exports[0].status = "FAILED";
    world.service.exports[0].failure_code = "S3AccessDenied";
    world.service.fail_next("ListExports", 200, R"({"ExportSummaries":[]})");
    const auto response = world.run(kEvent);
    ASSERT_FALSE(response.ok());
    EXPECT_EQ(response.error().kind, ErrorKind::export_failed);
    EXPECT_THAT(response.error().message, HasSubstr("S3AccessDenied"));
}

TEST(Handler, ExportsSeveralTables) {
    World world;
    world.environment.set("TABLE_ARN", kOrders + "," + kItems);
    const auto response = world.run(kEvent);
    ASSERT_TRUE(response.ok()) << response.error().message;
    EXPECT_EQ(world.service.calls[3].body,
              start_body(kItems, "890b5ff2-b654-beab-02b0-30d1b9fa90b0"));
    EXPECT_THAT(response->body,
                HasSubstr(full_export(kOrders, "started", world.service.exports[0].arn) + "," +
                          full_export(kItems, "started", world.service.exports[1].arn)));
}

TEST(Handler, ExportsTheTablesThatTheEventNames) {
    World world;
    const auto response =
        world.run(R"({"time":"2026-11-20T01:00:00Z","export_type":"full","table_arns":[")" +
                  kItems + R"("]})");
    ASSERT_TRUE(response.ok()) << response.error().message;
    ASSERT_EQ(world.service.exports.size(), 1U);
    EXPECT_EQ(world.service.exports[0].table_arn, kItems);
}

TEST(Handler, TakesNowWhereTheEventHasNoTime) {
    World world;
    world.clock.advance_ms(12'345);
    const auto response = world.run("{}");
    ASSERT_TRUE(response.ok());
    EXPECT_THAT(response->body, HasSubstr(R"("to":"2026-11-20T01:00:12Z")"));
    EXPECT_THAT(world.service.exports[0].request, HasSubstr(R"("ExportTime":1795136412})"));
}

}  // namespace
