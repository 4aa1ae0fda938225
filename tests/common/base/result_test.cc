#include "common/base/result.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace base {
namespace {

Result<std::string> half(int number) {
    if (number % 2 != 0) return Error{ErrorKind::data_invalid, "the number is odd", "Odd"};
    return std::to_string(number / 2);
}

TEST(Result, HoldsAValue) {
    auto result = half(4);
    EXPECT_TRUE(result.ok());
    EXPECT_TRUE(static_cast<bool>(result));
    EXPECT_EQ(*result, "2");
    EXPECT_EQ(result.value(), "2");
    EXPECT_EQ(result->size(), 1U);
    *result += '!';
    EXPECT_EQ(result.value(), "2!");
}

TEST(Result, HoldsAnError) {
    const auto result = half(3);
    EXPECT_FALSE(result.ok());
    EXPECT_FALSE(static_cast<bool>(result));
    EXPECT_EQ(result.error().kind, ErrorKind::data_invalid);
    EXPECT_EQ(result.error().message, "the number is odd");
    EXPECT_EQ(result.error().code, "Odd");
}

TEST(Result, MovesWhatCannotBeCopied) {
    Result<std::unique_ptr<int>> result(std::make_unique<int>(7));
    const std::unique_ptr<int> taken = *std::move(result);
    EXPECT_EQ(*taken, 7);
}

TEST(Result, CarriesDone) {
    const Result<Done> done = Done{};
    EXPECT_TRUE(done.ok());
}

TEST(ResultDeathTest, StopsAtALookPastTheError) {
    testing::GTEST_FLAG(death_test_style) = "threadsafe";
    EXPECT_DEATH((void)half(3).value(), "ok");
    EXPECT_DEATH(
        {
            const auto result = half(4);
            (void)result.error();
        },
        "ok");
}

// The errorType words of the contract, each with the kinds that it stands for.
TEST(Result, NamesEachKindForTheCaller) {
    const std::pair<ErrorKind, std::string_view> types[] = {
        {ErrorKind::config_invalid, "Function.ConfigInvalid"},
        {ErrorKind::event_invalid, "Function.EventInvalid"},
        {ErrorKind::data_invalid, "Function.DataInvalid"},
        {ErrorKind::access_denied, "Function.AccessDenied"},
        {ErrorKind::throttled, "Function.Throttled"},
        {ErrorKind::rejected, "Function.ServiceFailed"},
        {ErrorKind::service_failed, "Function.ServiceFailed"},
        {ErrorKind::connect_failed, "Function.ServiceFailed"},
        {ErrorKind::outcome_unknown, "Function.ServiceFailed"},
        {ErrorKind::deadline_near, "Function.DeadlineNear"},
        {ErrorKind::export_failed, "Function.ExportFailed"},
        {ErrorKind::sync_failed, "Function.SyncFailed"},
        {ErrorKind::response_too_large, "Function.ResponseTooLarge"},
        {ErrorKind::unexpected, "Runtime.Unexpected"},
    };
    for (const auto& [kind, type] : types)
        EXPECT_EQ(error_type(kind), type);
}

TEST(Result, NamesEachKindForTheLog) {
    const std::pair<ErrorKind, std::string_view> names[] = {
        {ErrorKind::config_invalid, "config_invalid"},
        {ErrorKind::event_invalid, "event_invalid"},
        {ErrorKind::data_invalid, "data_invalid"},
        {ErrorKind::access_denied, "access_denied"},
        {ErrorKind::throttled, "throttled"},
        {ErrorKind::rejected, "rejected"},
        {ErrorKind::service_failed, "service_failed"},
        {ErrorKind::connect_failed, "connect_failed"},
        {ErrorKind::outcome_unknown, "outcome_unknown"},
        {ErrorKind::deadline_near, "deadline_near"},
        {ErrorKind::export_failed, "export_failed"},
        {ErrorKind::sync_failed, "sync_failed"},
        {ErrorKind::response_too_large, "response_too_large"},
        {ErrorKind::unexpected, "unexpected"},
    };
    for (const auto& [kind, name] : names)
        EXPECT_EQ(kind_name(kind), name);
}

}  // namespace
}  // namespace base
