#include "functions/stream_to_s3/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes.h"

namespace {

using stream_to_s3::Format;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

stream_to_s3::Config read(const tests::FakeEnvironment& environment, std::string& fault) {
    base::SettingsReader reader(environment);
    stream_to_s3::Config config = stream_to_s3::read_config(reader);
    const auto found = reader.fault();
    fault = found ? found->message : "";
    return config;
}

std::string fault_of(const tests::FakeEnvironment& environment) {
    std::string fault;
    read(environment, fault);
    return fault;
}

TEST(StreamToS3Config, HasDefaults) {
    std::string fault;
    const auto config = read({{"LAKE_URI", "s3://lake/{table}/"}}, fault);
    EXPECT_EQ(fault, "");
    EXPECT_EQ(config.lake_uri, "s3://lake/{table}/");
    EXPECT_EQ(config.format, Format::json);
    EXPECT_TRUE(config.filter.removes);
}

TEST(StreamToS3Config, ReadsTheColumnsOfCsv) {
    std::string fault;
    const auto config = read({{"LAKE_URI", "s3://lake/"},
                              {"S3_FORMAT", "csv"},
                              {"CSV_COLUMNS", "id, amount ,__operation"},
                              {"CSV_HEADER", "false"}},
                             fault);
    EXPECT_EQ(fault, "");
    EXPECT_THAT(config.csv_columns, ElementsAre("id", "amount", "__operation"));
    EXPECT_EQ(config.csv_header, stream_to_s3::CsvHeader::absent);
}

TEST(StreamToS3Config, TellsAllFaultsAtOnce) {
    EXPECT_THAT(fault_of({{"LAKE_URI", "/tmp/lake"}, {"S3_FORMAT", "xml"}, {"CSV_COLUMNS", "a"}}),
                AllOf(HasSubstr("LAKE_URI"), HasSubstr("S3_FORMAT"), HasSubstr("3 settings")));
    EXPECT_THAT(fault_of({}), HasSubstr("LAKE_URI"));
}

TEST(StreamToS3Config, RefusesCsvWithoutColumns) {
    EXPECT_THAT(fault_of({{"LAKE_URI", "s3://l/"}, {"S3_FORMAT", "csv"}}),
                HasSubstr("CSV_COLUMNS"));
}

TEST(StreamToS3Config, RefusesAColumnTwice) {
    EXPECT_THAT(
        fault_of({{"LAKE_URI", "s3://l/"}, {"S3_FORMAT", "csv"}, {"CSV_COLUMNS", "id,n,id"}}),
        HasSubstr("CSV_COLUMNS is \"id\""));
}

TEST(StreamToS3Config, RefusesRowsOfEnvelopes) {
    EXPECT_THAT(fault_of({{"LAKE_URI", "s3://l/"},
                          {"S3_FORMAT", "csv"},
                          {"CSV_COLUMNS", "id"},
                          {"LINE_SHAPE", "envelope"}}),
                HasSubstr("LINE_SHAPE"));
}

}  // namespace
