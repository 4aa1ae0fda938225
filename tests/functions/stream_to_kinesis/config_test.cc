#include "functions/stream_to_kinesis/config.h"

#include <string>

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

TEST(StreamConfig, SaysWhatThisVersionDoesNotHave) {
    for (const auto& [name, value] :
         {std::pair("AGGREGATION", "kpl"), std::pair("POISON_RECORDS", "quarantine"),
          std::pair("QUARANTINE_URI", "s3://bucket/prefix/")}) {
        const std::string fault = fault_of(name, value);
        EXPECT_THAT(fault, HasSubstr(name));
        EXPECT_THAT(fault, HasSubstr("not supported in this version"));
    }
}

TEST(StreamConfig, TellsAllFaultsAtOnce) {
    const tests::FakeEnvironment environment{{"RECORD_FORMAT", "avro"},
                                             {"PARTITION_KEY", "table"},
                                             {"MAX_RECORD_KIB", "10241"},
                                             {"EVENT_NAMES", "UPSERT"}};
    const std::string fault = Reading(environment).fault();
    for (const char* name :
         {"KINESIS_STREAM_NAME", "RECORD_FORMAT", "PARTITION_KEY", "MAX_RECORD_KIB", "EVENT_NAMES"})
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

TEST(StreamOfTable, FillsInTheName) {
    EXPECT_EQ(stream_to_kinesis::stream_of_table("orders", "t"), "orders");
    EXPECT_EQ(stream_to_kinesis::stream_of_table("DYNAMODB-{table}", "Orders"), "DYNAMODB-Orders");
    EXPECT_EQ(stream_to_kinesis::stream_of_table("{table}-{table}", "{table}"), "{table}-{table}");
}

TEST(RegionOfStream, ComesFromAnArnAlone) {
    EXPECT_EQ(stream_to_kinesis::region_of_stream(
                  "arn:aws:kinesis:eu-west-1:123456789012:stream/DYNAMODB-{table}"),
              "eu-west-1");
    EXPECT_EQ(stream_to_kinesis::region_of_stream("orders"), "");
}

}  // namespace
