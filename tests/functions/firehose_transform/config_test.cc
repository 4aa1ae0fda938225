#include "functions/firehose_transform/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/functions/firehose_transform/firehose_records.h"
#include "tests/support/fakes.h"

namespace {

using firehose_transform::Config;
using firehose_transform::Output;
using testing::HasSubstr;
using tests::config_of;

std::string fault_of(tests::Variables variables) {
    const tests::FakeEnvironment environment(variables);
    base::SettingsReader settings(environment);
    firehose_transform::read_config(settings);
    const auto fault = settings.fault();
    return fault ? fault->message : "";
}

TEST(FirehoseTransformConfig, HasItsDefaults) {
    const Config config = config_of({});
    EXPECT_EQ(config.output, Output::line);
    EXPECT_TRUE(config.partition_keys.table && config.partition_keys.dt);
    EXPECT_FALSE(config.partition_keys.hour);
    EXPECT_TRUE(config.line.metadata.operation);
    EXPECT_EQ(config.timestamp_attribute, "");
    EXPECT_EQ(config.table_name, "");
}

TEST(FirehoseTransformConfig, WritesRowsWithoutMetadataUnlessItIsNamed) {
    const Config bare = config_of(
        {{"OUTPUT", "iceberg"}, {"ICEBERG_DATABASE", "lake"}, {"ICEBERG_TABLE", "{table}_rows"}});
    EXPECT_FALSE(bare.line.metadata.operation || bare.line.metadata.ttl_delete);
    EXPECT_EQ(bare.iceberg_table, "{table}_rows");
    const Config named = config_of({{"OUTPUT", "iceberg"},
                                    {"ICEBERG_DATABASE", "lake"},
                                    {"ICEBERG_TABLE", "t"},
                                    {"LINE_METADATA", "event_time_ms"}});
    EXPECT_TRUE(named.line.metadata.event_time_ms);
    EXPECT_FALSE(named.line.metadata.operation);
}

TEST(FirehoseTransformConfig, ReportsItsFaultsTogether) {
    EXPECT_THAT(
        fault_of({{"OUTPUT", "iceberg"}}),
        testing::AllOf(HasSubstr("2 settings are wrong"), HasSubstr("ICEBERG_DATABASE is not set"),
                       HasSubstr("ICEBERG_TABLE is not set")));
    EXPECT_THAT(
        fault_of({{"OUTPUT", "csv"},
                  {"PARTITION_KEYS", "table,day"},
                  {"TABLE_NAME", "a/b"},
                  {"EVENT_NAMES", "DELETE"},
                  {"LINE_NAMES", "UPPER"}}),
        testing::AllOf(HasSubstr("5 settings are wrong"),
                       HasSubstr("OUTPUT is \"csv\": use one of line, iceberg"),
                       HasSubstr("PARTITION_KEYS is \"day\""), HasSubstr("TABLE_NAME is \"a/b\"")));
    EXPECT_THAT(fault_of({{"OUTPUT", "iceberg"},
                          {"ICEBERG_DATABASE", "{database}"},
                          {"ICEBERG_TABLE", "{table"}}),
                HasSubstr("2 settings are wrong"));
}

}  // namespace
