#include "functions/stream_to_s3/handler.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/codec/gzip.h"
#include "tests/support/fakes.h"
#include "tests/support/scripted_http.h"

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

class FixedCredentials final : public aws::CredentialsProvider {
  public:
    base::Result<aws::Credentials> get() override {
        return aws::Credentials{"AKIDEXAMPLE", base::Secret(std::string("secret")), base::Secret()};
    }
    void forget() override {}
};

struct Change {
    std::string number;
    std::string table = "orders";
    std::string operation = "INSERT";
    std::string seconds = "1795220000";  // 2026-11-21T01:33:20Z
    std::string image = R"({"id":{"S":"a"}})";
};

std::string record(const Change& change) {
    return R"({"eventID":"e)" + change.number + R"(","eventName":")" + change.operation +
           R"(","eventSourceARN":"arn:aws:dynamodb:us-east-1:1:table/)" + change.table +
           R"(/stream/l","dynamodb":{"ApproximateCreationDateTime":)" + change.seconds +
           R"(,"Keys":{"id":{"S":"a"}},"NewImage":)" + change.image + R"(,"SequenceNumber":")" +
           change.number + R"("}})";
}

std::string event_of(const std::vector<Change>& changes) {
    std::string text;
    for (const Change& change : changes)
        text += (text.empty() ? "" : ",") + record(change);
    return R"({"Records":[)" + text + "]}";
}

class StreamToS3Test : public testing::Test {
  protected:
    StreamToS3Test() { config_.lake_uri = "s3://lake/{table}/"; }

