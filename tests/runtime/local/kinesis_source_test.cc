#include "runtime/local/kinesis_source.h"

#include <deque>
#include <mutex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/local/http_server.h"

namespace local {
namespace {

// Kinesis as a script: each request must be the next one that is expected.
class ScriptedKinesis {
  public:
    ScriptedKinesis() {
        const auto started = server_.start([this](HttpExchange& exchange) {
            const std::string target(exchange.header("X-Amz-Target"));
            const std::string body = exchange.read_body(1'000'000).bytes;
            const std::lock_guard lock(mutex_);
            requests.push_back(target.substr(target.find('.') + 1) + " " + body);
            if (answers_.empty()) return HttpAnswer{.status = 500, .headers = {}, .body = "{}"};
            HttpAnswer answer = answers_.front();
            answers_.pop_front();
            return answer;
        });
        EXPECT_TRUE(started);
    }
    ScriptedKinesis& answer(std::string body, int status = 200) {
        answers_.push_back({.status = status, .headers = {}, .body = std::move(body)});
        return *this;
    }
    [[nodiscard]] std::uint16_t port() const { return server_.port(); }
    std::vector<std::string> requests;

  private:
    std::mutex mutex_;
    std::deque<HttpAnswer> answers_;
    HttpServer server_;
};

constexpr const char* kOneShard = R"({"Shards":[{"ShardId":"s0"}]})";
constexpr const char* kNothing =
    R"({"Records":[],"NextShardIterator":"i9","MillisBehindLatest":0})";

std::string iterator(const std::string& text) {
    return R"({"ShardIterator":")" + text + "\"}";
}

std::string one_record(const std::string& number, const std::string& next) {
    return R"({"Records":[{"SequenceNumber":")" + number +
           R"(","PartitionKey":"k","Data":"aGk=","ApproximateArrivalTimestamp":1795136523.456}],)" +
           (next.empty() ? "" : R"("NextShardIterator":")" + next + R"(",)") +
           R"("MillisBehindLatest":0})";
}

std::vector<std::string> numbers(const base::Result<std::vector<KinesisRecord>>& records) {
    EXPECT_TRUE(records) << records.error().message;
    std::vector<std::string> numbers;
    if (!records) return numbers;
    for (const KinesisRecord& record : *records)
        numbers.push_back(record.shard_id + ":" + record.sequence_number);
    return numbers;
}

TEST(KinesisSource, ReadsFromTheBeginningAndGoesOn) {
    ScriptedKinesis kinesis;
    kinesis.answer(kOneShard)
        .answer(iterator("i0"))
        .answer(one_record("11", "i1"))
        .answer(kNothing);
    KinesisSource source(kinesis.port(), "changes");
    const auto records = source.read();
    ASSERT_EQ(numbers(records), std::vector<std::string>{"s0:11"});
    EXPECT_EQ(records->front().data, "hi");
    EXPECT_EQ(records->front().partition_key, "k");
    EXPECT_EQ(records->front().arrival_ms, 1'795'136'523'456);
    EXPECT_FALSE(source.at_end());
    EXPECT_TRUE(numbers(source.read()).empty());
    EXPECT_TRUE(source.at_end());
    EXPECT_EQ(source.positions(), (std::map<std::string, std::string>{{"s0", "11"}}));
    EXPECT_THAT(
        kinesis.requests,
        testing::ElementsAre(
            R"(ListShards {"StreamName":"changes"})",
            R"(GetShardIterator {"StreamName":"changes","ShardId":"s0","ShardIteratorType":"TRIM_HORIZON"})",
            R"(GetRecords {"ShardIterator":"i0","Limit":10000})",
            R"(GetRecords {"ShardIterator":"i1","Limit":10000})"));
}

