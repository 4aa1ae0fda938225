#include "functions/export_to_lake/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes.h"

namespace {

using testing::HasSubstr;

export_to_lake::Config read(const tests::FakeEnvironment& environment, std::string& fault) {
    base::SettingsReader reader(environment);
    export_to_lake::Config config = export_to_lake::read_config(reader);
    const auto found = reader.fault();
    fault = found ? found->message : "";
    return config;
}

std::string fault_of(const tests::FakeEnvironment& environment) {
    std::string fault;
    read(environment, fault);
    return fault;
}

TEST(ExportToLakeConfig, HasDefaults) {
    std::string fault;
    const auto config = read({{"LAKE_URI", "s3://lake/orders/"}}, fault);
    EXPECT_EQ(fault, "");
    EXPECT_EQ(config.lake_dt, "00000000");
    EXPECT_TRUE(config.table_arns.empty());
    const lake::LakePlace place = place_of(config, "anything");
    EXPECT_EQ(place.folder.text(), "s3://lake/orders/");
    EXPECT_EQ(place.dt, "00000000");
}

TEST(ExportToLakeConfig, PutsTheTablesNameIntoTheFolder) {
    std::string fault;
    const auto config =
        read({{"LAKE_URI", "s3://lake/{table}/x-{table}"}, {"LAKE_DT", "20261120"}}, fault);
    EXPECT_EQ(fault, "");
    EXPECT_EQ(place_of(config, "my.table").folder.text(), "s3://lake/my.table/x-my.table");
    EXPECT_EQ(place_of(config, "t").dt, "20261120");
}

TEST(ExportToLakeConfig, ReadsTablesAndLineSettings) {
    std::string fault;
    const auto config = read({{"LAKE_URI", "s3://lake"},
                              {"TABLE_ARN",
                               "arn:aws:dynamodb:eu-west-1:123456789012:table/a, "
                               "arn:aws-cn:dynamodb:cn-north-1:123456789012:table/b"},
                              {"LINE_SHAPE", "envelope"}},
                             fault);
    EXPECT_EQ(fault, "");
    ASSERT_EQ(config.table_arns.size(), 2U);
    EXPECT_EQ(config.table_arns[1], "arn:aws-cn:dynamodb:cn-north-1:123456789012:table/b");
    EXPECT_EQ(config.line.shape, dynamodb::LineShape::envelope);
}

TEST(ExportToLakeConfig, NamesEachFault) {
    EXPECT_THAT(fault_of({}), HasSubstr("LAKE_URI"));
    for (const char* uri : {"lake/orders", "/lake", "https://lake.s3.amazonaws.com/", "s3://",
                            "s3://UPPER/x", "s3://lake/{Table}/", "s3://lake/{table"})
        EXPECT_THAT(fault_of({{"LAKE_URI", uri}}), HasSubstr("LAKE_URI")) << uri;
    for (const char* dt : {"2026/11/20", "dt=1", "..", "a b"}) {
        EXPECT_THAT(fault_of({{"LAKE_URI", "s3://lake/"}, {"LAKE_DT", dt}}), HasSubstr("LAKE_DT"))
            << dt;
    }
    for (const char* arn : {"orders", "arn:aws:dynamodb:eu-west-1:123456789012:table/",
                            "arn:aws:dynamodb:eu-west-1:123456789012:table/a/stream/b"}) {
        EXPECT_THAT(fault_of({{"LAKE_URI", "s3://lake/"}, {"TABLE_ARN", arn}}),
                    HasSubstr("TABLE_ARN"))
            << arn;
    }
}

}  // namespace
