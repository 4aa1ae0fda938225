#include "common/event/schedule_event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes.h"

namespace {

using base::ErrorKind;
using event::parse_schedule_event;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::kTestNowMs;  // 2026-11-20T01:00:00Z

// The sample of "Creating an Amazon EventBridge rule that runs on a schedule", with another time.
constexpr const char* kEventBridgeEvent = R"({
  "version": "0",
  "account": "123456789012",
  "region": "us-east-2",
  "detail": {},
  "detail-type": "Scheduled Event",
  "source": "aws.events",
  "time": "2026-11-20T00:59:58Z",
  "id": "cdc73f9d-aea9-11e3-9d5a-835b769c0d9c",
  "resources": ["arn:aws:events:us-east-2:123456789012:rule/my-schedule"]
})";

base::ErrorKind kind_of(std::string_view text) {
    const auto event = parse_schedule_event(text, kTestNowMs);
    return event ? ErrorKind::unexpected : event.error().kind;
}

TEST(ScheduleEvent, TakesTheSlotOfAnEventBridgeEvent) {
    const auto event = parse_schedule_event(kEventBridgeEvent, kTestNowMs);
    ASSERT_TRUE(event.ok()) << event.error().message;
    EXPECT_EQ(event->slot_ms, 1'795'136'398'000);
    EXPECT_FALSE(event->export_type.has_value());
    EXPECT_THAT(event->table_arns, IsEmpty());
}

TEST(ScheduleEvent, TakesTheSchedulersOwnEventWhoseDetailIsText) {
    const auto event = parse_schedule_event(
        R"({"version":"0","id":"d32c5kddcf5bb8c3","detail-type":"Scheduled Event",
            "source":"aws.scheduler","account":"123456789012","time":"2026-11-20T00:15:00Z",
            "region":"us-east-1",
            "resources":["arn:aws:scheduler:us-east-1:123456789012:schedule/default/exports"],
            "detail":"{}"})",
        kTestNowMs);
    ASSERT_TRUE(event.ok()) << event.error().message;
    EXPECT_EQ(base::format_iso8601(event->slot_ms), "2026-11-20T00:15:00Z");
}

TEST(ScheduleEvent, TakesAManualEvent) {
    const auto event = parse_schedule_event(
        R"({"time":"2026-11-19T01:00:00Z","export_type":"full","table_arns":["b","a","b"]})",
        kTestNowMs);
    ASSERT_TRUE(event.ok());
    EXPECT_EQ(base::format_iso8601(event->slot_ms), "2026-11-19T01:00:00Z");
    EXPECT_EQ(event->export_type, "full");
    EXPECT_THAT(event->table_arns, ElementsAre("b", "a"));
}

struct SlotCase {
    const char* text;
    base::EpochMs now_ms;
    const char* slot;
};

class Slot : public testing::TestWithParam<SlotCase> {};

TEST_P(Slot, IsTheEventsWholeSecond) {
    const auto event = parse_schedule_event(GetParam().text, GetParam().now_ms);
    ASSERT_TRUE(event.ok()) << event.error().message;
    EXPECT_EQ(base::format_iso8601_ms(event->slot_ms), GetParam().slot);
}

