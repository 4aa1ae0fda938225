#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/functions/firehose_transform/change_generator.h"
#include "tests/functions/firehose_transform/firehose_records.h"
#include "tests/functions/firehose_transform/one_pass_check.h"

namespace tests {
namespace {

// `transform_bench --check 1000000` does the same a million times with release code.
constexpr std::size_t kRecords = 12'000;

TEST(OnePass, AgreesWithThePlainWayAndTheOracle) {
    const std::vector<dynamodb::LineSettings> settings = {
        config_of({}).line,
        config_of({{"LINE_NUMBERS", "text"}, {"LINE_METADATA", "operation,ttl_delete"}}).line,
        config_of({{"METADATA_PREFIX", "\xC3\xBC"}}).line};
    for (std::size_t i = 0; i < settings.size(); ++i) {
        ChangeGenerator changes(20261120 + i);
        OnePassCheck check(settings[i]);
        for (std::size_t round = 0; round < kRecords / settings.size(); ++round) {
            const std::string record = round % 2 == 0 ? changes.record() : changes.hostile_record();
            ASSERT_EQ(check.difference(record), "") << record.substr(0, 4'000);
        }
        // The generator reaches both: much that is sound, most of it by the fast way.
        EXPECT_GT(check.lines(), kRecords / settings.size() / 4);
        EXPECT_GT(check.walked(), check.lines() / 2);
        EXPECT_LT(check.walked(), check.lines());
    }
}

}  // namespace
}  // namespace tests
