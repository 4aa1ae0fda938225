#include "common/event/firehose_event.h"

#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace event {
namespace {

std::string fault_of(std::string_view text) {
    const auto records = parse_firehose_event(text);
    if (records) return "none";
    EXPECT_EQ(records.error().kind, base::ErrorKind::event_invalid);
    return records.error().message;
}

// Lambda developer guide, "Process Amazon Data Firehose records with Lambda", with the metadata of
// a Kinesis source.
TEST(FirehoseEvent, ReadsTheExampleOfTheGuide) {
    const std::string text = R"({
      "invocationId": "invoked123",
      "deliveryStreamArn": "aws:lambda:events",
      "region": "us-west-2",
      "records": [
        {"data": "SGVsbG8gV29ybGQ=", "recordId": "record1",
         "approximateArrivalTimestamp": 1510772160000,
         "kinesisRecordMetadata": {"shardId": "shardId-000000000000",
           "partitionKey": "4d1ad2b9-24f8-4b9d-a088-76e9947c317a",
           "approximateArrivalTimestamp": "2012-04-23T18:25:43.511Z",
           "sequenceNumber": "49546986683135544286507457936321625675700192471156785154",
           "subsequenceNumber": ""}},
        {"data": "SGVsbG8gV29ybGQ=", "recordId": "record2",
         "approximateArrivalTimestamp": 151077216000}]
    })";
    const auto records = parse_firehose_event(text);
    ASSERT_TRUE(records.ok()) << records.error().message;
    ASSERT_EQ(records->size(), 2U);
    EXPECT_EQ((*records)[0].record_id, "record1");
    EXPECT_EQ((*records)[0].data, "SGVsbG8gV29ybGQ=");
    EXPECT_EQ((*records)[0].arrival_time_ms, 1510772160000);
    EXPECT_EQ((*records)[1].record_id, "record2");
    EXPECT_EQ((*records)[1].arrival_time_ms, 151077216000);
}

TEST(FirehoseEvent, LeavesARecordWithoutDataToItself) {
    for (const char* rest : {"", R"(,"data":null)", R"(,"data":7)", R"(,"data":{"a":[]})"}) {
        const std::string text = fmt::format(R"({{"records":[{{"recordId":"1"{}}}]}})", rest);
        const auto records = parse_firehose_event(text);
        ASSERT_TRUE(records.ok()) << records.error().message;
        EXPECT_FALSE((*records)[0].has_data);
        EXPECT_EQ((*records)[0].data, "");
        EXPECT_EQ((*records)[0].arrival_time_ms, std::nullopt);
    }
}

TEST(FirehoseEvent, RefusesRecordsThatCannotBeAnsweredOnce) {
    EXPECT_EQ(fault_of(R"({"records":[{"recordId":"1"},{"recordId":"1"}]})"),
              "the Firehose event: a recordId stands in two records");
    EXPECT_EQ(fault_of(R"({"records":[{"recordId":"a"},{"recordId":"\u0061"}]})"),
              "the Firehose event: a recordId stands in two records");
    EXPECT_NE(fault_of(R"({"records":[{"data":""}]})").find("a record without recordId"),
              std::string::npos);
    EXPECT_NE(fault_of(R"({"records":[{"recordId":"1","recordId":"2"}]})").find("stands twice"),
              std::string::npos);
    EXPECT_NE(fault_of(R"({"records":[{"recordId":1}]})"), "none");
    EXPECT_NE(fault_of(R"({"records":["1"]})"), "none");
    std::string many = R"({"records":[{"recordId":"77"})";
    for (int i = 0; i < 1'000; ++i)
        many += fmt::format(R"(,{{"recordId":"{}"}})", i);
    EXPECT_EQ(fault_of(many + "]}"), "the Firehose event: a recordId stands in two records");
}

TEST(FirehoseEvent, RefusesWhatIsNoSuchEvent) {
    EXPECT_EQ(fault_of("{}"), "the Firehose event: no records");
    for (const char* text :
         {"", "null", "[]", "{", R"({"Records":[]})", R"({"records":{}})", R"({"records":[})",
          R"({"records":[]}x)", R"({"records":[],"records":[]})",
          R"({"records":[{"recordId":"1"},]})", "{\"records\":[{\"recordId\":\"\xFF\"}]}",
          R"({"records":[],"a":01})"}) {
        EXPECT_NE(fault_of(text), "none") << text;
    }
}

TEST(FirehoseResponse, IsWrittenInItsOrder) {
    FirehoseResponseWriter writer;
    writer.add_ok("1", "Hello", R"({"partitionKeys":{"dt":"20261120"}})");
    writer.add_dropped("2");
    writer.add_processing_failed(
        {.record_id = "3", .data = R"(a\/b=)", .has_data = true, .arrival_time_ms = {}});
    writer.add_ok("4", "", "");
    const std::string expected =
        R"({"records":[{"recordId":"1","result":"Ok","data":"SGVsbG8=",)"
        R"("metadata":{"partitionKeys":{"dt":"20261120"}}},{"recordId":"2","result":"Dropped"},)"
        R"({"recordId":"3","result":"ProcessingFailed","data":"a\/b="},)"
        R"({"recordId":"4","result":"Ok","data":""}]})";
    EXPECT_EQ(writer.bytes(), expected.size());
    EXPECT_EQ(writer.take(), expected);
}

TEST(FirehoseResponse, TakesRecordsBack) {
    FirehoseResponseWriter writer;
    const std::size_t empty = writer.bytes();
    writer.add_dropped("1");
    writer.cut_to(empty);
    writer.add_dropped("2");
    const std::size_t one = writer.bytes();
    writer.add_dropped("3");
    writer.cut_to(one);
    EXPECT_EQ(writer.take(), R"({"records":[{"recordId":"2","result":"Dropped"}]})");
    EXPECT_EQ(FirehoseResponseWriter().take(), R"({"records":[]})");
}

}  // namespace
}  // namespace event
