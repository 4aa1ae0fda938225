#include "runtime/local/firehose_emulator.h"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/codec/digest.h"
#include "tests/runtime/local/firehose_world.h"

namespace local {
namespace {

using tests::FirehoseWorld;
using tests::kinesis_record;
using tests::records_of;

constexpr std::size_t kMebibyte = 1'048'576;

TEST(FirehoseOptions, AreCheckedAtTheirEdges) {
    EXPECT_TRUE(check_firehose({}));
    struct Row {
        std::size_t bytes;
        std::int64_t ms;
        int retries;
        bool good;
    };
    for (const Row& row :
         {Row{209'715, 0, 0, true}, Row{209'714, 0, 0, false},
          Row{3 * kMebibyte, 900'000, 300, true}, Row{3 * kMebibyte + 1, 900'000, 300, false},
          Row{kMebibyte, 900'001, 3, false}, Row{kMebibyte, -1, 3, false},
          Row{kMebibyte, 0, 301, false}, Row{kMebibyte, 0, -1, false}}) {
        FirehoseOptions options;
        options.buffer_bytes = row.bytes;
        options.buffer_ms = row.ms;
        options.retries_max = row.retries;
        EXPECT_EQ(check_firehose(options).ok(), row.good) << row.bytes << " " << row.ms;
    }
    FirehoseOptions bad;
    bad.buffer_bytes = 0;
    bad.delivery.prefix = "!{x}";
    const auto checked = check_firehose(bad);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().kind, base::ErrorKind::config_invalid);
    EXPECT_THAT(checked.error().message, testing::HasSubstr("BufferSizeInMBs"));
    EXPECT_THAT(checked.error().message, testing::HasSubstr("!{x}"));
}

TEST(FirehoseEvent, HasTheMembersOfAKinesisSource) {
    FirehoseWorld world;
    world.options.stream.source_arn = "arn:aws:kinesis:us-east-1:123456789012:stream/changes";
    FirehoseEmulator firehose = world.make();
    firehose.put({.shard_id = "shardId-000000000003",
                  .partition_key = "order \"1\"",
                  .sequence_number = "4957",
                  .arrival_ms = 1'495'072'949'453,
                  .data = "hi"});
    ASSERT_TRUE(firehose.drain());
    const auto event = codec::parse_json(world.function.events.at(0), "the event");
    ASSERT_TRUE(event);
    EXPECT_EQ(codec::find_text(*event, "deliveryStreamArn"),
              "arn:aws:firehose:us-east-1:123456789012:deliverystream/local");
    EXPECT_EQ(codec::find_text(*event, "sourceKinesisStreamArn"),
              "arn:aws:kinesis:us-east-1:123456789012:stream/changes");
    EXPECT_EQ(codec::find_text(*event, "region"), "us-east-1");
    EXPECT_EQ(codec::find_text(*event, "invocationId").value_or("").size(), 36U);
    const auto& record = (*codec::find_array(*event, "records"))[0];
    EXPECT_EQ(codec::find_integer(record, "approximateArrivalTimestamp"), 1'495'072'949'453);
    EXPECT_EQ(codec::find_text(record, "data"), "aGk=");
    const auto* metadata = codec::find_object(record, "kinesisRecordMetadata");
    ASSERT_NE(metadata, nullptr);
    EXPECT_EQ(codec::find_text(*metadata, "shardId"), "shardId-000000000003");
    EXPECT_EQ(codec::find_text(*metadata, "partitionKey"), "order \"1\"");
    EXPECT_EQ(codec::find_text(*metadata, "sequenceNumber"), "4957");
    EXPECT_EQ(codec::find_integer(*metadata, "subsequenceNumber"), 0);
    EXPECT_EQ(codec::find_integer(*metadata, "approximateArrivalTimestamp"), 1'495'072'949'453);
}

TEST(FirehoseEvent, OfDirectPutHasNoKinesisMembers) {
    FirehoseWorld world;
    FirehoseEmulator firehose = world.make();
    ASSERT_TRUE(firehose.put("hi"));
    ASSERT_TRUE(firehose.drain());
    EXPECT_EQ(world.function.events.at(0).find("inesis"), std::string::npos);
    EXPECT_THAT(world.function.events.at(0),
                testing::HasSubstr("\"approximateArrivalTimestamp\":1795136400000"));
}

TEST(FirehoseEvent, RecordIdsAreUniqueWhateverTheSequenceNumbers) {
    FirehoseWorld world;
    FirehoseEmulator firehose = world.make();
    for (int i = 0; i < 3; ++i)
        firehose.put(kinesis_record("x", "1"));
    ASSERT_TRUE(firehose.drain());
    const auto records = records_of(world.function.events.at(0));
    EXPECT_EQ((std::set{records[0].id, records[1].id, records[2].id}.size()), 3U);
}

TEST(DirectPut, TakesAThousandKibibytesAndNotOneByteMore) {
    FirehoseWorld world;
    FirehoseEmulator firehose = world.make();
    EXPECT_TRUE(firehose.put(std::string(1'024'000, 'x')));
    const auto refused = firehose.put(std::string(1'024'001, 'x'));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, base::ErrorKind::rejected);
    EXPECT_EQ(firehose.report().records_in, 1);
}

TEST(FirehoseBuffer, WaitsForItsBytes) {
    FirehoseWorld world;
    FirehoseEmulator firehose = world.make();
    firehose.put(kinesis_record(std::string(kMebibyte - 1, 'x')));
    ASSERT_TRUE(firehose.run());
    EXPECT_TRUE(world.function.events.empty());
    firehose.put(kinesis_record("y"));
    ASSERT_TRUE(firehose.run());
    ASSERT_EQ(world.function.events.size(), 1U);
    EXPECT_EQ(records_of(world.function.events[0]).size(), 2U);
}

TEST(FirehoseBuffer, WaitsForItsSeconds) {
    FirehoseWorld world;
    FirehoseEmulator firehose = world.make();
    firehose.put(kinesis_record("a"));
    world.clock.advance_ms(59'999);
    firehose.put(kinesis_record("b"));
    ASSERT_TRUE(firehose.run());
    EXPECT_TRUE(world.function.events.empty());
    world.clock.advance_ms(1);
    ASSERT_TRUE(firehose.run());
    EXPECT_EQ(world.function.events.size(), 1U);
    EXPECT_EQ(firehose.report().waiting, 0);
}

TEST(FirehoseBuffer, MakesBatchesWithinTheHint) {
    FirehoseWorld world;
    FirehoseEmulator firehose = world.make();
    for (int i = 0; i < 5; ++i)
        firehose.put(kinesis_record(std::string(kMebibyte / 2, static_cast<char>('a' + i))));
    ASSERT_TRUE(firehose.run());
    ASSERT_EQ(world.function.events.size(), 2U) << "half a mebibyte goes on waiting";
    for (const std::string& event : world.function.events)
        EXPECT_EQ(records_of(event).size(), 2U);
    EXPECT_EQ(firehose.report().waiting, 1);
}

// A record of a Kinesis stream may have 10 MiB: what base64 and the frame make larger than a
// request may be goes to the error prefix alone.
TEST(FirehoseBuffer, KeepsARequestWithinLambdasLimit) {
    FirehoseWorld world;
    FirehoseEmulator firehose = world.make();
    const std::string large(4'700'000, 'l');
    const std::string too_large(4'720'000, 't');
    for (const std::string& data : {std::string("a"), large, too_large, std::string("b")})
        firehose.put(kinesis_record(data));
    ASSERT_TRUE(firehose.drain());
    for (const std::string& event : world.function.events)
        EXPECT_LE(event.size(), 6'291'556U);
    EXPECT_EQ(firehose.report().ok, 3);
    const auto lines = tests::error_lines(world.store);
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(lines[0].code, "Lambda.InvocationFailure");
    EXPECT_EQ(lines[0].raw_data, too_large);
    EXPECT_EQ(world.store.below("data/").size(), 2 + large.size());
}

TEST(FirehoseEventBuilder, TakesExactlyWhatLambdaTakes) {
    const FirehoseStream stream;
    const SourceRecord empty{.record_id = "1", .data = "", .arrival_ms = 1};
    FirehoseEventBuilder measure(stream, "id");
    ASSERT_TRUE(measure.add(empty));
    const std::size_t frame = measure.take().size();
    const std::size_t room = 6'291'556 - frame;
    for (const auto& [data_bytes, fits] :
         {std::pair{room / 4 * 3, true}, std::pair{room / 4 * 3 + 1, false}}) {
        SourceRecord record = empty;
        record.data.assign(data_bytes, 'x');
        FirehoseEventBuilder builder(stream, "id");
        EXPECT_EQ(builder.add(record), fits) << data_bytes;
        const std::string event = builder.take();
        EXPECT_LE(event.size(), 6'291'556U);
        EXPECT_TRUE(codec::parse_json(event, "the event"));
    }
}

std::string kpl_record(const std::vector<std::string>& texts) {
    std::string message("\x0a\x01k", 3);
    for (const std::string& text : texts) {
        const std::string data =
            std::string("\x08\x00\x1a", 3) + static_cast<char>(text.size()) + text;
        message += std::string("\x1a") + static_cast<char>(data.size()) + data;
    }
    return "\xF3\x89\x9A\xC2" + message + codec::md5(message);
}

TEST(FirehoseEmulator, TakesAggregatedRecordsApartBeforeTheFunction) {
    FirehoseWorld world;
    FirehoseEmulator firehose = world.make();
    firehose.put(kinesis_record(kpl_record({"one", "two"}), "7"));
    firehose.put(kinesis_record("\xF3\x89\x9A\xC2 only looks like one"));
    ASSERT_TRUE(firehose.drain());
    const auto records = records_of(world.function.events.at(0));
    ASSERT_EQ(records.size(), 3U);
    EXPECT_EQ(records[0].data, "one");
    EXPECT_EQ(records[1].data, "two");
    EXPECT_EQ(records[2].data, "\xF3\x89\x9A\xC2 only looks like one");
    EXPECT_THAT(world.function.events[0], testing::HasSubstr(R"("subsequenceNumber":1,)"));
    EXPECT_THAT(world.function.events[0], testing::HasSubstr(R"("partitionKey":"k")"));
    EXPECT_EQ(firehose.report().source_records, 2);
    EXPECT_EQ(firehose.report().records_in, 3);
}

TEST(FirehoseEmulator, KeepsTheBatchWhenTheFunctionCannotBeCalled) {
    FirehoseWorld world;
    world.function.script = {[](const std::string&) {
                                 return base::Error{base::ErrorKind::config_invalid,
                                                    "start bootstrap: no such file"};
                             },
                             tests::always({.kind = Outcome::Kind::interrupted})};
    FirehoseEmulator firehose = world.make();
    firehose.put(kinesis_record("a"));
    for (int i = 0; i < 2; ++i) {
        EXPECT_FALSE(firehose.drain());
        EXPECT_EQ(firehose.report().waiting, 1);
    }
    ASSERT_TRUE(firehose.drain());
    EXPECT_EQ(world.store.below("data/"), "a");
    EXPECT_EQ(firehose.report().ok, 1);
}

TEST(FirehoseEmulator, LosesAndDoublesNothingWhileTheStoreFails) {
    FirehoseWorld world;
    world.options.buffer_ms = 0;
    world.options.delivery.buffer_ms = 0;
    world.store.failures_left = 12;  // five attempts in each call
    FirehoseEmulator firehose = world.make();
    firehose.put(kinesis_record("a"));
    EXPECT_FALSE(firehose.run());
    firehose.put(kinesis_record("b"));
    EXPECT_FALSE(firehose.run());
    EXPECT_GT(firehose.report().undelivered, 0);
    ASSERT_TRUE(firehose.drain());
    std::string data = world.store.below("data/");
    std::ranges::sort(data);
    EXPECT_EQ(data, "ab");
    EXPECT_EQ(firehose.report().undelivered, 0);
    EXPECT_EQ(world.function.events.size(), 2U) << "no record goes through the function again";
}

TEST(FirehoseEmulator, GetsTenThousandRecordsThrough) {
    FirehoseWorld world;
    FirehoseEmulator firehose = world.make();
    std::string all;
    for (int i = 0; i < 10'000; ++i) {
        const std::string data = "{\"i\":" + std::to_string(i) + "}\n";
        all += data;
        firehose.put(kinesis_record(data, std::to_string(i)));
    }
    ASSERT_TRUE(firehose.drain());
    EXPECT_EQ(world.store.below("data/"), all);
    EXPECT_EQ(firehose.report().ok, 10'000);
    EXPECT_EQ(firehose.report().bytes_in, firehose.report().bytes_out);
}

TEST(FirehoseEmulator, OutputThatGrowsTenfoldIsDeliveredOrFailsAsABatch) {
    FirehoseWorld world;
    world.function.otherwise = tests::each([](const tests::EventRecord& record) {
        std::string grown;
        for (int i = 0; i < 10; ++i)
            grown += record.data;
        return R"("result":"Ok","data":")" + codec::base64_encode(grown) + "\"";
    });
    FirehoseEmulator firehose = world.make();
    for (int i = 0; i < 3; ++i)
        firehose.put(kinesis_record(std::string(i == 1 ? 1'000'000 : 1'000, 'x')));
    ASSERT_TRUE(firehose.drain());
    const FirehoseReport report = firehose.report();
    EXPECT_EQ(report.ok + report.failed, 3);
    EXPECT_GT(report.failed, 0);
    std::size_t kept = 0;
    for (const auto& line : tests::error_lines(world.store))
        kept += line.raw_data.size();
    EXPECT_EQ(kept * 10 + world.store.below("data/").size(), 10'020'000U);
}

TEST(FirehoseEmulator, WritesItsReport) {
    FirehoseWorld world;
    FirehoseEmulator firehose = world.make();
    firehose.put(kinesis_record("abc"));
    EXPECT_THAT(firehose_report_json(firehose.report()),
                testing::HasSubstr(R"("records_in":1,"ok":0,"dropped":0,"failed":0,"waiting":1)"));
    ASSERT_TRUE(firehose.drain());
    EXPECT_THAT(firehose_report_json(firehose.report()),
                testing::HasSubstr(R"("undelivered":0,"objects":1,"object_bytes":3)"));
}

TEST(FirehoseEmulator, RoutesRowsToTablesAndBadOnesToTheErrorPrefix) {
    FirehoseWorld world;
    world.options.tables = {
        {.database = "lake", .name = "orders", .unique_keys = {"id"}, .columns = {}}};
    world.function.otherwise = tests::each([](const tests::EventRecord& record) {
        const std::string table = record.data.find("nowhere") == std::string::npos ? "orders" : "x";
        return R"("result":"Ok","data":")" + codec::base64_encode(record.data) +
               R"(","metadata":{"otfMetadata":{"destinationDatabaseName":"lake",)" +
               R"("destinationTableName":")" + table + R"(","operation":"update"}})";
    });
    FirehoseEmulator firehose = world.make();
    for (const char* row : {R"({"id":1,"v":"a"})", R"({"id":1,"v":"b"})", R"({"id":"nowhere"})"})
        firehose.put(kinesis_record(row));
    ASSERT_TRUE(firehose.drain());
    EXPECT_EQ(world.store.objects.at("lake/orders.jsonl"), "{\"id\":1,\"v\":\"b\"}\n");
    const auto lines = tests::error_lines(world.store, "errors/iceberg-failed/");
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(lines[0].code, "Iceberg.GlueTableNotFound");
    EXPECT_EQ(firehose.report().iceberg.updated, 2);
}

}  // namespace
}  // namespace local
