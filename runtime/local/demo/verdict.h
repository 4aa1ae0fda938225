// What the demo proved, or did not. Pure: findings come in, the verdict and its texts go out.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runtime/local/demo/board.h"
#include "runtime/local/stream_pipeline.h"
#include "runtime/local/terminal.h"
#include "runtime/local/verify_result.h"

namespace demo {

// Changes that stand in a folder of the lake.
struct Arrived {
    std::int64_t objects = 0;
    std::int64_t changes = 0;  // different ones of the stream
    std::int64_t duplicates = 0;
    std::int64_t lost = 0;  // in the stream, and not here
    std::int64_t snapshot_lines = 0;
};

// What the query by DuckDB found: the newest state of each key, against the table.
struct QueryFindings {
    std::int64_t lake_items = 0;
    std::int64_t table_items = 0;
    std::int64_t different = 0;          // keys that only one of them has, or whose items differ
    std::vector<std::string> rows = {};  // some of them, to be printed
};

struct Findings {
    Counts counts = {};
    std::int64_t stream_records = 0;
    Arrived lake = {};
    Arrived to_s3 = {};
    std::int64_t kinesis_records = 0;
    std::int64_t items_out_of_order = 0;
    local::VerifyResult verify = {};
    std::int64_t verify_ms = 0;
    QueryFindings query = {};
    std::vector<std::string> statements = {};
    local::StreamPipelineReport pipeline = {};
    std::int64_t duration_ms = 0;
    std::string folder = {};  // where the lake's files were kept; empty: nowhere
};

// What is wrong, each with its figures; nothing where all is well.
std::vector<std::string> problems(const Findings& findings);

// The query's rows, Snowflake's statements, and the verdict as the last line.
std::string findings_text(const Findings& findings, local::Colour colour);

// One object.
std::string findings_json(const Findings& findings);

}  // namespace demo
