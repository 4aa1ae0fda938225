// Every error that the API reference lists for the four calls of an increment, and what becomes of
// the run: the client tries again and nobody notices, or the table fails and says what to do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "functions/table_export/handler.h"
#include "tests/functions/table_export/world.h"

namespace {

using testing::HasSubstr;
using tests::kHourMs;
using tests::kOrders;
using tests::World;

constexpr const char* kList = "ListExports";
constexpr const char* kDescribe = "DescribeExport";
constexpr const char* kBackups = "DescribeContinuousBackups";
constexpr const char* kStart = "ExportTableToPointInTime";

struct ChainWorld : World {
    ChainWorld() {
        environment.set("EXPORT_TYPE", "auto");
        service.add_full(kOrders, clock.now_ms() - kHourMs);
    }
    base::Result<runtime::InvocationResponse> run_with(const std::string& operation, int times,
                                                       int status, const std::string& code,
                                                       const std::string& message = "x") {
        for (int i = 0; i < times; ++i)
            service.fail_next(operation, status, tests::service_error(code, message));
        return run("{}");
    }
};

struct PassingCase {
    const char* operation;
    int status;
    const char* code;
};

class Passing : public testing::TestWithParam<PassingCase> {};

TEST_P(Passing, IsTriedAgainByTheClient) {
    ChainWorld world;
    const auto response =
        world.run_with(GetParam().operation, 1, GetParam().status, GetParam().code);
    ASSERT_TRUE(response.ok()) << response.error().message;
    EXPECT_THAT(response->body, HasSubstr(R"("action":"started","export_type":"incremental")"));
    EXPECT_EQ(world.service.exports.size(), 2U);
}

TEST_P(Passing, FailsWhenItDoesNotPass) {
    ChainWorld world;
    const auto response =
        world.run_with(GetParam().operation, 4, GetParam().status, GetParam().code);
    ASSERT_FALSE(response.ok());
    EXPECT_EQ(response.error().kind, base::ErrorKind::export_failed);
    EXPECT_THAT(response.error().message, HasSubstr(GetParam().code));
    EXPECT_THAT(response.error().message, HasSubstr("the next scheduled run, tries anew"));
    EXPECT_EQ(world.service.exports.size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(ServiceErrors, Passing,
                         testing::Values(PassingCase{kList, 500, "InternalServerError"},
                                         PassingCase{kList, 400, "LimitExceededException"},
                                         PassingCase{kList, 400, "ThrottlingException"},
                                         PassingCase{kDescribe, 500, "InternalServerError"},
                                         PassingCase{kDescribe, 400, "LimitExceededException"},
                                         PassingCase{kBackups, 500, "InternalServerError"},
                                         PassingCase{kBackups, 400, "ThrottlingException"},
                                         PassingCase{kStart, 500, "InternalServerError"},
                                         PassingCase{kStart, 400, "LimitExceededException"},
                                         PassingCase{kStart, 503, "ServiceUnavailable"}));

struct FinalCase {
    const char* operation;
    const char* code;
    const char* message;
    const char* remedy;
};

class Final : public testing::TestWithParam<FinalCase> {};

TEST_P(Final, FailsOnceWithTheRemedy) {
    ChainWorld world;
    const auto response =
        world.run_with(GetParam().operation, 1, 400, GetParam().code, GetParam().message);
    ASSERT_FALSE(response.ok());
    EXPECT_EQ(response.error().kind, base::ErrorKind::export_failed);
    EXPECT_THAT(response.error().message, HasSubstr(GetParam().operation));
    EXPECT_THAT(response.error().message, HasSubstr(GetParam().code));
    EXPECT_THAT(response.error().message, HasSubstr(GetParam().remedy));
    EXPECT_EQ(world.service.exports.size(), 1U);
}

constexpr const char* kNoList =
    "User: arn:aws:sts::123456789012:assumed-role/x/y is not authorized to perform: "
    "dynamodb:ListExports on resource: *";
constexpr const char* kNoBackups =
    "User: arn:aws:sts::123456789012:assumed-role/x/y is not authorized to perform: "
    "dynamodb:DescribeContinuousBackups on resource: t";

INSTANTIATE_TEST_SUITE_P(
    ServiceErrors, Final,
    testing::Values(
        FinalCase{kList, "AccessDeniedException", kNoList, "dynamodb:ListExports"},
        FinalCase{kDescribe, "AccessDeniedException", "", "dynamodb:DescribeExport"},
        FinalCase{kBackups, "AccessDeniedException", kNoBackups,
                  "dynamodb:DescribeContinuousBackups on arn:aws:dynamodb"},
        FinalCase{kBackups, "TableNotFoundException", "Table not found: orders",
                  "own account and region"},
        FinalCase{kStart, "TableNotFoundException", "Table not found", "own account and region"},
        FinalCase{kStart, "PointInTimeRecoveryUnavailableException", "off",
                  "update-continuous-backups --region us-east-1 --table-name orders"},
        FinalCase{kStart, "InvalidExportTimeException", "outside", "the table can be exported as"},
        FinalCase{kStart, "ExportConflictException", "conflict", "list-exports"},
        FinalCase{kStart, "AccessDeniedException", "S3 Access Denied", "s3:PutObject"},
        FinalCase{kStart, "KMSAccessDeniedException", "denied", "kms:GenerateDataKey"},
        FinalCase{kStart, "ValidationException", "The specified bucket does not exist",
                  "BUCKET_NAME is lake-exports"}));

TEST(ChainErrors, AnExportThatExpiresMeanwhileIsLeftOut) {
    ChainWorld world;
    world.service.add_window(kOrders, world.clock.now_ms() - 3 * kHourMs,
                             world.clock.now_ms() - 2 * kHourMs);
    const auto response = world.run_with(kDescribe, 1, 400, "ExportNotFoundException");
    ASSERT_TRUE(response.ok()) << response.error().message;
    EXPECT_THAT(response->body, HasSubstr(R"("from":"2026-11-20T00:00:00Z")"));
}

TEST(ChainErrors, RecoveryThatTellsNoTimesFailsTheTable) {
    ChainWorld world;
    world.service.fail_next(kBackups, 200,
                            R"({"ContinuousBackupsDescription":{"PointInTimeRecoveryDescription":)"
                            R"({"PointInTimeRecoveryStatus":"ENABLED"}}})");
    const auto response = world.run("{}");
    ASSERT_FALSE(response.ok());
    EXPECT_THAT(response.error().message, HasSubstr("turned on a moment ago"));
}

TEST(ChainErrors, TheDeadlineLeavesTheRestToTheNextRun) {
    ChainWorld world;
    world.environment.set("MAX_WINDOW_MINUTES", "15");
    world.http.answer_with([&](const http::Request& request) {
        world.clock.advance_ms(1'000);
        return world.service.answer(request);
    });
    const auto response = world.run("{}", base::Deadline{tests::kTestNowMs + 5'400});
    ASSERT_FALSE(response.ok());
    EXPECT_THAT(response.error().message, HasSubstr("raise the function's timeout"));
    EXPECT_EQ(world.service.exports.size(), 3U);
    EXPECT_THAT(world.lines.lines().back(), HasSubstr(R"("WindowsBehind":1)"));
}

}  // namespace
