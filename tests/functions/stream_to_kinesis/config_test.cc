#include "functions/stream_to_kinesis/config.h"

#include <string>
#include <utility>
#include <variant>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes.h"

namespace {

using stream_to_kinesis::Config;
using testing::HasSubstr;

struct Reading {
    explicit Reading(const tests::FakeEnvironment& environment) : reader(environment) {
        config = stream_to_kinesis::read_config(reader);
    }
    [[nodiscard]] std::string fault() const {
        const auto error = reader.fault();
        return error ? error->message : "";
    }
    base::SettingsReader reader;
    Config config;
};

std::string fault_of(const std::string& name, const std::string& value) {
    tests::FakeEnvironment environment{{"KINESIS_STREAM_NAME", "orders"}};
    environment.set(name, value);
    return Reading(environment).fault();
}

TEST(StreamConfig, NeedsOnlyTheStream) {
    const tests::FakeEnvironment environment{{"KINESIS_STREAM_NAME", "DYNAMODB-{table}"}};
    const Reading reading(environment);
    EXPECT_EQ(reading.fault(), "");
    EXPECT_EQ(reading.config.stream, "DYNAMODB-{table}");
    EXPECT_EQ(reading.config.record_format, stream_to_kinesis::RecordFormat::native);
    EXPECT_EQ(reading.config.partition_key, stream_to_kinesis::PartitionKey::item);
    EXPECT_EQ(reading.config.poison_records, stream_to_kinesis::PoisonRecords::block);
    EXPECT_EQ(reading.config.aggregation, stream_to_kinesis::Aggregation::none);
    EXPECT_TRUE(std::holds_alternative<std::monostate>(reading.config.quarantine));
    EXPECT_EQ(reading.config.record_bytes_max, 1'048'576U);
    EXPECT_EQ(reading.config.filter.ttl_deletes, dynamodb::TtlDeletes::keep);
}

TEST(StreamConfig, ReadsEverySetting) {
    const tests::FakeEnvironment environment{
        {"KINESIS_STREAM_NAME", "orders"}, {"RECORD_FORMAT", "line"},
        {"EVENT_NAMES", "INSERT,REMOVE"},  {"TTL_DELETES", "drop"},
        {"PARTITION_KEY", "random"},       {"AGGREGATION", "none"},
        {"POISON_RECORDS", "drop"},        {"MAX_RECORD_KIB", "10240"},
        {"LINE_SHAPE", "envelope"},        {"METADATA_PREFIX", "_cdc_"}};
    const Reading reading(environment);
    EXPECT_EQ(reading.fault(), "");
    EXPECT_EQ(reading.config.record_format, stream_to_kinesis::RecordFormat::line);
    EXPECT_FALSE(reading.config.filter.modifies);
    EXPECT_EQ(reading.config.filter.ttl_deletes, dynamodb::TtlDeletes::drop);
    EXPECT_EQ(reading.config.partition_key, stream_to_kinesis::PartitionKey::random);
    EXPECT_EQ(reading.config.poison_records, stream_to_kinesis::PoisonRecords::drop);
    EXPECT_EQ(reading.config.record_bytes_max, 10'485'760U);
    EXPECT_EQ(reading.config.line.shape, dynamodb::LineShape::envelope);
    EXPECT_EQ(reading.config.line.metadata_prefix, "_cdc_");
}

TEST(StreamConfig, AQuarantineUriMakesQuarantineTheDefault) {
    tests::FakeEnvironment environment{{"KINESIS_STREAM_NAME", "orders"},
                                       {"QUARANTINE_URI", "s3://bucket/a/b"}};
    const Reading reading(environment);
    EXPECT_EQ(reading.fault(), "");
    EXPECT_EQ(reading.config.poison_records, stream_to_kinesis::PoisonRecords::quarantine);
    const auto& folder = std::get<stream_to_kinesis::S3Folder>(reading.config.quarantine);
    EXPECT_EQ(folder.bucket, "bucket");
    EXPECT_EQ(folder.prefix, "a/b/");
    for (const auto& [word, rule] :
         {std::pair("block", stream_to_kinesis::PoisonRecords::block),
          std::pair("drop", stream_to_kinesis::PoisonRecords::drop),
          std::pair("quarantine", stream_to_kinesis::PoisonRecords::quarantine)}) {
        environment.set("POISON_RECORDS", word);
        EXPECT_EQ(Reading(environment).fault(), "");
        EXPECT_EQ(Reading(environment).config.poison_records, rule);
    }
}

TEST(StreamConfig, QuarantineNeedsItsUri) {
    EXPECT_THAT(fault_of("POISON_RECORDS", "quarantine"), HasSubstr("QUARANTINE_URI"));
    EXPECT_THAT(fault_of("POISON_RECORDS", "keep"), HasSubstr("POISON_RECORDS"));
}

TEST(StreamConfig, TakesBucketsAndQueues) {
    for (const std::string good : {"s3://bucket/", "s3://bucket", "s3://my.bucket-1/poison/orders/",
                                   "https://sqs.us-east-1.amazonaws.com/123456789012/poison",
                                   "https://sqs.us-east-1.amazonaws.com/123456789012/poison.fifo",
                                   "http://127.0.0.1:5000/123456789012/poison"})
        EXPECT_EQ(fault_of("QUARANTINE_URI", good), "") << good;
    for (const std::string bad :
         {"s3://", "s3:///prefix/", "s3://b/", "s3://Bucket/", "s3://a..b/", "s3://-bucket/",
          "s3://bucket_/", "s3://bucket//x/", "s3://bucket/a\nb/", "bucket/prefix/",
          "arn:aws:sqs:us-east-1:123456789012:q", "https://example.com/q",
          "http://sqs.us-east-1.amazonaws.com/123456789012/q"})
        EXPECT_THAT(fault_of("QUARANTINE_URI", bad), HasSubstr("QUARANTINE_URI")) << bad;
    EXPECT_EQ(fault_of("QUARANTINE_URI", "s3://bucket/" + std::string(511, 'p')), "");
    EXPECT_NE(fault_of("QUARANTINE_URI", "s3://bucket/" + std::string(513, 'p')), "");
}

TEST(StreamConfig, AnAggregateNeedsTheItemsKey) {
    tests::FakeEnvironment environment{{"KINESIS_STREAM_NAME", "orders"}, {"AGGREGATION", "kpl"}};
    EXPECT_EQ(Reading(environment).fault(), "");
    EXPECT_EQ(Reading(environment).config.aggregation, stream_to_kinesis::Aggregation::kpl);
    environment.set("PARTITION_KEY", "random");
    EXPECT_THAT(Reading(environment).fault(), HasSubstr("AGGREGATION"));
}

TEST(StreamConfig, TellsAllFaultsAtOnce) {
    const tests::FakeEnvironment environment{
        {"RECORD_FORMAT", "avro"}, {"PARTITION_KEY", "table"},       {"MAX_RECORD_KIB", "10241"},
        {"AGGREGATION", "zip"},    {"POISON_RECORDS", "quarantine"}, {"EVENT_NAMES", "UPSERT"}};
    const std::string fault = Reading(environment).fault();
    for (const char* name : {"KINESIS_STREAM_NAME", "RECORD_FORMAT", "PARTITION_KEY",
                             "MAX_RECORD_KIB", "EVENT_NAMES", "AGGREGATION", "POISON_RECORDS"})
        EXPECT_THAT(fault, HasSubstr(name));
}

TEST(StreamConfig, RecordLimitIsFromOneToTenMebibytes) {
    EXPECT_EQ(fault_of("MAX_RECORD_KIB", "1024"), "");
    EXPECT_NE(fault_of("MAX_RECORD_KIB", "1023"), "");
    EXPECT_EQ(fault_of("MAX_RECORD_KIB", "10240"), "");
    EXPECT_NE(fault_of("MAX_RECORD_KIB", "10241"), "");
}

TEST(StreamConfig, TakesNamesArnsAndTemplates) {
    for (const char* good : {"a", "orders.v2_x-1", "DYNAMODB-{table}", "{table}-{table}",
                             "arn:aws:kinesis:eu-west-1:123456789012:stream/orders",
                             "arn:aws-cn:kinesis:cn-north-1:123456789012:stream/DYNAMODB-{table}"})
        EXPECT_EQ(fault_of("KINESIS_STREAM_NAME", good), "") << good;
    EXPECT_EQ(fault_of("KINESIS_STREAM_NAME", std::string(128, 'x')), "");
    for (const std::string& bad :
         {std::string("two words"), std::string("{tabel}"), std::string("{table"),
          std::string("stream/orders"), std::string("arn:aws:kinesis:eu-west-1:1:orders"),
          std::string("arn:aws:firehose:eu-west-1:1:stream/orders"),
          std::string("arn:aws:kinesis::1:stream/orders"),
          std::string("arn:aws:kinesis:eu-west-1:1:stream/"), std::string(129, 'x')})
        EXPECT_THAT(fault_of("KINESIS_STREAM_NAME", bad), HasSubstr("KINESIS_STREAM_NAME")) << bad;
}

TEST(RegionOfStream, ComesFromAnArnAlone) {
    EXPECT_EQ(stream_to_kinesis::region_of_stream(
                  "arn:aws:kinesis:eu-west-1:123456789012:stream/DYNAMODB-{table}"),
              "eu-west-1");
    EXPECT_EQ(stream_to_kinesis::region_of_stream("orders"), "");
}

}  // namespace
