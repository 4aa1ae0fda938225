// export_to_lake: a finished DynamoDB export, as change lines in the lake.
//
// Events: what request.h reads, or an SQS batch of it, answered by the ids of the messages that
// failed. All exports of an event are tried; then the invocation fails where one did.
#pragma once

#include <vector>

#include "common/base/metrics.h"
#include "common/base/result.h"
#include "common/event/sqs_event.h"
#include "functions/export_to_lake/config.h"
#include "functions/export_to_lake/export_run.h"
#include "runtime/invocation.h"

namespace export_to_lake {

class LakeHandler {
  public:
    // What the seams borrow outlives the handler.
    LakeHandler(Config config, RunSeams seams);

    // Metrics of each invocation: Items, BytesIn, BytesOut, FilesConverted, FilesKept (they were in
    // the lake already), ExportsCompleted, ExportsFailed.
    base::Result<runtime::InvocationResponse> handle(const runtime::Invocation& invocation);

  private:
    base::Result<std::vector<ExportOutcome>> run(std::string_view text, base::Deadline deadline);
    std::string run_batch(const std::vector<event::SqsMessage>& messages, base::Deadline deadline);
    void count(const ExportOutcome& outcome);

    Config config_;
    RunSeams seams_;
    base::Metrics metrics_;
};

}  // namespace export_to_lake
