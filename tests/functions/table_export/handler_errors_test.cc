#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "functions/table_export/existing_exports.h"
#include "functions/table_export/handler.h"
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

// The members after `action` of an export of kOrders or kItems at the event's slot.
std::string full_export(const std::string& table_arn, const std::string& action,
                        const std::string& export_arn) {
    return R"({"table_arn":")" + table_arn + R"(","action":")" + action +
           R"(","export_type":"full","export_arn":")" + export_arn +
           R"(","from":null,"to":"2026-11-20T01:00:00Z"})";
}

TEST(Handler, TriesAllTablesAndNamesEachThatFailed) {
    World world;
    const std::string gone = "arn:aws:dynamodb:us-east-1:123456789012:table/gone";
    world.environment.set("TABLE_ARN", gone + "," + kOrders + "," + kItems);
    world.service.table(kItems).recovery_enabled = false;
    const auto response = world.run(kEvent);
    ASSERT_FALSE(response.ok());
    EXPECT_EQ(response.error().kind, ErrorKind::export_failed);
    EXPECT_EQ(base::error_type(response.error().kind), "Function.ExportFailed");
    EXPECT_THAT(response.error().message,
                AllOf(HasSubstr("2 of 3 tables failed for the slot 2026-11-20T01:00:00Z"),
                      HasSubstr("[1] " + gone + ": "), HasSubstr("TableNotFoundException"),
                      HasSubstr("[2] " + kItems + ": "),
                      HasSubstr("aws dynamodb update-continuous-backups --region us-east-1 "
                                "--table-name items")));
    EXPECT_THAT(response.error().message, Not(HasSubstr("] " + kOrders)));
    EXPECT_EQ(world.service.exports.size(), 1U);
    EXPECT_THAT(world.lines.lines().back(),
                AllOf(HasSubstr(R"("ExportsStarted":1)"), HasSubstr(R"("ExportsFailed":2)")));
}

TEST(Handler, SaysBetweenWhichTimesATableCanBeExported) {
    World world;
    world.service.table(kOrders).earliest_restorable_ms = kTestNowMs - 86'400'000;
    const auto response = world.run(R"({"time":"2026-11-01T01:00:00Z"})");
    ASSERT_FALSE(response.ok());
    EXPECT_THAT(response.error().message,
                AllOf(HasSubstr("InvalidExportTimeException"),
                      HasSubstr("as of 2026-11-19T01:00:00Z to 2026-11-20T00:55:00Z")));
}

TEST(Handler, TakesTheExportThatAConflictTellsOf) {
    World world;
    ASSERT_TRUE(world.run(kEvent).ok());
    world.service.fail_next("ListExports", 200, R"({"ExportSummaries":[]})");
    world.service.fail_next("ExportTableToPointInTime", 400,
                            tests::service_error("ExportConflictException", "conflict"));
    const auto response = world.run(kEvent);
    ASSERT_TRUE(response.ok()) << response.error().message;
    EXPECT_THAT(response->body,
                HasSubstr(full_export(kOrders, "already_started", world.service.exports[0].arn)));
}

TEST(Handler, FailsOnAConflictWithNothingToShowForIt) {
    World world;
    world.service.fail_next("ExportTableToPointInTime", 400,
                            tests::service_error("ExportConflictException", "conflict"));
    const auto response = world.run(kEvent);
    ASSERT_FALSE(response.ok());
    EXPECT_THAT(response.error().message,
                AllOf(HasSubstr("ExportConflictException"), HasSubstr("list-exports")));
}

TEST(Handler, DoesNotStartWhatItCannotLookUp) {
    World world;
    world.service.fail_next(
        "ListExports", 400,
        tests::service_error(
            "AccessDeniedException",
            "User: arn:aws:sts::123456789012:assumed-role/x/y is not authorized to "
            "perform: dynamodb:ListExports on resource: *"));
    const auto response = world.run(kEvent);
    ASSERT_FALSE(response.ok());
    EXPECT_THAT(
        response.error().message,
        AllOf(HasSubstr("ListExports"), HasSubstr("dynamodb:DescribeExport on " + kOrders)));
    EXPECT_TRUE(world.service.exports.empty());
}

