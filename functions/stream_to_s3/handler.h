// stream_to_s3: the changes of a DynamoDB stream, stored as objects of the lake, with a partial
// batch response. A record counts as done once S3 confirmed the object that it is part of, or a
// filter left it out. A record that can never be stored is reported as failed, and the others of
// its batch are stored all the same: none is lost where the mapping gives the batch up.
#pragma once

#include <vector>

#include "common/aws/s3_client.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/metrics.h"
#include "common/base/result.h"
#include "common/dynamodb/change_line.h"
#include "functions/stream_to_s3/batch.h"
#include "functions/stream_to_s3/config.h"
#include "runtime/invocation.h"

namespace stream_to_s3 {

// They outlive the handler.
struct HandlerSeams {
    aws::S3Client& s3;
    base::Clock& clock;
    base::Log& log;
};

class StreamHandler {
  public:
    StreamHandler(Config config, HandlerSeams seams);
    StreamHandler(const StreamHandler&) = delete;
    StreamHandler& operator=(const StreamHandler&) = delete;

    base::Result<runtime::InvocationResponse> handle(const runtime::Invocation& invocation);

  private:
    // Why each object could not be stored, and of which records that is true.
    struct StoreReport {
        std::vector<bool> failed;  // by the record's place in the batch
        std::vector<base::Error> errors;
        std::size_t bytes = 0;
        std::size_t objects = 0;  // that were stored
    };

    StoreReport store(const Batch& batch, base::Deadline deadline);
    base::Result<runtime::InvocationResponse> respond(const Batch& batch,
                                                      const StoreReport& stored);
    void report(const Batch& batch, const StoreReport& stored);

    const Config config_;
    HandlerSeams seams_;
    dynamodb::ChangeLineWriter writer_;
    base::Metrics metrics_;
};

}  // namespace stream_to_s3
