// Page: "Specification: Embedded metric format" (CloudWatch).
#include "common/base/metrics.h"

#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "common/codec/json.h"
#include "tests/support/fakes.h"

namespace base {
namespace {

using codec::JsonDocument;
using codec::JsonValue;

class MetricsTest : public testing::Test {
  protected:
    JsonDocument line(std::size_t i) {
        auto document = codec::parse_json(capture_.lines().at(i), "the line");
        EXPECT_TRUE(document.ok()) << document.error().message;
        return std::move(document).value();
    }

    // The one metric directive of a line.
    static const JsonValue& directive(const JsonDocument& document) {
        const JsonValue& directives = document["_aws"]["CloudWatchMetrics"];
        EXPECT_EQ(directives.Size(), 1U);
        return directives[0];
    }

    tests::FakeClock clock_;
    tests::LogCapture capture_;
    // Metrics are written whatever the level and the format of the log.
    Log log_{clock_, LogFormat::text, LogLevel::fatal, capture_.sink()};
    Metrics metrics_{clock_, "orders-export"};
};

TEST_F(MetricsTest, WritesTheShapeThatCloudWatchReads) {
    metrics_.add("RecordsSent", 500);
    metrics_.add("Duration", 12.5, MetricUnit::milliseconds);
    metrics_.flush(log_);
    ASSERT_EQ(capture_.lines().size(), 1U);
    EXPECT_EQ(capture_.lines()[0],
              R"({"_aws":{"Timestamp":1795136400000,"CloudWatchMetrics":[{"Namespace":"lakefeed",)"
              R"("Dimensions":[["service"]],"Metrics":[{"Name":"RecordsSent","Unit":"Count"},)"
              R"({"Name":"Duration","Unit":"Milliseconds"}]}]},"service":"orders-export",)"
              R"("RecordsSent":500,"Duration":12.5})");
}

TEST_F(MetricsTest, AddsUpWithinAnInvocation) {
    metrics_.add("RecordsSent", 3);
    metrics_.add("Retries", 0);
    metrics_.add("RecordsSent", 4);
    metrics_.flush(log_);
    const JsonDocument document = line(0);
    EXPECT_EQ(codec::find_integer(document, "RecordsSent"), 7);
    EXPECT_EQ(codec::find_integer(document, "Retries"), 0);
    EXPECT_EQ(directive(document)["Metrics"].Size(), 2U);
}

TEST_F(MetricsTest, ForgetsWhatItWrote) {
    metrics_.flush(log_);
    EXPECT_TRUE(capture_.lines().empty());
    metrics_.add("RecordsSent", 3);
    metrics_.flush(log_);
    metrics_.flush(log_);
    ASSERT_EQ(capture_.lines().size(), 1U);
    metrics_.add("RecordsSent", 1);
    metrics_.flush(log_);
    EXPECT_EQ(codec::find_integer(line(1), "RecordsSent"), 1);
}

TEST_F(MetricsTest, PutsAtMostAHundredMetricsIntoOneObject) {
    for (int i = 0; i < 101; ++i)
        metrics_.add("M" + std::to_string(i), i);
    metrics_.flush(log_);
    ASSERT_EQ(capture_.lines().size(), 2U);
    int number = 0;
    for (std::size_t i = 0; i < 2; ++i) {
        const JsonDocument document = line(i);
        EXPECT_EQ(codec::find_text(document, "service"), "orders-export");
        EXPECT_EQ(codec::find_integer(document["_aws"], "Timestamp"), tests::kTestNowMs);
        const JsonValue& metrics = directive(document)["Metrics"];
        EXPECT_EQ(metrics.Size(), i == 0 ? 100U : 1U);
        // Each name that is announced has a value at the top, and no other member is there.
        EXPECT_EQ(document.MemberCount(), metrics.Size() + 2);
        for (const JsonValue& metric : metrics.GetArray()) {
            EXPECT_EQ(codec::find_text(metric, "Name"), "M" + std::to_string(number));
            EXPECT_EQ(codec::find_integer(document, "M" + std::to_string(number)), number);
            ++number;
        }
    }
    EXPECT_EQ(number, 101);
}

TEST_F(MetricsTest, NamesTheUnitsAsCloudWatchDoes) {
    const std::pair<MetricUnit, std::string_view> units[] = {
        {MetricUnit::count, "Count"},
        {MetricUnit::milliseconds, "Milliseconds"},
        {MetricUnit::seconds, "Seconds"},
        {MetricUnit::bytes, "Bytes"},
        {MetricUnit::percent, "Percent"}};
    for (const auto& [unit, name] : units)
        metrics_.add(name, 1, unit);
    metrics_.flush(log_);
    const JsonDocument document = line(0);
    for (const JsonValue& metric : directive(document)["Metrics"].GetArray())
        EXPECT_EQ(codec::find_text(metric, "Unit"), codec::find_text(metric, "Name"));
}

TEST_F(MetricsTest, LeavesOutWhatIsNoNumber) {
    metrics_.add("Ratio", std::numeric_limits<double>::quiet_NaN());
    metrics_.add("Ratio", std::numeric_limits<double>::infinity());
    metrics_.flush(log_);
    EXPECT_TRUE(capture_.lines().empty());
    metrics_.add("Large", std::numeric_limits<double>::max());
    metrics_.add("Large", std::numeric_limits<double>::max());
    metrics_.flush(log_);
    EXPECT_EQ(line(0)["Large"].GetDouble(), std::numeric_limits<double>::max());
}

TEST_F(MetricsTest, EscapesNames) {
    Metrics metrics(clock_, "a\"\n\xff");
    metrics.add("b\"\\", 1);
    metrics.flush(log_);
    const JsonDocument document = line(0);
    EXPECT_EQ(codec::find_text(document, "service"), "a\"\n\xef\xbf\xbd");
    EXPECT_EQ(codec::find_integer(document, "b\"\\"), 1);
}

}  // namespace
}  // namespace base
