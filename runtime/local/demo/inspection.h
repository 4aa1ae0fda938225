// What stands at the services in the end, whoever brought it there: into the findings.
#pragma once

#include "common/base/result.h"
#include "runtime/local/demo/ledgers.h"
#include "runtime/local/demo/stage.h"
#include "runtime/local/demo/verdict.h"

namespace demo {

// `lakefeed verify`: the lake against a full export.
base::Result<base::Done> verify_lake(Stage& stage, const std::string& manifest, Findings& findings);
// The files of the lake and of stream_to_s3, which are copied to the lake's folder, against what
// the stream had.
base::Result<base::Done> read_lake(Stage& stage, const SequenceNumbers& in_stream,
                                   Findings& findings);
// The order of each item's changes in Kinesis.
base::Result<base::Done> read_kinesis(Stage& stage, Findings& findings);
// DuckDB's newest states in the copy against the table.
base::Result<base::Done> query_lake(Stage& stage, Findings& findings);

}  // namespace demo
