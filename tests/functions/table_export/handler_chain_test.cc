#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "functions/table_export/handler.h"
#include "tests/functions/table_export/world.h"

namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using tests::kDayMs;
using tests::kHourMs;
using tests::kItems;
using tests::kMinuteMs;
using tests::kOrders;
using tests::kTestNowMs;
using tests::World;

struct ChainWorld : World {
    ChainWorld() { environment.set("EXPORT_TYPE", "auto"); }

    // Runs the slot of now; the response's or the error's text.
    std::string run_now(const std::string& more = "") {
        const auto response =
            run(R"({"time":")" + base::format_iso8601(clock.now_ms()) + "\"" + more + "}");
        return response ? response->body : response.error().message;
    }
    std::string run_at(base::EpochMs slot_ms) {
        const auto response = run(R"({"time":")" + base::format_iso8601(slot_ms) + "\"}");
        return response ? response->body : response.error().message;
    }
    // Every export that is still running ends so.
    void end_all(const std::string& status = "COMPLETED") {
        for (auto& each : service.exports) {
            if (each.status == "IN_PROGRESS") each.status = status;
        }
    }
    std::vector<std::string> windows() const {
        std::vector<std::string> found;
        for (const auto& each : service.exports) {
            const table_export::Window window{each.from_ms, each.to_ms};
            found.push_back(each.incremental ? describe(window)
                                             : "full " + base::format_iso8601(each.to_ms));
        }
        return found;
    }
};

TEST(HandlerChain, StartsAFullExportThenAWindowWithExactlyTheseRequests) {
    ChainWorld world;
    EXPECT_THAT(world.run_now(), HasSubstr(R"("action":"started","export_type":"full")"));
    world.clock.advance_ms(kHourMs);
    world.service.calls.clear();
    const std::string said = world.run_now();
    EXPECT_EQ(said,
              R"({"time":"2026-11-20T02:00:00Z","exports":[{"table_arn":")" + kOrders +
                  R"(","action":"started","export_type":"incremental","export_arn":")" +
                  world.service.exports.at(1).arn +
                  R"(","from":"2026-11-20T01:00:00Z","to":"2026-11-20T01:50:00Z"}],"earlier":[)"
                  R"({"export_arn":")" +
                  world.service.exports[0].arn +
                  R"(","status":"IN_PROGRESS","failure_code":null}]})");
    ASSERT_EQ(world.service.calls.size(), 4U);
    EXPECT_EQ(world.service.calls[0].operation, "DescribeContinuousBackups");
    EXPECT_EQ(world.service.calls[0].body, R"({"TableName":"orders"})");
    EXPECT_EQ(world.service.calls[1].operation, "ListExports");
    EXPECT_EQ(world.service.calls[2].operation, "DescribeExport");
    EXPECT_EQ(world.service.calls[3].operation, "ExportTableToPointInTime");
    // The token is Python's, from the 13 lines of client_token.h.
    EXPECT_EQ(world.service.calls[3].body,
              R"({"TableArn":")" + kOrders +
                  R"(","ClientToken":"720bc8cb-37ab-9268-9417-b78ab15ddc4b",)"
                  R"("S3Bucket":"lake-exports","S3Prefix":"dynamodb/export",)"
                  R"("S3SseAlgorithm":"AES256","ExportFormat":"DYNAMODB_JSON",)"
                  R"("ExportType":"INCREMENTAL_EXPORT","IncrementalExportSpecification":{)"
                  R"("ExportFromTime":1795136400,"ExportToTime":1795139400,)"
                  R"("ExportViewType":"NEW_AND_OLD_IMAGES"}})");
}

