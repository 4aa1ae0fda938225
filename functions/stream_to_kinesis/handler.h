// stream_to_kinesis: the changes of a DynamoDB stream, sent to a Kinesis stream, with a partial
// batch response. No record counts as done before Kinesis gave a sequence number for it, a filter
// left it out, or POISON_RECORDS=drop dropped it.
#pragma once

#include <cstdint>

#include "common/aws/retry.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/metrics.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "functions/stream_to_kinesis/config.h"
#include "functions/stream_to_kinesis/plan.h"
#include "functions/stream_to_kinesis/send.h"
#include "functions/stream_to_kinesis/transform.h"
#include "runtime/invocation.h"

namespace stream_to_kinesis {

// They outlive the handler, but for put_records, which it keeps.
struct HandlerSeams {
    PutRecords put_records;
    base::Clock& clock;
    base::Random& random;
    base::Log& log;
};

class StreamHandler {
  public:
    // `attempts_max`: for each record in an invocation.
    StreamHandler(Config config, int attempts_max, HandlerSeams seams);
    StreamHandler(const StreamHandler&) = delete;
    StreamHandler& operator=(const StreamHandler&) = delete;

    base::Result<runtime::InvocationResponse> handle(const runtime::Invocation& invocation);

  private:
    // What came of all records of an invocation.
    struct Outcome {
        std::vector<bool> failed;
        std::int64_t out = 0;
        std::int64_t filtered = 0;
        std::int64_t dropped = 0;
        std::int64_t blocked = 0;  // of the failed
        std::int64_t unsent = 0;   // of the failed
        std::int64_t duplicates_possible = 0;
        std::optional<std::string_view> checkpoint;
    };

    static Outcome sum_up(const Plan& plan, const SendReport& sent);
    base::Result<runtime::InvocationResponse> respond(const Plan& plan, const SendReport& sent);
    void log_poison(const Plan& plan);
    void log_outcome(const Plan& plan, const SendReport& sent, const Outcome& outcome);
    void measure(const Plan& plan, const SendReport& sent, const Outcome& outcome);

    const Config config_;
    const int attempts_max_;
    HandlerSeams seams_;
    Transform transform_;
    aws::RetryQuota quota_;
    base::Metrics metrics_;
};

}  // namespace stream_to_kinesis
