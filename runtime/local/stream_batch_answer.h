// What a function's answer to a batch of stream records means to the mapping. Lambda's pages
// "Configuring partial batch response with DynamoDB and Lambda" and, for the state, "Implementing
// stateful DynamoDB stream processing in Lambda":
//   {"batchItemFailures":[{"itemIdentifier":"<SequenceNumber>"}],"state":{…}}
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/local/runtime_api_emulator.h"
#include "runtime/local/stream_mapping_settings.h"

namespace local {

struct BatchAnswer {
    enum class Kind {
        succeeded,
        failed,         // the whole batch goes again
        failed_from,    // `first_failed` and all after it go again
        function_error  // the function failed: the whole batch goes again
    };
    Kind kind = Kind::succeeded;
    std::size_t first_failed = 0;
    std::string reason = {};  // of a failure, without the answer's text
    std::string state = {};   // JSON; of an answer to a window's batch that is no failure
};

// `sequence_numbers` of the batch, in its order. Without ReportBatchItemFailures an answer's list
// is not looked at.
BatchAnswer read_batch_answer(const Outcome& outcome,
                              const std::vector<std::string_view>& sequence_numbers,
                              const StreamMappingSettings& settings);

}  // namespace local