TEST(HandlerChain, StartsOneExportHoweverOftenASlotIsCalled) {
    ChainWorld world;
    world.run_now();
    world.clock.advance_ms(kHourMs);
    const base::EpochMs slot_ms = world.clock.now_ms();
    for (int call = 0; call < 50; ++call) {
        if (call == 20) world.end_all();
        const std::string said = world.run_at(slot_ms);
        EXPECT_THAT(
            said, HasSubstr(call == 0 ? R"("action":"started")" : R"("action":"already_started")"));
        world.clock.advance_ms(30 * kMinuteMs);  // far beyond the token's 8 hours
    }
    EXPECT_THAT(world.windows(), ElementsAre("full 2026-11-20T01:00:00Z",
                                             "2026-11-20T01:00:00Z to 2026-11-20T01:50:00Z"));
}

// Calls that run at once: none sees in the list what another one has started.
TEST(HandlerChain, StartsOneExportWhileTheListDoesNotShowItYet) {
    ChainWorld world;
    world.run_now();
    world.end_all();
    world.clock.advance_ms(kHourMs);
    const std::string stale = R"({"ExportSummaries":[{"ExportArn":")" +
                              world.service.exports[0].arn +
                              R"(","ExportStatus":"COMPLETED","ExportType":"FULL_EXPORT"}]})";
    const base::EpochMs slot_ms = world.clock.now_ms();
    for (int call = 0; call < 50; ++call) {
        world.service.fail_next("ListExports", 200, stale);
        EXPECT_THAT(world.run_at(slot_ms), HasSubstr(R"("action":"started")"));
        world.clock.advance_ms(7'000);
    }
    EXPECT_EQ(world.service.exports.size(), 2U);
}

TEST(HandlerChain, LooksAgainAfterAConflict) {
    ChainWorld world;
    world.run_now();
    world.end_all();
    world.clock.advance_ms(kHourMs);
    const std::string stale = R"({"ExportSummaries":[{"ExportArn":")" +
                              world.service.exports[0].arn +
                              R"(","ExportStatus":"COMPLETED","ExportType":"FULL_EXPORT"}]})";
    const auto& other = world.service.add_window(kOrders, kTestNowMs, kTestNowMs + 50 * kMinuteMs);
    const std::string arn = other.arn;
    world.service.fail_next("ListExports", 200, stale);
    world.service.fail_next("ExportTableToPointInTime", 400,
                            tests::service_error("ExportConflictException", "conflict"));
    EXPECT_THAT(world.run_now(), HasSubstr(R"("action":"already_started","export_type":)"
                                           R"("incremental","export_arn":")" +
                                           arn));
    EXPECT_EQ(world.service.exports.size(), 2U);
}

TEST(HandlerChain, FailsOnAConflictThatNothingExplains) {
    ChainWorld world;
    world.run_now();
    world.clock.advance_ms(kHourMs);
    world.service.fail_next("ExportTableToPointInTime", 400,
                            tests::service_error("ExportConflictException", "conflict"));
    EXPECT_THAT(world.run_now(),
                AllOf(HasSubstr("ExportConflictException"), HasSubstr("list-exports")));
}

TEST(HandlerChain, CatchesUpAfterMissedSlots) {
    ChainWorld world;
    world.environment.set("MAX_WINDOW_MINUTES", "60");
    world.environment.set("MAX_WINDOWS_PER_RUN", "2");
    world.run_now();
    world.end_all();
    world.clock.advance_ms(4 * kHourMs);  // three slots were missed
    world.run_now();
    EXPECT_THAT(world.lines.lines().back(),
                AllOf(HasSubstr(R"("ExportsStarted":2)"), HasSubstr(R"("WindowsBehind":2)"),
                      HasSubstr(R"("WindowsRepaired":0)")));
    world.clock.advance_ms(kMinuteMs);
    world.run_at(kTestNowMs + 4 * kHourMs);
    EXPECT_THAT(world.windows(), ElementsAre("full 2026-11-20T01:00:00Z",
                                             "2026-11-20T01:00:00Z to 2026-11-20T02:00:00Z",
                                             "2026-11-20T02:00:00Z to 2026-11-20T03:00:00Z",
                                             "2026-11-20T03:00:00Z to 2026-11-20T04:00:00Z",
                                             "2026-11-20T04:00:00Z to 2026-11-20T04:50:00Z"));
    EXPECT_THAT(world.lines.lines().back(), HasSubstr(R"("WindowsBehind":0)"));
}

