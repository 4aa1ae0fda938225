// The client of the DynamoDB Streams API against a server that answers what it is told.
#include "runtime/local/stream_source_dynamodb.h"

#include <deque>
#include <mutex>

#include <gtest/gtest.h>

#include "runtime/local/http_server.h"
#include "tests/support/fakes.h"

namespace {

using local::StartingPosition;

constexpr const char* kArn = "arn:aws:dynamodb:ddblocal:000000000000:table/orders/stream/2026";

std::string api_record(int number, std::int64_t seconds = 1'795'136'400) {
    return R"({"eventID":"e","dynamodb":{"ApproximateCreationDateTime":)" +
           std::to_string(seconds) + R"(,"Keys":{"id":{"S":"a"}},"SequenceNumber":")" +
           std::to_string(number) + R"("}})";
}

std::string records(const std::string& list, const char* next = "next") {
    return R"({"Records":[)" + list + "]" +
           (next == nullptr ? "" : R"(,"NextShardIterator":")" + std::string(next) + "\"") + "}";
}

struct DynamoDbStreamTest : testing::Test {
    void SetUp() override {
        const auto started = server.start([this](local::HttpExchange& exchange) {
            const std::scoped_lock lock(mutex);
            std::string call(exchange.header("X-Amz-Target"));
            calls.push_back(call.erase(0, call.find('.') + 1) + " " +
                            exchange.read_body(1U << 20U).bytes);
            if (answers.empty()) return local::HttpAnswer{.status = 500, .body = "none is left"};
            local::HttpAnswer answer = answers.front();
            answers.pop_front();
            return answer;
        });
        ASSERT_TRUE(started);
        source.emplace(server.port(), kArn, clock);
    }
    void answer(std::string body, int status = 200) {
        answers.push_back({.status = status, .headers = {}, .body = std::move(body)});
    }
    void answer_error(const std::string& code) {
        answer(R"({"__type":"com.amazonaws.dynamodb.v20120810#)" + code + R"(","Message":"m"})",
               400);
    }
    void open(StartingPosition position = StartingPosition::trim_horizon) {
        answer(R"({"ShardIterator":"first"})");
        ASSERT_TRUE(source->open("shard", position));
    }

    tests::FakeClock clock;
    std::mutex mutex;
    std::deque<local::HttpAnswer> answers;
    std::vector<std::string> calls;
    std::optional<local::DynamoDbStreamSource> source;
    local::HttpServer server;
};

TEST_F(DynamoDbStreamTest, FindsTheNewestStreamOfATable) {
    answer(R"({"Streams":[{"StreamArn":"new","StreamLabel":"2026-11-21T13:23:03.896"},)"
           R"({"StreamArn":"old","StreamLabel":"2026-11-20T00:00:00.000"}],)"
           R"("LastEvaluatedStreamArn":"old"})");
    answer(R"({"Streams":[{"StreamArn":"older","StreamLabel":"2025-01-01T00:00:00.000"}]})");
    const auto arn = local::find_stream(server.port(), "orders");
    ASSERT_TRUE(arn) << arn.error().message;
    EXPECT_EQ(*arn, "new");
    EXPECT_EQ(calls.at(0), R"(ListStreams {"TableName":"orders"})");
    EXPECT_EQ(calls.at(1), R"(ListStreams {"TableName":"orders","ExclusiveStartStreamArn":"old"})");
}

TEST_F(DynamoDbStreamTest, TableWithoutStreamIsRejected) {
    answer(R"({"Streams":[]})");
    const auto arn = local::find_stream(server.port(), "orders");
    ASSERT_FALSE(arn);
    EXPECT_EQ(arn.error().kind, base::ErrorKind::rejected);
    EXPECT_NE(arn.error().message.find("orders"), std::string::npos);
}

TEST_F(DynamoDbStreamTest, ListsShardsOfAllPages) {
    answer(R"({"StreamDescription":{"Shards":[{"ShardId":"a"}],"LastEvaluatedShardId":"a"}})");
    answer(R"({"StreamDescription":{"Shards":[{"ShardId":"b","ParentShardId":"a"}]}})");
    const auto shards = source->list_shards();
    ASSERT_TRUE(shards) << shards.error().message;
    ASSERT_EQ(shards->size(), 2U);
    EXPECT_EQ(shards->at(0).parent_id, "");
    EXPECT_EQ(shards->at(1).id, "b");
    EXPECT_EQ(shards->at(1).parent_id, "a");
    EXPECT_EQ(calls.at(1), "DescribeStream {\"StreamArn\":\"" + std::string(kArn) +
                               R"(","ExclusiveStartShardId":"a"})");
}

