// What became of kept records (kept_records.h) that went through the function again.
#pragma once

#include <string_view>
#include <vector>

#include "runtime/local/kept_records.h"
#include "runtime/local/runtime_api_emulator.h"

namespace local {

// What the function wrote while it had the event: its answer, and its log, whose JSON lines may
// name a record's reason ({"record_id"|"sequence_number":"…","reason":"…"}).
struct KeptAnswer {
    const Outcome& outcome;
    std::string_view log = {};
};

// The lines that are not done, with the reason; empty where all are.
std::vector<BadLine> judge_kept_event(const KeptEvent& event, const KeptAnswer& answer);

}  // namespace local
