// When a call is tried again: the AWS SDKs' rules of 2026 (aws-sdk-cpp 1.11.926, "standard" mode).
// Everything here is a pure function of its arguments but the quota, which is a counter.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "common/base/random.h"

namespace aws {

enum class RetryReason { transient, throttling };

struct RetryRules {
    int attempts_max = 3;
    std::int64_t transient_base_ms = 50;
};

inline constexpr std::int64_t kThrottlingBaseMs = 1'000;
inline constexpr std::int64_t kBackoffMaxMs = 20'000;
// A server's hint may lengthen the wait by this much at most, and never shortens it.
inline constexpr std::int64_t kHintSlackMs = 5'000;

// DynamoDB and its Streams are tried four times, from 25 ms on; all others three times.
// `configured_attempts_max` is AWS_MAX_ATTEMPTS; 0 where it is not set.
RetryRules retry_rules(std::string_view signing_name, int configured_attempts_max);

// Full jitter: anything from 0 to min(20 s, base x 2^(retry - 1)). `retry` counts from 1.
std::int64_t backoff_ms(const RetryRules& rules, RetryReason reason, int retry,
                        base::Random& random);

// The header x-amz-retry-after, in milliseconds. Nothing where it is no whole number from 0 on.
std::optional<std::int64_t> parse_retry_after(std::string_view value);

// The hint where it lies in [backoff, backoff + 5 s], else the nearer end.
std::int64_t with_hint(std::int64_t backoff_ms, std::optional<std::int64_t> hint_ms);

// What a client may spend on retries while a service is down: 500 tokens, 14 for a retry after a
// transient failure, 5 after throttling. A success gives back what its last retry cost, or 1.
class RetryQuota {
  public:
    static constexpr int kCapacity = 500;

    // False, and nothing taken, where too little is left.
    bool take(RetryReason reason);
    void succeeded(std::optional<RetryReason> last_retry);
    [[nodiscard]] int left() const { return left_; }

  private:
    int left_ = kCapacity;
};

}  // namespace aws