INSTANTIATE_TEST_SUITE_P(
    ScheduleEvent, Slot,
    testing::Values(
        SlotCase{"{}", kTestNowMs + 999, "2026-11-20T01:00:00.000Z"},
        SlotCase{R"({"export_type":"full"})", kTestNowMs + 61'234, "2026-11-20T01:01:01.000Z"},
        // A schedule that fired late keeps its own second: nothing is rounded.
        SlotCase{R"({"time":"2026-11-20T00:15:37Z"})", kTestNowMs, "2026-11-20T00:15:37.000Z"},
        SlotCase{R"({"time":"2026-11-20T00:15:37.999Z"})", kTestNowMs, "2026-11-20T00:15:37.000Z"},
        SlotCase{R"({"time":"2026-11-20T01:00:00Z"})", kTestNowMs, "2026-11-20T01:00:00.000Z"},
        SlotCase{R"({"time":"2026-11-20T02:30:00+02:00"})", kTestNowMs, "2026-11-20T00:30:00.000Z"},
        SlotCase{R"({"time":"2025-01-01T00:00:00Z"})", kTestNowMs, "2025-01-01T00:00:00.000Z"},
        SlotCase{R"({"time":"2024-02-29T12:00:00Z"})", kTestNowMs, "2024-02-29T12:00:00.000Z"},
        // The nights in which clocks change, in New York and in Berlin: UTC knows no gap and no
        // repeated hour, and the two local 01:30 are two slots.
        SlotCase{R"({"time":"2026-03-08T02:30:00Z"})", kTestNowMs, "2026-03-08T02:30:00.000Z"},
        SlotCase{R"({"time":"2026-03-29T02:30:00Z"})", kTestNowMs, "2026-03-29T02:30:00.000Z"},
        SlotCase{R"({"time":"2026-11-01T01:30:00-04:00"})", kTestNowMs, "2026-11-01T05:30:00.000Z"},
        SlotCase{R"({"time":"2026-11-01T01:30:00-05:00"})", kTestNowMs,
                 "2026-11-01T06:30:00.000Z"}));

TEST(ScheduleEvent, RefusesAFutureTimeAndSaysWhatTimeItIs) {
    const auto event =
        parse_schedule_event(R"({"time":"2026-11-20T01:00:00.500Z"})", kTestNowMs + 499);
    ASSERT_FALSE(event.ok());
    EXPECT_EQ(event.error().kind, ErrorKind::event_invalid);
    EXPECT_THAT(event.error().message, HasSubstr("future"));
    EXPECT_THAT(event.error().message, HasSubstr("2026-11-20T01:00:00.499Z"));
}

class Malformed : public testing::TestWithParam<const char*> {};

TEST_P(Malformed, IsEventInvalid) {
    EXPECT_EQ(kind_of(GetParam()), ErrorKind::event_invalid);
}

INSTANTIATE_TEST_SUITE_P(
    ScheduleEvent, Malformed,
    testing::Values("", "null", "[]", "\"2026-11-20T01:00:00Z\"", "{", "{} {}",
                    R"({"time":"2026-11-20"})", R"({"time":"20.11.2026 01:00"})",
                    R"({"time":"2026-02-30T01:00:00Z"})", R"({"time":"2026-11-20T24:00:00Z"})",
                    R"({"time":"2026-11-20T01:00:00"})", R"({"time":""})", R"({"time":null})",
                    R"({"time":1795136400})", R"({"time":"1969-12-31T23:59:59Z"})",
                    R"({"export_type":1})", R"({"table_arns":[]})", R"({"table_arns":"a"})",
                    R"({"table_arns":[1]})", R"({"time":"<aws.scheduler.scheduled-time>"})"));

INSTANTIATE_TEST_SUITE_P(
    OtherTriggers, Malformed,
    testing::Values(R"({"Records":[{"eventSource":"aws:s3"}]})",
                    R"({"invocationId":"i","records":[]})", R"({"key1":"value1"})",
                    R"({"detail-type":"Glue Data Catalog Table State Change","source":"aws.glue",
                        "time":"2026-11-20T00:00:00Z","detail":{}})",
                    R"({"detail-type":7,"time":"2026-11-20T00:00:00Z"})"));

TEST(ScheduleEvent, ShowsNoMoreThanTheStartOfAMalformedTime) {
    const std::string long_time(5'000, 'x');
    const auto event = parse_schedule_event(R"({"time":")" + long_time + R"("})", kTestNowMs);
    ASSERT_FALSE(event.ok());
    EXPECT_LT(event.error().message.size(), 300U);
}

TEST(ScheduleEvent, SurvivesDeepNesting) {
    EXPECT_EQ(kind_of(std::string(100'000, '[')), ErrorKind::event_invalid);
}

}  // namespace