TEST(Handler, LeavesOutAnExportThatExpiredWhileItLooked) {
    World world;
    ASSERT_TRUE(world.run(kEvent).ok());
    world.clock.advance_ms(3'600'000);
    world.service.fail_next("DescribeExport", 400,
                            tests::service_error("ExportNotFoundException", "gone"));
    const auto response = world.run("{}");
    ASSERT_TRUE(response.ok());
    EXPECT_THAT(response->body, HasSubstr(R"("earlier":[])"));
}

struct RefusalCase {
    const char* name;
    int status;
    const char* code;
    const char* message;
    std::vector<const char*> remedies;
};

class Refusal : public testing::TestWithParam<RefusalCase> {};

TEST_P(Refusal, FailsWithARemedy) {
    World world;
    // As often as a call is tried at most.
    for (int i = 0; i < 4; ++i) {
        world.service.fail_next("ExportTableToPointInTime", GetParam().status,
                                tests::service_error(GetParam().code, GetParam().message));
    }
    const auto response = world.run(kEvent);
    ASSERT_FALSE(response.ok());
    EXPECT_EQ(response.error().kind, ErrorKind::export_failed);
    EXPECT_THAT(response.error().message, HasSubstr(GetParam().code));
    for (const char* remedy : GetParam().remedies)
        EXPECT_THAT(response.error().message, HasSubstr(remedy));
    EXPECT_TRUE(world.service.exports.empty());
}

INSTANTIATE_TEST_SUITE_P(
    ServiceErrors, Refusal,
    testing::Values(
        RefusalCase{"PointInTimeRecovery",
                    400,
                    "PointInTimeRecoveryUnavailableException",
                    "Point in time recovery is not enabled for table 'orders'",
                    {"update-continuous-backups --region us-east-1 --table-name orders",
                     "PointInTimeRecoveryEnabled=true"}},
        RefusalCase{
            "TableNotFound",
            400,
            "TableNotFoundException",
            "Table not found: orders",
            {"own account and region", "table orders of account 123456789012 in us-east-1"}},
        RefusalCase{
            "Limit", 400, "LimitExceededException", "Too many exports", {"next scheduled run"}},
        RefusalCase{"ExportTime", 400, "InvalidExportTimeException", "outside", {"another time"}},
        RefusalCase{
            "DynamoDbDenied",
            400,
            "AccessDeniedException",
            "User: arn:aws:sts::123456789012:assumed-role/kms-and-s3/f is not authorized to "
            "perform: dynamodb:ExportTableToPointInTime on resource: x",
            {"allow this function's role dynamodb:ExportTableToPointInTime on arn:aws:dynamodb"}},
        RefusalCase{"S3Denied",
                    400,
                    "AccessDeniedException",
                    "Access Denied (Service: Amazon S3; Status Code: 403)",
                    {"s3:PutObject, s3:PutObjectAcl and s3:AbortMultipartUpload on "
                     "arn:aws:s3:::lake-exports/dynamodb/export*",
                     "set BUCKET_OWNER"}},
        RefusalCase{"S3DeniedAsValidation",
                    400,
                    "ValidationException",
                    "Access denied by S3 for the bucket",
                    {"s3:PutObject", "set BUCKET_OWNER"}},
        RefusalCase{"KmsDenied",
                    400,
                    "KMSAccessDeniedException",
                    "The ciphertext refers to a key",
                    {"kms:GenerateDataKey"}},
        RefusalCase{"KmsDisabled",
                    400,
                    "ValidationException",
                    "KMS key arn:aws:kms:us-east-1:123456789012:key/1 is disabled",
                    {"kms:GenerateDataKey"}},
        RefusalCase{"DeniedWithoutAWord",
                    400,
                    "AccessDeniedException",
                    "",
                    {"dynamodb:ExportTableToPointInTime", "s3:PutObject"}},
        RefusalCase{"NoSuchBucket",
                    400,
                    "ValidationException",
                    "The specified bucket does not exist",
                    {"BUCKET_NAME is lake-exports"}},
        RefusalCase{"ServerError", 500, "InternalServerError", "An error occurred", {}}),
    [](const auto& each) { return std::string(each.param.name); });

