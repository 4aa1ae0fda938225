// What a fault does to one PutRecords: some entries are kept from the stream and come back refused,
// or the answer loses entries. API reference: "PutRecords" (Amazon Kinesis Data Streams).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/local/fault_dial.h"

namespace local {

struct SplitPutRecords {
    std::string body;           // the request without the refused entries; empty where none is left
    std::vector<bool> refused;  // of each entry
};

// At least one entry is refused, and every one where the dial says so. Nothing where `body` is no
// PutRecords.
std::optional<SplitPutRecords> split_put_records(std::string_view body, FaultDial& dial);

// The answer to the whole request, from the one to what was left of it (empty where nothing was);
// the refused entries carry one of the two codes that the service has for them. Nothing where
// `answer` does not fit.
std::optional<std::string> merge_put_records(const std::vector<bool>& refused,
                                             std::string_view answer, FaultDial& dial);

// The answer without its last entries, one at least; its FailedRecordCount stays. Nothing where it
// has no entries.
std::optional<std::string> shorten_put_records(std::string_view answer, FaultDial& dial);

}  // namespace local
