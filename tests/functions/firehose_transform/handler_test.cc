#include "functions/firehose_transform/handler.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/functions/firehose_transform/firehose_records.h"
#include "tests/support/fakes.h"

namespace {

using testing::HasSubstr;
using tests::FirehoseRecords;
using tests::native_record;

class FirehoseTransformHandler : public testing::Test {
  protected:
    base::Result<runtime::Handler> make() {
        return firehose_transform::make_handler({environment_, clock_, random_, log_});
    }
    base::Result<runtime::InvocationResponse> handle(const std::string& event) {
        runtime::Invocation invocation;
        invocation.event = event;
        return (*make())(invocation);
    }

    tests::FakeEnvironment environment_;
    tests::FakeClock clock_;
    tests::SeededRandom random_;
    tests::LogCapture capture_;
    base::Log log_ = capture_.make_log(clock_);
};

TEST_F(FirehoseTransformHandler, AnswersTheWholeBatch) {
    FirehoseRecords records;
    records.add(native_record("INSERT", R"("NewImage":{"id":{"N":"1"}})")).add("junk");
    const auto response = handle(records.event());
    ASSERT_TRUE(response.ok());
    EXPECT_EQ(response->content_type, "application/json");
    const auto answers = tests::answers_of(response->body);
    ASSERT_EQ(answers.size(), 2U);
    EXPECT_EQ(answers[0].result, "Ok");
    EXPECT_THAT(answers[0].data, HasSubstr(R"({"id":1,"__operation":"INSERT")"));
    EXPECT_EQ(answers[1].result, "ProcessingFailed");
    EXPECT_EQ(answers[1].data, "anVuaw==");  // printf junk | base64
}

TEST_F(FirehoseTransformHandler, CountsEveryRecordOnceInItsMetrics) {
    environment_.set("EVENT_NAMES", "INSERT");
    FirehoseRecords records;
    records.add(native_record("INSERT", R"("NewImage":{"id":{"N":"1"}})"))
        .add("junk")
        .add("more junk")
        .add(native_record("REMOVE", R"("Keys":{"id":{"N":"1"}})"));
    ASSERT_TRUE(handle(records.event()).ok());
    EXPECT_THAT(capture_.text(),
                HasSubstr(R"("RecordsIn":4,"RecordsOk":1,"RecordsDropped":1,"RecordsFailed":2)"));
    EXPECT_THAT(capture_.text(), HasSubstr(R"("message":"record_failed")"));
    EXPECT_THAT(capture_.text(), HasSubstr(R"("record_id":"2")"));
}

TEST_F(FirehoseTransformHandler, LogsNoPayload) {
    FirehoseRecords records;
    records.add("canary").add(native_record("INSERT", R"("NewImage":{"a":{"Q":"canary"}})"));
    ASSERT_TRUE(handle(records.event()).ok());
    EXPECT_EQ(capture_.text().find("canary"), std::string::npos);
    EXPECT_EQ(capture_.text().find("Y2FuYXJ5"), std::string::npos);  // printf canary | base64
}

TEST_F(FirehoseTransformHandler, LogsAFewOfMany) {
    FirehoseRecords records;
    for (int i = 0; i < 1'000; ++i)
        records.add("junk");
    ASSERT_TRUE(handle(records.event()).ok());
    EXPECT_EQ(capture_.lines().size(), 22U);  // 20 records, the sum, the metrics
}

TEST_F(FirehoseTransformHandler, GivesTheSameBytesForTheSameEvent) {
    FirehoseRecords records;
    records.add(native_record("INSERT", R"("NewImage":{"id":{"N":"1"},"s":{"SS":["b","a"]}})"))
        .add("junk");
    const std::string event = records.event();
    const std::string first = handle(event)->body;
    for (int again = 0; again < 4; ++again)
        EXPECT_EQ(handle(event)->body, first);
}

TEST_F(FirehoseTransformHandler, RefusesAnEventOfAnotherKind) {
    for (const char* event : {R"({"Records":[{"eventSource":"aws:dynamodb"}]})", "{}", "", "[1,"}) {
        const auto response = handle(event);
        ASSERT_FALSE(response.ok());
        EXPECT_EQ(response.error().kind, base::ErrorKind::event_invalid);
        EXPECT_THAT(response.error().message, HasSubstr("the Firehose event"));
    }
}

TEST_F(FirehoseTransformHandler, IsNotMadeFromWrongSettings) {
    environment_.set("OUTPUT", "iceberg");
    environment_.set("PARTITION_KEYS", "day");
    const auto handler = make();
    ASSERT_FALSE(handler.ok());
    EXPECT_EQ(handler.error().kind, base::ErrorKind::config_invalid);
    EXPECT_THAT(handler.error().message, HasSubstr("3 settings are wrong"));
}

}  // namespace