// 2026-03-29 has 23 hours in Berlin and 2026-10-25 has 25; windows are UTC's.
TEST(HandlerChain, KnowsNoDaylightSavingTime) {
    for (const char* begin : {"2026-03-28T23:30:00Z", "2026-10-24T23:30:00Z"}) {
        ChainWorld world;
        world.clock.set_ms(*base::parse_iso8601(begin));
        for (int hour = 0; hour < 6; ++hour) {
            world.run_now();
            world.end_all();
            world.clock.advance_ms(kHourMs);
        }
        ASSERT_EQ(world.service.exports.size(), 6U);
        EXPECT_EQ(world.service.exports[1].to_ms - world.service.exports[1].from_ms,
                  50 * kMinuteMs);
        for (std::size_t i = 2; i < 6; ++i) {
            EXPECT_EQ(world.service.exports[i].from_ms, world.service.exports[i - 1].to_ms);
            EXPECT_EQ(world.service.exports[i].to_ms - world.service.exports[i].from_ms, kHourMs);
        }
    }
}

TEST(HandlerChain, TakesASlotWithAnOffset) {
    ChainWorld world;
    world.run_now();
    world.clock.advance_ms(kHourMs);
    const auto response = world.run(R"({"time":"2026-11-20T03:00:00+01:00"})");
    EXPECT_THAT(response->body, HasSubstr(R"("to":"2026-11-20T01:50:00Z")"));
}

