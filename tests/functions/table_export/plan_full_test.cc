#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "functions/table_export/existing_exports.h"
#include "functions/table_export/plan.h"

namespace {

using aws::ExportStatus;
using table_export::Action;
using table_export::plan_full_export;

constexpr base::EpochMs kSlotMs = 1'795'136'400'000;  // 2026-11-20T01:00:00Z
constexpr base::EpochMs kDayMs = 86'400'000;

const table_export::TableArn kTable{"arn:aws:dynamodb:us-east-1:123456789012:table/orders", "aws",
                                    "us-east-1", "123456789012", "orders"};
const table_export::Destination kDestination{"lake-exports", "dynamodb/export", "", "",
                                             aws::ExportFormat::dynamodb_json};

aws::ExportDescription full(const std::string& arn, ExportStatus status,
                            std::optional<base::EpochMs> export_time_ms) {
    aws::ExportDescription description;
    description.export_arn = arn;
    description.status = status;
    description.export_time_ms = export_time_ms;
    return description;
}

TEST(PlanFullExport, StartsOneOfTheSlot) {
    const auto plan = plan_full_export(kTable, kDestination, kSlotMs, {});
    ASSERT_EQ(plan.exports.size(), 1U);
    const auto& planned = plan.exports[0];
    EXPECT_EQ(planned.action, Action::start);
    EXPECT_EQ(planned.request.table_arn, kTable.text);
    EXPECT_EQ(planned.request.export_time_ms, kSlotMs);
    EXPECT_FALSE(planned.request.incremental.has_value());
    EXPECT_EQ(planned.request.s3_bucket, "lake-exports");
    EXPECT_EQ(planned.request.s3_prefix, "dynamodb/export");
    EXPECT_EQ(planned.request.client_token, "a49eb1df-5107-7061-0918-937d3cd00f04");
    EXPECT_TRUE(plan.earlier.empty());
    EXPECT_FALSE(plan.newest_complete_ms.has_value());
}

TEST(PlanFullExport, TakesTheOneThatIsThere) {
    for (const auto status : {ExportStatus::completed, ExportStatus::in_progress}) {
        const auto plan =
            plan_full_export(kTable, kDestination, kSlotMs, {full("there", status, kSlotMs)});
        EXPECT_EQ(plan.exports[0].action, Action::already_started);
        EXPECT_EQ(plan.exports[0].export_arn, "there");
        EXPECT_TRUE(plan.earlier.empty());
    }
}

TEST(PlanFullExport, ReadsTimesToTheSecond) {
    const auto plan = plan_full_export(kTable, kDestination, kSlotMs,
                                       {full("there", ExportStatus::completed, kSlotMs + 999)});
    EXPECT_EQ(plan.exports[0].action, Action::already_started);
}

TEST(PlanFullExport, PrefersTheCompletedOne) {
    const auto plan = plan_full_export(kTable, kDestination, kSlotMs,
                                       {full("running", ExportStatus::in_progress, kSlotMs),
                                        full("complete", ExportStatus::completed, kSlotMs)});
    EXPECT_EQ(plan.exports[0].export_arn, "complete");
    ASSERT_EQ(plan.earlier.size(), 1U);
    EXPECT_EQ(plan.earlier[0].export_arn, "running");
}

TEST(PlanFullExport, IsNotSatisfiedByAnotherSlotOrKindOrAnUnknownTime) {
    auto increment = full("increment", ExportStatus::completed, {});
    increment.type = aws::ExportType::incremental_export;
    increment.incremental = aws::IncrementalExport{kSlotMs - kDayMs, kSlotMs, {}};
    const auto plan =
        plan_full_export(kTable, kDestination, kSlotMs,
                         {full("later", ExportStatus::completed, kSlotMs + 1'000), increment,
                          full("untimed", ExportStatus::completed, {}),
                          full("earlier", ExportStatus::in_progress, kSlotMs - 1'000)});
    EXPECT_EQ(plan.exports[0].action, Action::start);
    EXPECT_EQ(plan.earlier.size(), 4U);
}

TEST(PlanFullExport, MakesAFailedSlotAgainUnderANewToken) {
    const auto plan = plan_full_export(kTable, kDestination, kSlotMs,
                                       {full("failed", ExportStatus::failed, kSlotMs)});
    EXPECT_EQ(plan.exports[0].action, Action::start);
    EXPECT_EQ(plan.exports[0].request.client_token, "dd35c03a-aa06-b012-ca42-52612fb06257");
    ASSERT_EQ(plan.earlier.size(), 1U);
    EXPECT_EQ(plan.earlier[0].export_arn, "failed");
}

TEST(PlanFullExport, LeavesFailuresOfOtherSlotsAlone) {
    const auto plan = plan_full_export(kTable, kDestination, kSlotMs,
                                       {full("failed", ExportStatus::failed, kSlotMs - kDayMs)});
    EXPECT_EQ(plan.exports[0].request.client_token, "a49eb1df-5107-7061-0918-937d3cd00f04");
}

TEST(PlanFullExport, ReportsTheNewestTenAndTheNewestCompleteOne) {
    std::vector<aws::ExportDescription> existing;
    for (int i = 1; i <= 12; ++i) {
        const auto status = i == 1   ? ExportStatus::in_progress
                            : i == 2 ? ExportStatus::failed
                                     : ExportStatus::completed;
        existing.push_back(full(std::to_string(i), status, kSlotMs - i * kDayMs));
    }
    const auto plan = plan_full_export(kTable, kDestination, kSlotMs, existing);
    ASSERT_EQ(plan.earlier.size(), table_export::kEarlierExportsMax);
    EXPECT_EQ(plan.earlier.front().export_arn, "1");
    EXPECT_EQ(plan.earlier.back().export_arn, "10");
    EXPECT_EQ(plan.newest_complete_ms, kSlotMs - 3 * kDayMs);
}

TEST(StartedHint, IsTheTimeInTheArn) {
    using table_export::started_hint_ms;
    EXPECT_EQ(
        started_hint_ms("arn:aws:dynamodb:us-east-1:1:table/t/export/01695353076000-a1b2c3d4"),
        1'695'353'076'000);
    EXPECT_EQ(started_hint_ms("arn:aws:dynamodb:us-east-1:1:table/t/export/1f0e2d3c"),
              std::nullopt);
    EXPECT_EQ(started_hint_ms("arn/0169535307600x-a1b2c3d4"), std::nullopt);
    EXPECT_EQ(started_hint_ms("01695353076000"), std::nullopt);
    EXPECT_EQ(started_hint_ms(""), std::nullopt);
}

}  // namespace