TEST_F(DynamoDbStreamTest, ReadsPageAfterPage) {
    open();
    answer(records(api_record(1) + "," + api_record(2)));
    answer(records(api_record(3), nullptr));
    auto page = source->read("shard");
    ASSERT_TRUE(page) << page.error().message;
    ASSERT_EQ(page->records.size(), 2U);
    EXPECT_FALSE(page->ended);
    page = source->read("shard");
    ASSERT_TRUE(page);
    EXPECT_EQ(page->records.at(0).sequence_number, "3");
    EXPECT_TRUE(page->ended);
    EXPECT_NE(calls.at(0).find(R"("ShardIteratorType":"TRIM_HORIZON")"), std::string::npos);
    EXPECT_EQ(calls.at(1), R"(GetRecords {"ShardIterator":"first","Limit":1000})");
    EXPECT_EQ(calls.at(2), R"(GetRecords {"ShardIterator":"next","Limit":1000})");
    EXPECT_TRUE(source->read("shard")->ended);
    EXPECT_EQ(calls.size(), 3U) << "an ended shard is not asked again";
}

TEST_F(DynamoDbStreamTest, NullAsNextIteratorEndsTheShard) {
    open();
    answer(R"({"NextShardIterator":null,"Records":[]})");
    EXPECT_TRUE(source->read("shard")->ended);
}

TEST_F(DynamoDbStreamTest, ExpiredIteratorIsRenewedAfterTheLastRecord) {
    open();
    answer(records(api_record(7)));
    ASSERT_TRUE(source->read("shard"));
    answer_error("ExpiredIteratorException");
    answer(R"({"ShardIterator":"renewed"})");
    answer(records(api_record(8)));
    const auto page = source->read("shard");
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(page->records.at(0).sequence_number, "8");
    EXPECT_FALSE(page->trimmed);
    EXPECT_EQ(calls.at(3), "GetShardIterator {\"StreamArn\":\"" + std::string(kArn) +
                               R"(","ShardId":"shard","ShardIteratorType":"AFTER_SEQUENCE_NUMBER",)"
                               R"("SequenceNumber":"7"})");
    EXPECT_EQ(calls.at(4), R"(GetRecords {"ShardIterator":"renewed","Limit":1000})");
}

// kTestNowMs is a whole minute; DynamoDB Local's times are whole minutes.
TEST_F(DynamoDbStreamTest, ExpiredLatestIteratorLosesNothing) {
    clock.set_ms(tests::kTestNowMs + 59'000);
    open(StartingPosition::latest);
    EXPECT_NE(calls.at(0).find(R"("ShardIteratorType":"LATEST")"), std::string::npos);
    answer_error("ExpiredIteratorException");
    answer(R"({"ShardIterator":"renewed"})");
    answer(records(api_record(1, 1'795'136'399) + "," + api_record(2, 1'795'136'400)));
    const auto page = source->read("shard");
    ASSERT_TRUE(page);
    ASSERT_EQ(page->records.size(), 1U);
    EXPECT_EQ(page->records.at(0).sequence_number, "2");
}

TEST_F(DynamoDbStreamTest, LatestDropsNothingThatItIsGiven) {
    open(StartingPosition::latest);
    answer(records(api_record(1, 1'000)));
    EXPECT_EQ(source->read("shard")->records.size(), 1U);
}

TEST_F(DynamoDbStreamTest, TrimmedDataIsToldAndReadOn) {
    open();
    answer_error("TrimmedDataAccessException");
    answer(R"({"ShardIterator":"oldest"})");
    answer(records(api_record(9)));
    const auto page = source->read("shard");
    ASSERT_TRUE(page);
    EXPECT_TRUE(page->trimmed);
    EXPECT_EQ(page->records.size(), 1U);
}

TEST_F(DynamoDbStreamTest, ErrorsHaveTheirKind) {
    open();
    answer_error("LimitExceededException");
    EXPECT_EQ(source->read("shard").error().kind, base::ErrorKind::throttled);
    answer("<html>", 500);
    EXPECT_EQ(source->read("shard").error().kind, base::ErrorKind::service_failed);
    answer_error("ResourceNotFoundException");
    const auto page = source->read("shard");
    EXPECT_EQ(page.error().kind, base::ErrorKind::rejected);
    EXPECT_EQ(page.error().message, "GetRecords: 400 ResourceNotFoundException");
}

TEST_F(DynamoDbStreamTest, FailedReadIsReadAgainAtTheSamePlace) {
    open();
    answer("", 500);
    answer(records(api_record(1)));
    EXPECT_FALSE(source->read("shard"));
    ASSERT_TRUE(source->read("shard"));
    EXPECT_EQ(calls.at(1), calls.at(2));
}

TEST_F(DynamoDbStreamTest, MalformedAnswersAreDataErrors) {
    open();
    for (const std::string& body : {std::string("{"), std::string("[]"), std::string("{}"),
                                    records("{}"), records(api_record(1) + ",5")}) {
        answer(body);
        const auto page = source->read("shard");
        ASSERT_FALSE(page) << body;
        EXPECT_EQ(page.error().kind, base::ErrorKind::data_invalid);
    }
    answer("{}");
    EXPECT_EQ(source->list_shards().error().kind, base::ErrorKind::data_invalid);
}

TEST_F(DynamoDbStreamTest, ServerThatIsGoneIsAConnectError) {
    server.stop();
    EXPECT_EQ(source->list_shards().error().kind, base::ErrorKind::connect_failed);
}

}  // namespace