TEST(HandlerChain, TakesNowWhereTheEventHasNoTime) {
    ChainWorld world;
    world.run_now();
    world.clock.advance_ms(kHourMs + 12'345);
    EXPECT_THAT(world.run("{}")->body, HasSubstr(R"("to":"2026-11-20T01:50:12Z")"));
}

TEST(HandlerChain, LetsTheEventChooseTheType) {
    ChainWorld world;
    world.environment.set("EXPORT_TYPE", "full");
    EXPECT_THAT(world.run_now(R"(,"export_type":"incremental")"),
                HasSubstr("nothing to chain from"));
    EXPECT_TRUE(world.service.exports.empty());
    world.run_now(R"(,"export_type":"auto")");
    world.clock.advance_ms(kHourMs);
    world.run_now(R"(,"export_type":"incremental")");
    world.environment.set("EXPORT_TYPE", "incremental");
    world.clock.advance_ms(kHourMs);
    world.run_now(R"(,"export_type":"full")");
    EXPECT_THAT(world.windows(), ElementsAre("full 2026-11-20T01:00:00Z",
                                             "2026-11-20T01:00:00Z to 2026-11-20T01:50:00Z",
                                             "full 2026-11-20T03:00:00Z"));
}

TEST(HandlerChain, KeepsTablesApart) {
    ChainWorld world;
    world.environment.set("TABLE_ARN", kOrders + "," + kItems);
    world.service.add_full(kItems, kTestNowMs - 2 * kHourMs);
    world.service.table(kOrders).recovery_enabled = false;
    const std::string said = world.run_now();
    EXPECT_THAT(said,
                AllOf(HasSubstr("1 of 2 tables failed"), HasSubstr("point-in-time recovery is off"),
                      HasSubstr("--table-name orders")));
    EXPECT_THAT(world.windows(), ElementsAre("full 2026-11-19T23:00:00Z",
                                             "2026-11-19T23:00:00Z to 2026-11-20T00:50:00Z"));
}

TEST(HandlerChain, BeginsAnewForAnotherDestination) {
    for (const auto& [name, value] : {std::pair("BUCKET_NAME", "other"),
                                      {"BUCKET_PREFIX", "other"},
                                      {"EXPORT_FORMAT", "ION"}}) {
        ChainWorld world;
        world.run_now();
        world.clock.advance_ms(kHourMs);
        world.environment.set(name, value);
        EXPECT_THAT(world.run_now(),
                    AllOf(HasSubstr(R"("export_type":"full")"), HasSubstr(R"("earlier":[])")));
    }
}

TEST(HandlerChain, GoesOnWithAnotherViewType) {
    ChainWorld world;
    world.run_now();
    world.clock.advance_ms(kHourMs);
    world.run_now();
    world.environment.set("EXPORT_VIEW_TYPE", "NEW_IMAGE");
    world.clock.advance_ms(kHourMs);
    world.run_now();
    ASSERT_EQ(world.service.exports.size(), 3U);
    EXPECT_EQ(world.service.exports[2].from_ms, world.service.exports[1].to_ms);
    EXPECT_THAT(world.service.exports[2].request, HasSubstr(R"("ExportViewType":"NEW_IMAGE")"));
}

TEST(HandlerChain, TakesNoFilteredExportForAWholeOne) {
    ChainWorld world;
    world.run_now();
    auto& filtered = world.service.add_window(kOrders, kTestNowMs, kTestNowMs + kHourMs);
    filtered.request.insert(1, R"("FilterSpecification":{"FilterExpression":"a > :b"},)");
    world.clock.advance_ms(2 * kHourMs);
    EXPECT_THAT(world.run_now(),
                AllOf(HasSubstr(R"("from":"2026-11-20T01:00:00Z")"), Not(HasSubstr("overlap"))));
}

TEST(HandlerChain, RepeatsAFailedWindowAndReportsIt) {
    ChainWorld world;
    world.run_now();
    world.end_all();
    world.clock.advance_ms(kHourMs);
    world.run_now();
    world.end_all("FAILED");
    world.service.exports[1].failure_code = "S3AccessDenied";
    world.clock.advance_ms(kHourMs);
    const std::string said = world.run_now();
    EXPECT_THAT(world.windows(), ElementsAre("full 2026-11-20T01:00:00Z",
                                             "2026-11-20T01:00:00Z to 2026-11-20T01:50:00Z",
                                             "2026-11-20T01:00:00Z to 2026-11-20T01:50:00Z",
                                             "2026-11-20T01:50:00Z to 2026-11-20T02:50:00Z"));
    EXPECT_THAT(said, HasSubstr(R"("earlier":[{"export_arn":")" + world.service.exports[1].arn +
                                R"(","status":"FAILED","failure_code":"S3AccessDenied"})"));
    EXPECT_THAT(world.lines.lines().back(),
                AllOf(HasSubstr(R"("WindowsRepaired":1)"), HasSubstr(R"("EarlierFailed":1)"),
                      HasSubstr(R"("ChainLagMs":7200000)")));
}

