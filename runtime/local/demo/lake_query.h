// The query at the demo's end, in a Python that has DuckDB.
#pragma once

#include <stop_token>
#include <string>

#include "common/base/result.h"
#include "runtime/local/demo/verdict.h"

namespace demo {

struct LakeQuery {
    std::string python = {};
    std::string folder = {};  // of the table in the lake, on this machine
    std::string table = {};   // its items, a line of DynamoDB JSON each
};

// Kind config_invalid where that Python or its DuckDB is not there, deadline_near where it was
// stopped.
base::Result<QueryFindings> run_lake_query(const LakeQuery& query, const std::stop_token& stop);

}  // namespace demo
