#include "functions/tool/settings_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes.h"

namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::SizeIs;

TEST(SettingsCheck, KnowsTheFunctionOfAFile) {
    EXPECT_EQ(tool::function_of_file("dist/stream_to_s3-arm64.zip"), "stream_to_s3");
    EXPECT_EQ(tool::function_of_file("table_export.zip"), "table_export");
    EXPECT_EQ(tool::function_of_file("table_export"), "table_export");
    EXPECT_EQ(tool::function_of_file("table_exporter.zip"), std::nullopt);
    EXPECT_EQ(tool::function_of_file("table_export/bootstrap"), std::nullopt);
}

TEST(SettingsCheck, TellsAllFaultsOfEachFunction) {
    const tests::FakeEnvironment nothing;
    EXPECT_THAT(tool::known_functions(), SizeIs(7));
    for (const std::string& function : tool::known_functions()) {
        const auto fault = tool::settings_fault(function, nothing);
        // The transform alone needs no setting at all.
        EXPECT_EQ(fault.has_value(), function != "firehose_transform") << function;
    }
    EXPECT_THAT(*tool::settings_fault("table_export", nothing),
                AllOf(HasSubstr("TABLE_ARN"), HasSubstr("BUCKET_NAME"), HasSubstr("AWS_REGION")));
}

TEST(SettingsCheck, IsContentWithSoundSettings) {
    EXPECT_EQ(
        tool::settings_fault("stream_to_s3", tests::FakeEnvironment{{"LAKE_URI", "s3://lake/"},
                                                                    {"AWS_REGION", "eu-west-1"}}),
        std::nullopt);
}

}  // namespace
