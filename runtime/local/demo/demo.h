// `lakefeed demo`: the whole pipeline on this machine, through the functions' real zips.
//
//   a table -> api_to_dynamodb fills it -> its stream is turned on -> random changes
//     stream -> stream_to_kinesis -> Kinesis -> Firehose -> firehose_transform -> the lake
//     stream -> stream_to_s3
//     in their midst: table_export -> export_to_lake -> dt=00000000
//   a second export: what `lakefeed verify` compares the lake with
//   Glue tables over the lake -> glue_to_snowflake -> the double of Snowflake's SQL API
//   DuckDB: the newest state in the lake against the table
//
// Each part is judged by what stands at the services afterwards, not by what the part says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "runtime/local/demo/board.h"
#include "runtime/local/demo/verdict.h"
#include "runtime/local/fault_dial.h"
#include "runtime/local/workspace.h"

namespace demo {

struct DemoOptions {
    std::int64_t changes = 0;
    std::size_t keys = 1;
    std::uint64_t seed = 1;
    std::optional<local::FaultShares> faults = {};  // on what the functions ask of the local AWS
    std::string folder = {};                        // the lake's files are kept there; empty: not
    std::function<void(std::string_view)> on_output = {};  // of the functions; by several threads
};

// Findings, good or bad. Errors are those of the set-up (config_invalid: what a person can mend),
// of the local services, or deadline_near where it was stopped.
base::Result<Findings> run_demo(const DemoOptions& options, const local::Workspace& workspace,
                                base::Clock& clock, Board& board, const std::stop_token& stop);

}  // namespace demo