    base::Result<runtime::InvocationResponse> handle(const std::string& event) {
        stream_to_s3::StreamHandler handler(config_, {s3_, clock_, log_});
        runtime::Invocation invocation;
        invocation.event = event;
        invocation.deadline = {tests::kTestNowMs + 60'000};
        return handler.handle(invocation);
    }
    std::string answer(const std::string& event) {
        const auto response = handle(event);
        return response ? response->body : "error: " + response.error().message;
    }
    void stores(std::size_t objects) {
        for (std::size_t i = 0; i < objects; ++i)
            http_.answer(200, "");
    }
    [[nodiscard]] std::string url(std::size_t at) const { return http_.requests().at(at).url; }
    [[nodiscard]] std::string lines(std::size_t at) const {
        return codec::gzip_decompress(http_.requests().at(at).body, 1'000'000).value();
    }

    tests::ScriptedHttp http_;
    tests::FakeClock clock_;
    tests::SeededRandom random_;
    tests::LogCapture capture_;
    base::Log log_ = capture_.make_log(clock_);
    FixedCredentials credentials_;
    aws::ClientSettings client_settings_{
        .region = "us-east-1", .endpoint_url = "", .service_endpoint_urls = {}, .attempts_max = 1};
    aws::Client client_{client_settings_, {http_, credentials_, clock_, random_, log_}};
    aws::S3Client s3_{client_};
    stream_to_s3::Config config_;
};

const std::string kAllDone = R"({"batchItemFailures":[]})";

TEST_F(StreamToS3Test, StoresABatchAsOneObject) {
    stores(1);
    EXPECT_EQ(answer(event_of({{"1"}, {"2", "orders", "MODIFY"}})), kAllDone);
    ASSERT_THAT(http_.requests(), SizeIs(1));
    EXPECT_THAT(url(0), HasSubstr("/lake/orders/dt%3D20261121/orders-1-2-"));
    EXPECT_EQ(lines(0),
              R"({"id":"a","__operation":"INSERT","__event_id":"e1","__sequence_number":"1",)"
              R"("__event_time_ms":1795220000000,"__ttl_delete":false})"
              "\n"
              R"({"id":"a","__operation":"MODIFY","__event_id":"e2","__sequence_number":"2",)"
              R"("__event_time_ms":1795220000000,"__ttl_delete":false})"
              "\n");
    EXPECT_THAT(capture_.text(), HasSubstr(R"("RecordsOut":2)"));
}

TEST_F(StreamToS3Test, KeepsTablesAndDaysApart) {
    stores(3);
    EXPECT_EQ(answer(event_of({{"1"},
                               {"2", "customers"},
                               {"3", "orders", "INSERT", "1795305599"},
                               {"4", "orders", "INSERT", "1795305600"}})),
              kAllDone);
    ASSERT_THAT(http_.requests(), SizeIs(3));
    EXPECT_THAT(url(0), HasSubstr("/orders/dt%3D20261121/orders-1-3-"));
    EXPECT_THAT(url(1), HasSubstr("/customers/dt%3D20261121/customers-2-2-"));
    EXPECT_THAT(url(2), HasSubstr("/orders/dt%3D20261122/orders-4-4-"));
}

TEST_F(StreamToS3Test, WritesTheSameObjectAgain) {
    stores(2);
    const std::string event = event_of({{"1"}, {"2"}});
    EXPECT_EQ(answer(event), kAllDone);
    EXPECT_EQ(answer(event), kAllDone);
    EXPECT_EQ(url(0), url(1));
    EXPECT_EQ(http_.requests()[0].body, http_.requests()[1].body);
}

TEST_F(StreamToS3Test, StoresNothingWhereAllIsFilteredOut) {
    config_.filter.inserts = false;
    EXPECT_EQ(answer(event_of({{"1"}, {"2"}})), kAllDone);
    EXPECT_THAT(http_.requests(), SizeIs(0));
    EXPECT_THAT(capture_.text(), HasSubstr(R"("RecordsFiltered":2)"));
}

TEST_F(StreamToS3Test, StoresTheOthersAndReportsTheFaultyRecord) {
    stores(1);
    EXPECT_EQ(answer(event_of(
                  {{"1"}, {"2", "orders", "INSERT", "1795220000", R"({"id":{"X":"a"}})"}, {"3"}})),
              R"({"batchItemFailures":[{"itemIdentifier":"2"}]})");
    EXPECT_THAT(lines(0), HasSubstr(R"("__sequence_number":"3")"));
    EXPECT_THAT(capture_.text(), HasSubstr(R"("sequence_number":"2")"));
}

TEST_F(StreamToS3Test, AnswersWithTheWholeBatchWhereTheFirstHasNoNumber) {
    stores(1);
    EXPECT_EQ(answer(R"({"Records":[{"eventName":"INSERT"},)" + record({"2"}) + "]}"),
              R"({"batchItemFailures":[{"itemIdentifier":""}]})");
}

TEST_F(StreamToS3Test, ReadsAgainFromTheFirstRecordOfAnObjectThatFailed) {
    http_.answer(200, "");
    http_.answer(503, "<Error><Code>SlowDown</Code></Error>");
    EXPECT_EQ(answer(event_of({{"9"}, {"10", "customers"}, {"11"}, {"12", "customers"}})),
              R"({"batchItemFailures":[{"itemIdentifier":"10"}]})");
    EXPECT_THAT(capture_.text(), HasSubstr("object_not_stored"));
    EXPECT_THAT(capture_.text(), HasSubstr(R"("RecordsFailed":2)"));
}

TEST_F(StreamToS3Test, FailsWhereTheBucketRefusesAll) {
    http_.answer(403, "<Error><Code>AccessDenied</Code></Error>");
    const auto response = handle(event_of({{"1"}}));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().kind, base::ErrorKind::access_denied);
    EXPECT_THAT(response.error().message, HasSubstr("s3://lake/orders/dt=20261121/orders-1-1-"));
}

TEST_F(StreamToS3Test, RefusesAnEventThatIsNone) {
    const auto response = handle("{}");
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().kind, base::ErrorKind::event_invalid);
}

TEST_F(StreamToS3Test, NeverLogsAnItem) {
    stores(1);
    answer(event_of(
        {{"1", "orders", "INSERT", "1795220000", R"({"id":{"S":"secret-item"}})"},
         {"2", "orders", "INSERT", "1795220000", R"({"secret-name":{"Z":"secret-item"}})"}}));
    EXPECT_THAT(capture_.text(), Not(HasSubstr("secret-item")));
}

TEST_F(StreamToS3Test, WritesRowsWithTheirNames) {
    config_.format = stream_to_s3::Format::csv;
    config_.csv_columns = {"id", "note", "__operation"};
    stores(1);
    EXPECT_EQ(answer(event_of({{"1", "orders", "INSERT", "1795220000",
                                R"({"id":{"S":"a,b"},"more":{"N":"1"}})"},
                               {"2"}})),
              kAllDone);
    EXPECT_EQ(http_.requests().at(0).body, "id,note,__operation\n\"a,b\",,INSERT\na,,INSERT\n");
    EXPECT_THAT(url(0), testing::EndsWith(".csv"));
    EXPECT_THAT(capture_.text(), HasSubstr("AttributesLeftOut"));
}

}  // namespace
