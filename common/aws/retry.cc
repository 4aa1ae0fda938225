#include "common/aws/retry.h"

#include <algorithm>
#include <charconv>

namespace aws {
namespace {

constexpr int kAttemptsMax = 3;
constexpr int kDynamoDbAttemptsMax = 4;
constexpr std::int64_t kDynamoDbTransientBaseMs = 25;
constexpr int kTransientCost = 14;
constexpr int kThrottlingCost = 5;

int cost(RetryReason reason) {
    return reason == RetryReason::throttling ? kThrottlingCost : kTransientCost;
}

}  // namespace

RetryRules retry_rules(std::string_view signing_name, int configured_attempts_max) {
    RetryRules rules{kAttemptsMax};
    if (signing_name == "dynamodb") rules = {kDynamoDbAttemptsMax, kDynamoDbTransientBaseMs};
    if (configured_attempts_max > 0) rules.attempts_max = configured_attempts_max;
    return rules;
}

std::int64_t backoff_ms(const RetryRules& rules, RetryReason reason, int retry,
                        base::Random& random) {
    std::int64_t ceiling_ms =
        reason == RetryReason::throttling ? kThrottlingBaseMs : rules.transient_base_ms;
    for (int i = 1; i < retry && ceiling_ms < kBackoffMaxMs; ++i)
        ceiling_ms *= 2;
    ceiling_ms = std::min(ceiling_ms, kBackoffMaxMs);
    return static_cast<std::int64_t>(
        base::below(random, static_cast<std::uint64_t>(ceiling_ms) + 1));
}

std::optional<std::int64_t> parse_retry_after(std::string_view value) {
    std::int64_t hint_ms = 0;
    const char* const begin = value.data();
    const char* const end = begin + value.size();
    const auto [stop, error] = std::from_chars(begin, end, hint_ms);
    if (error != std::errc() || stop != end || hint_ms < 0) return std::nullopt;
    return hint_ms;
}

std::int64_t with_hint(std::int64_t backoff_ms, std::optional<std::int64_t> hint_ms) {
    return std::clamp(hint_ms.value_or(backoff_ms), backoff_ms, backoff_ms + kHintSlackMs);
}

bool RetryQuota::take(RetryReason reason) {
    if (left_ < cost(reason)) return false;
    left_ -= cost(reason);
    return true;
}

void RetryQuota::succeeded(std::optional<RetryReason> last_retry) {
    left_ = std::min(kCapacity, left_ + (last_retry ? cost(*last_retry) : 1));
}

}  // namespace aws
