// api_to_dynamodb: for each place one GET, one item, and all items in BatchWriteItem. A place that
// fails does not stop the others; the invocation then fails and names each. Doing the same slot
// again writes the same keys again: "now" is the slot, not the clock.
#pragma once

#include <string>
#include <vector>

#include "common/aws/batch_write_item.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/metrics.h"
#include "common/base/result.h"
#include "functions/api_to_dynamodb/api_client.h"
#include "functions/api_to_dynamodb/config.h"
#include "runtime/invocation.h"

namespace api_to_dynamodb {

// They outlive the handler.
struct HandlerSeams {
    ApiClient& api;
    aws::BatchWriter& writer;
    base::Clock& clock;
    base::Log& log;
};

class ApiHandler {
  public:
    ApiHandler(const Config& config, HandlerSeams seams);

    base::Result<runtime::InvocationResponse> handle(const runtime::Invocation& invocation);

  private:
    struct Failure {
        std::string place;
        base::Error error;
    };
    struct Gathered {
        std::vector<std::string> places;  // of the items, in their order
        std::vector<std::string> items;
        std::vector<Failure> failures;
    };

    Gathered fetch(base::EpochMs slot_ms, base::Deadline deadline);
    void write(Gathered& gathered, base::Deadline deadline);
    base::Result<runtime::InvocationResponse> respond(const Gathered& gathered,
                                                      base::EpochMs slot_ms);

    const Config& config_;
    HandlerSeams seams_;
    base::Metrics metrics_;
};

}  // namespace api_to_dynamodb
