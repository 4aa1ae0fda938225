#include "runtime/local/recording_proxy.h"

#include <atomic>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/codec/json.h"

namespace {

using local::Fault;
using local::HttpAnswer;

constexpr std::string_view kBody =
    R"({"StreamName":"s","Records":[{"Data":"YQ==","PartitionKey":"a"}]})";
constexpr std::string_view kStored =
    R"({"FailedRecordCount":0,"Records":[{"SequenceNumber":"1","ShardId":"s"}]})";

// The proxy before a server that stores every PutRecords.
class RecordingProxyTest : public testing::Test {
  protected:
    RecordingProxyTest() {
        EXPECT_TRUE(upstream_
                        .start([this](local::HttpExchange& exchange) {
                            EXPECT_FALSE(exchange.read_body(1'000'000).bytes.empty());
                            ++stored_;
                            return HttpAnswer{.body = std::string(kStored)};
                        })
                        .ok());
        EXPECT_TRUE(proxy_.start().ok());
        proxy_.forward_to(upstream_.port());
    }

    void suffer(Fault fault) {
        local::FaultShares shares{};
        shares.at(static_cast<std::size_t>(fault)) = 1;
        proxy_.set_faults(std::make_shared<local::FaultDial>(shares, 1), [this] { ++kills_; });
    }

    base::Result<HttpAnswer> put(std::int64_t timeout_ms = 10'000) {
        const auto port =
            static_cast<std::uint16_t>(std::stoi(proxy_.url().substr(proxy_.url().rfind(':') + 1)));
        return local::call_loopback({.port = port,
                                     .method = "POST",
                                     .headers = {{"X-Amz-Target", "Kinesis_20131202.PutRecords"}},
                                     .body = kBody,
                                     .timeout_ms = timeout_ms});
    }

    std::atomic<int> stored_ = 0;
    std::atomic<int> kills_ = 0;
    local::HttpServer upstream_;
    local::RecordingProxy proxy_;
};

TEST_F(RecordingProxyTest, PassesOnAndKeeps) {
    const auto answer = put();
    ASSERT_TRUE(answer.ok()) << answer.error().message;
    EXPECT_EQ(answer->body, kStored);
    ASSERT_EQ(proxy_.calls().size(), 1U);
    EXPECT_EQ(proxy_.calls()[0].operation, "PutRecords");
    EXPECT_EQ(proxy_.calls()[0].body, kBody);
}

TEST_F(RecordingProxyTest, KeepsNothingWhereItIsToldSo) {
    proxy_.keep_no_calls();
    EXPECT_TRUE(put().ok());
    EXPECT_THAT(proxy_.calls(), testing::IsEmpty());
}

TEST_F(RecordingProxyTest, RefusesWithoutStoring) {
    suffer(Fault::throttle);
    const auto throttled = put();
    ASSERT_TRUE(throttled.ok());
    EXPECT_EQ(throttled->status, 400);
    EXPECT_THAT(throttled->body, testing::HasSubstr("ProvisionedThroughputExceededException"));
    suffer(Fault::error);
    EXPECT_EQ(put()->status, 500);
    EXPECT_EQ(stored_, 0);
    EXPECT_THAT(proxy_.calls(), testing::IsEmpty());
}

TEST_F(RecordingProxyTest, RefusesTheOnlyEntry) {
    suffer(Fault::partial);
    const auto answer = put();
    ASSERT_TRUE(answer.ok()) << answer.error().message;
    EXPECT_EQ(answer->status, 200);
    const auto told = codec::parse_json(answer->body, "the answer");
    EXPECT_EQ(codec::find_integer(*told, "FailedRecordCount"), 1);
    EXPECT_EQ(stored_, 0);
}

TEST_F(RecordingProxyTest, BreaksTheConnectionBeforeAndAfter) {
    suffer(Fault::reset_before);
    EXPECT_FALSE(put().ok());
    EXPECT_EQ(stored_, 0);
    suffer(Fault::reset_after);
    EXPECT_FALSE(put().ok());
    EXPECT_EQ(stored_, 1);
}

TEST_F(RecordingProxyTest, StaysSilentBeforeAndAfter) {
    suffer(Fault::dead_before);
    EXPECT_FALSE(put(50).ok());
    EXPECT_EQ(stored_, 0);
    suffer(Fault::dead_after);
    EXPECT_FALSE(put(500).ok());
    EXPECT_EQ(stored_, 1);
}

TEST_F(RecordingProxyTest, AnswersLateAndShort) {
    suffer(Fault::slow);
    EXPECT_EQ(put()->body, kStored);
    suffer(Fault::short_answer);
    const auto answer = put();
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer->body, R"({"Records":[],"FailedRecordCount":0})");
    EXPECT_EQ(stored_, 2);
}

TEST_F(RecordingProxyTest, KillsBeforeAndAfter) {
    suffer(Fault::kill_before);
    EXPECT_FALSE(put().ok());
    EXPECT_EQ(kills_, 1);
    EXPECT_EQ(stored_, 0);
    suffer(Fault::kill_after);
    EXPECT_FALSE(put().ok());
    EXPECT_EQ(kills_, 2);
    EXPECT_EQ(stored_, 1);
}

}  // namespace