TEST(Handler, DoesNotBlamePermissionsForWrongCredentials) {
    World world;
    for (int i = 0; i < 2; ++i) {
        world.service.fail_next(
            "ListExports", 400,
            tests::service_error("UnrecognizedClientException", "The security token is invalid."));
    }
    const auto response = world.run(kEvent);
    ASSERT_FALSE(response.ok());
    EXPECT_THAT(response.error().message,
                AllOf(HasSubstr("UnrecognizedClientException"), Not(HasSubstr("allow"))));
}

TEST(Handler, NamesTheOwnerThatTheSettingsGive) {
    World world;
    world.environment.set("BUCKET_OWNER", "210987654321");
    world.environment.set("KMS_KEY_ID", "alias/lake");
    world.service.fail_next("ExportTableToPointInTime", 400,
                            tests::service_error("AccessDeniedException", "S3 Access Denied"));
    EXPECT_THAT(world.run(kEvent).error().message, HasSubstr("210987654321 owns the bucket"));
    world.service.fail_next("ExportTableToPointInTime", 400,
                            tests::service_error("AccessDeniedException", "KMS Access Denied"));
    EXPECT_THAT(world.run(kEvent).error().message, HasSubstr("KMS_KEY_ID is alias/lake"));
}

TEST(Handler, SurvivesAServerErrorWithOneExport) {
    World world;
    world.service.fail_next("ListExports", 500, tests::service_error("InternalServerError", "x"));
    world.service.fail_next("ExportTableToPointInTime", 500,
                            tests::service_error("InternalServerError", "x"));
    ASSERT_TRUE(world.run(kEvent).ok());
    EXPECT_EQ(world.service.exports.size(), 1U);
}

TEST(Handler, StopsBeforeTheDeadlineAndNamesTheTablesThatItDidNotTry) {
    World world;
    world.environment.set("TABLE_ARN", kOrders + "," + kItems);
    world.http.answer_with([&](const http::Request& request) {
        world.clock.advance_ms(1'000);
        return world.service.answer(request);
    });
    const auto response = world.run(kEvent, base::Deadline{kTestNowMs + 2'400});
    ASSERT_FALSE(response.ok());
    EXPECT_EQ(response.error().kind, ErrorKind::export_failed);
    EXPECT_THAT(
        response.error().message,
        AllOf(HasSubstr("1 of 2 tables"), HasSubstr(kItems + ": not tried"), HasSubstr("timeout")));
    EXPECT_EQ(world.service.exports.size(), 1U);
    EXPECT_EQ(world.service.calls.size(), 2U);
}

struct EventCase {
    const char* event;
    const char* what;
};
class BadEvent : public testing::TestWithParam<EventCase> {};

TEST_P(BadEvent, IsEventInvalidAndCallsNothing) {
    World world;
    const auto response = world.run(GetParam().event);
    ASSERT_FALSE(response.ok());
    EXPECT_EQ(response.error().kind, ErrorKind::event_invalid);
    EXPECT_THAT(response.error().message, HasSubstr(GetParam().what));
    EXPECT_TRUE(world.service.calls.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Handler, BadEvent,
    testing::Values(EventCase{R"({"time":"2026-11-20T01:00:01Z"})", "future"},
                    EventCase{R"({"time":"tomorrow"})", "tomorrow"},
                    EventCase{"[]", "no JSON object"},
                    EventCase{R"({"export_type":"half"})", "use full, incremental or auto"},
                    EventCase{R"({"export_type":"FULL"})", "use full, incremental or auto"},
                    EventCase{R"({"export_type":7})", "export_type is no text"},
                    EventCase{R"({"table_arns":["orders"]})", R"(table_arns holds "orders")"}));

TEST(Handler, WritesNothingOfTheEventIntoTheLog) {
    World world;
    ASSERT_TRUE(world.run(R"({"time":"2026-11-20T01:00:00Z","note":"very-secret"})").ok());
    EXPECT_THAT(world.lines.text(),
                AllOf(HasSubstr("export_started"), Not(HasSubstr("very-secret"))));
}

}  // namespace