TEST(KinesisSource, FindsItsPlaceAgainWhenTheIteratorExpired) {
    ScriptedKinesis kinesis;
    kinesis.answer(kOneShard)
        .answer(iterator("i0"))
        .answer(one_record("11", "i1"))
        .answer(R"({"__type":"com.amazonaws.kinesis#ExpiredIteratorException"})", 400)
        .answer(iterator("i2"))
        .answer(one_record("12", "i3"));
    KinesisSource source(kinesis.port(), "changes");
    EXPECT_EQ(numbers(source.read()), std::vector<std::string>{"s0:11"});
    EXPECT_TRUE(numbers(source.read()).empty());
    EXPECT_FALSE(source.at_end());
    EXPECT_EQ(numbers(source.read()), std::vector<std::string>{"s0:12"});
    EXPECT_EQ(
        kinesis.requests[4],
        R"(GetShardIterator {"StreamName":"changes","ShardId":"s0","ShardIteratorType":"AFTER_SEQUENCE_NUMBER","StartingSequenceNumber":"11"})");
}

TEST(KinesisSource, ReadsChildrenWhenTheirParentIsDone) {
    ScriptedKinesis kinesis;
    kinesis
        .answer(
            R"({"Shards":[{"ShardId":"s0"},{"ShardId":"s1","ParentShardId":"s0"}],"NextToken":"n"})")
        .answer(
            R"({"Shards":[{"ShardId":"s2","ParentShardId":"gone","AdjacentParentShardId":"s0"}]})")
        .answer(iterator("a0"))
        .answer(one_record("1", "a1"))
        .answer(one_record("2", ""))  // the end of s0
        .answer(iterator("b0"))
        .answer(one_record("3", "b1"))
        .answer(iterator("c0"))
        .answer(one_record("4", "c1"));
    KinesisSource source(kinesis.port(), "changes");
    EXPECT_EQ(numbers(source.read()), std::vector<std::string>{"s0:1"});
    EXPECT_EQ(numbers(source.read()), (std::vector<std::string>{"s0:2", "s1:3", "s2:4"}));
    EXPECT_EQ(kinesis.requests[1], R"(ListShards {"NextToken":"n"})");
}

TEST(KinesisSource, GivesWhatItHasReadBeforeAnError) {
    ScriptedKinesis kinesis;
    kinesis.answer(R"({"Shards":[{"ShardId":"s0"},{"ShardId":"s1"}]})")
        .answer(iterator("a0"))
        .answer(one_record("1", "a1"))
        .answer(iterator("b0"))
        .answer(R"({"__type":"ProvisionedThroughputExceededException"})", 400)
        .answer(R"({"__type":"ProvisionedThroughputExceededException"})", 400);
    KinesisSource source(kinesis.port(), "changes");
    EXPECT_EQ(numbers(source.read()), std::vector<std::string>{"s0:1"});
    EXPECT_FALSE(source.at_end());
    const auto throttled = source.read();
    ASSERT_FALSE(throttled);
    EXPECT_EQ(throttled.error().kind, base::ErrorKind::throttled);
    EXPECT_EQ(source.positions().at("s0"), "1");
}

TEST(KinesisSource, RefusesAnswersThatAreNone) {
    for (const char* records :
         {"", "{}", R"({"Records":[{"SequenceNumber":"1","PartitionKey":"k"}]})",
          R"({"Records":[{"SequenceNumber":"1","PartitionKey":"k","Data":"?"}]})"}) {
        ScriptedKinesis kinesis;
        kinesis.answer(kOneShard).answer(iterator("i0")).answer(records);
        KinesisSource source(kinesis.port(), "changes");
        const auto read = source.read();
        ASSERT_FALSE(read) << records;
        EXPECT_EQ(read.error().kind, base::ErrorKind::data_invalid);
        EXPECT_TRUE(source.positions().empty());
    }
    ScriptedKinesis missing;
    missing.answer(R"({"__type":"ResourceNotFoundException","message":"no stream"})", 400);
    const auto read = KinesisSource(missing.port(), "changes").read();
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, base::ErrorKind::rejected);
    EXPECT_EQ(read.error().code, "ResourceNotFoundException");
}

}  // namespace
}  // namespace local
