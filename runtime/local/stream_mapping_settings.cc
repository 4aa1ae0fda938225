#include "runtime/local/stream_mapping_settings.h"

#include <string_view>

#include <fmt/format.h>

namespace local {
namespace {

struct Bound {
    std::string_view name;
    std::int64_t value;
    std::int64_t least;
    std::int64_t most;
};

constexpr std::int64_t kUnlimited = -1;
constexpr std::int64_t kRecordAgeLeastS = 60;
constexpr std::int64_t kBatchSizeWithoutWindow = 10;

}  // namespace

base::Result<base::Done> check_settings(const StreamMappingSettings& settings) {
    std::string faults;
    const auto add = [&faults](const std::string& fault) {
        faults += (faults.empty() ? "" : "; ") + fault;
    };
    for (const Bound& bound :
         {Bound{"BatchSize", settings.batch_size, 1, 10'000},
          Bound{"MaximumBatchingWindowInSeconds", settings.maximum_batching_window_s, 0, 300},
          Bound{"ParallelizationFactor", settings.parallelization_factor, 1, 10},
          Bound{"MaximumRetryAttempts", settings.maximum_retry_attempts, kUnlimited, 10'000},
          Bound{"MaximumRecordAgeInSeconds", settings.maximum_record_age_s, kUnlimited, 604'800},
          Bound{"TumblingWindowInSeconds", settings.tumbling_window_s, 0, 900}}) {
        if (bound.value < bound.least || bound.value > bound.most)
            add(fmt::format("{} is {}, and must be {} to {}", bound.name, bound.value, bound.least,
                            bound.most));
    }
    if (settings.maximum_record_age_s > kUnlimited &&
        settings.maximum_record_age_s < kRecordAgeLeastS)
        add(fmt::format("MaximumRecordAgeInSeconds is {}, and must be -1 or at least {}",
                        settings.maximum_record_age_s, kRecordAgeLeastS));
    if (settings.tumbling_window_s > 0 && settings.parallelization_factor > 1)
        add("TumblingWindowInSeconds keeps one state per shard, so ParallelizationFactor must be "
            "1");
    if (!faults.empty())
        return base::Error{base::ErrorKind::config_invalid, "the event source mapping: " + faults};
    return base::Done{};
}

std::vector<std::string> settings_advice(const StreamMappingSettings& settings) {
    if (settings.batch_size <= kBatchSizeWithoutWindow || settings.maximum_batching_window_s > 0)
        return {};
    return {
        fmt::format("BatchSize is {}: above {} MaximumBatchingWindowInSeconds should be at "
                    "least 1",
                    settings.batch_size, kBatchSizeWithoutWindow)};
}

}  // namespace local