TEST(HandlerChain, TellsGapsAndOverlapsInTheResponseTheLogAndTheMetrics) {
    ChainWorld world;
    world.service.add_full(kOrders, kTestNowMs - 5 * kHourMs);
    world.service.add_window(kOrders, kTestNowMs - 5 * kHourMs, kTestNowMs - 4 * kHourMs);
    world.service.add_window(kOrders, kTestNowMs - 3 * kHourMs, kTestNowMs - kHourMs);
    world.service.add_window(kOrders, kTestNowMs - 2 * kHourMs, kTestNowMs - kHourMs / 2);
    const std::string said = world.run_now();
    EXPECT_THAT(said, HasSubstr(R"("warnings":[")" + kOrders + ": gap from 2026-11-19T21:00:00Z"));
    EXPECT_THAT(said, HasSubstr(kOrders + ": overlap from 2026-11-19T23:00:00Z"));
    EXPECT_THAT(world.lines.text(),
                AllOf(HasSubstr("chain_damaged"), HasSubstr(R"("Gaps":1)"),
                      HasSubstr(R"("Overlaps":1)"), HasSubstr(R"("ChainLagMs":14400000)")));
}

// The rest of a catch-up is not lost with one window: the next run finds it.
TEST(HandlerChain, StopsAtTheLimitOfConcurrentExportsAndGoesOnLater) {
    ChainWorld world;
    world.environment.set("MAX_WINDOW_MINUTES", "60");
    world.run_now();
    world.end_all();
    world.clock.advance_ms(4 * kHourMs);
    world.service.running_max = 1;
    EXPECT_THAT(world.run_now(),
                AllOf(HasSubstr("LimitExceededException"), HasSubstr("next scheduled run")));
    EXPECT_EQ(world.service.exports.size(), 2U);
    EXPECT_THAT(world.lines.lines().back(), HasSubstr(R"("WindowsBehind":3)"));
    world.service.running_max = 300;
    EXPECT_THAT(world.run_now(), HasSubstr(R"("from":"2026-11-20T02:00:00Z")"));
}

TEST(HandlerChain, StartsNewWindowsThoughARepairIsRefused) {
    ChainWorld world;
    world.service.add_full(kOrders, kTestNowMs - 4 * kHourMs);
    world.service.add_window(kOrders, kTestNowMs - 3 * kHourMs, kTestNowMs - 2 * kHourMs);
    world.service.fail_next("ExportTableToPointInTime", 400,
                            tests::service_error("InvalidExportTimeException", "outside"));
    EXPECT_THAT(world.run_now(), HasSubstr("InvalidExportTimeException"));
    EXPECT_EQ(world.service.exports.back().from_ms, kTestNowMs - 2 * kHourMs);
}

TEST(HandlerChain, DescribesWhatHasEndedOnce) {
    ChainWorld world;
    for (int hour = 0; hour < 30; ++hour) {
        world.run_now();
        world.end_all();
        world.clock.advance_ms(kHourMs);
    }
    world.service.calls.clear();
    world.run_now();
    EXPECT_EQ(world.service.count("DescribeExport"), 1U);  // that of the last run
    EXPECT_EQ(world.service.count("ListExports"), 2U);
}

TEST(HandlerChain, LooksNoFurtherBackThanToANewerFullExportAndWhatCanBeRepaired) {
    ChainWorld world;
    for (int day = 0; day < 60; ++day) {
        world.run_now();
        if (day == 55) world.run_now(R"(,"export_type":"full")");
        world.end_all();
        world.clock.advance_ms(kDayMs);
    }
    world.service.calls.clear();
    table_export::ExportReader cold(world.dynamodb);
    const auto history = cold.read_for_chain(
        *table_export::parse_table_arn(kOrders),
        {"lake-exports", "dynamodb/export", "", "", aws::ExportFormat::dynamodb_json},
        world.clock.now_ms(), {});
    ASSERT_TRUE(history.ok());
    EXPECT_EQ(history->known_from_ms, world.clock.now_ms() - 36 * kDayMs);
    EXPECT_EQ(world.service.count("DescribeExport"), 37U);
}

// A chain lives longer than its full export is listed: 90 days.
TEST(HandlerChain, GoesOnWhenItsFullExportIsNoLongerListed) {
    ChainWorld world;
    for (int day = 0; day < 200; ++day) {
        const std::string said = world.run_now();
        ASSERT_THAT(said, HasSubstr(R"("action":"started")"));
        ASSERT_THAT(said, AllOf(Not(HasSubstr("warnings")), Not(HasSubstr("gap"))));
        world.end_all();
        world.clock.advance_ms(kDayMs);
    }
    EXPECT_EQ(std::count_if(world.service.exports.begin(), world.service.exports.end(),
                            [](const auto& each) { return !each.incremental; }),
              1);
}

TEST(HandlerChain, BeginsAnewWhenNothingIsListedAnyMore) {
    ChainWorld world;
    world.run_now();
    world.clock.advance_ms(91 * kDayMs);
    EXPECT_THAT(world.run_now(), HasSubstr(R"("export_type":"full")"));
}

}  // namespace
