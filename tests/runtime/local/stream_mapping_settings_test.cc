#include "runtime/local/stream_mapping_settings.h"

#include <gtest/gtest.h>

namespace {

using local::StreamMappingSettings;

void expect_fault(const StreamMappingSettings& settings, std::string_view name) {
    const auto checked = local::check_settings(settings);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().kind, base::ErrorKind::config_invalid);
    EXPECT_NE(checked.error().message.find(name), std::string::npos) << checked.error().message;
}

void expect_good(const StreamMappingSettings& settings) {
    const auto checked = local::check_settings(settings);
    EXPECT_TRUE(checked) << checked.error().message;
}

TEST(StreamMappingSettings, DefaultsAreTheApis) {
    const StreamMappingSettings settings;
    expect_good(settings);
    EXPECT_EQ(settings.batch_size, 100);
    EXPECT_EQ(settings.maximum_batching_window_s, 0);
    EXPECT_EQ(settings.parallelization_factor, 1);
    EXPECT_EQ(settings.maximum_retry_attempts, -1);
    EXPECT_EQ(settings.maximum_record_age_s, -1);
    EXPECT_FALSE(settings.bisect_batch_on_function_error);
    EXPECT_FALSE(settings.report_batch_item_failures);
}

TEST(StreamMappingSettings, BatchSizeIsOneToTenThousand) {
    expect_good({.batch_size = 1});
    expect_good({.batch_size = 10'000});
    expect_fault({.batch_size = 0}, "BatchSize is 0");
    expect_fault({.batch_size = 10'001}, "BatchSize is 10001");
}

TEST(StreamMappingSettings, BatchingWindowIsUpToFiveMinutes) {
    expect_good({.maximum_batching_window_s = 300});
    expect_fault({.maximum_batching_window_s = -1}, "MaximumBatchingWindowInSeconds");
    expect_fault({.maximum_batching_window_s = 301}, "MaximumBatchingWindowInSeconds");
}

TEST(StreamMappingSettings, ParallelizationFactorIsOneToTen) {
    expect_good({.parallelization_factor = 10});
    expect_fault({.parallelization_factor = 0}, "ParallelizationFactor");
    expect_fault({.parallelization_factor = 11}, "ParallelizationFactor");
}

TEST(StreamMappingSettings, RetryAttemptsAreUpToTenThousand) {
    expect_good({.maximum_retry_attempts = 0});
    expect_good({.maximum_retry_attempts = 10'000});
    expect_fault({.maximum_retry_attempts = -2}, "MaximumRetryAttempts");
    expect_fault({.maximum_retry_attempts = 10'001}, "MaximumRetryAttempts");
}

TEST(StreamMappingSettings, RecordAgeIsEndlessOrAMinuteToAWeek) {
    expect_good({.maximum_record_age_s = -1});
    expect_good({.maximum_record_age_s = 60});
    expect_good({.maximum_record_age_s = 604'800});
    for (const std::int64_t age_s : {-2, 0, 59, 604'801})
        expect_fault({.maximum_record_age_s = age_s}, "MaximumRecordAgeInSeconds");
}

TEST(StreamMappingSettings, TumblingWindowIsUpToAQuarterOfAnHour) {
    expect_good({.tumbling_window_s = 900});
    expect_fault({.tumbling_window_s = -1}, "TumblingWindowInSeconds");
    expect_fault({.tumbling_window_s = 901}, "TumblingWindowInSeconds");
}

TEST(StreamMappingSettings, TumblingWindowTakesOneLane) {
    expect_fault({.parallelization_factor = 2, .tumbling_window_s = 1}, "ParallelizationFactor");
}

TEST(StreamMappingSettings, AllFaultsAreNamedAtOnce) {
    const StreamMappingSettings settings{.batch_size = 0, .maximum_record_age_s = 5};
    expect_fault(settings, "BatchSize");
    expect_fault(settings, "MaximumRecordAgeInSeconds");
}

// The service's own defaults, 100 and 0, are against the text.
TEST(StreamMappingSettings, LargeBatchWithoutWindowIsAdvisedAgainst) {
    EXPECT_TRUE(local::settings_advice({.batch_size = 10}).empty());
    EXPECT_TRUE(local::settings_advice({.batch_size = 11, .maximum_batching_window_s = 1}).empty());
    EXPECT_EQ(local::settings_advice({.batch_size = 11}).size(), 1U);
    expect_good({.batch_size = 11});
}

}  // namespace
