// stream_to_kinesis: the changes of a DynamoDB stream, sent to a Kinesis stream, with a partial
// batch response. No record counts as done before Kinesis gave a sequence number for it, it stands
// whole in quarantine, a filter left it out, or POISON_RECORDS=drop dropped it.
//
// Poison is written to quarantine before anything is sent, so that what follows of its item is only
// sent once it is safe; where it cannot be written, the item is blocked. What Kinesis itself turns
// out to refuse is written afterwards, before the answer.
#pragma once

#include "common/aws/retry.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/metrics.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "functions/stream_to_kinesis/aggregate.h"
#include "functions/stream_to_kinesis/config.h"
#include "functions/stream_to_kinesis/outcome.h"
#include "functions/stream_to_kinesis/plan.h"
#include "functions/stream_to_kinesis/quarantine.h"
#include "functions/stream_to_kinesis/send.h"
#include "functions/stream_to_kinesis/transform.h"
#include "runtime/invocation.h"

namespace stream_to_kinesis {

// They outlive the handler, but for the functions, which it keeps.
struct HandlerSeams {
    aws::PutRecordsClient& kinesis;
    WriteQuarantine write_quarantine;  // for POISON_RECORDS=quarantine alone
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
    base::Result<Plan> plan(const runtime::Invocation& invocation);
    SendReport send(Plan& plan, base::Deadline deadline);
    base::Result<runtime::InvocationResponse> respond(const Plan& plan, const SendReport& sent);
    std::vector<std::size_t> quarantine(const Plan& plan, std::size_t first_poison,
                                        base::Deadline deadline);
    void log_poison(const Plan& plan);
    void log_outcome(const SendReport& sent, const Outcome& outcome);

    const Config config_;
    const int attempts_max_;
    HandlerSeams seams_;
    Transform transform_;
    Aggregator aggregator_;
    aws::RetryQuota quota_;
    base::Metrics metrics_;
};

}  // namespace stream_to_kinesis
