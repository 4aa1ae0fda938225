// A record that could not be transformed, as Firehose keeps it in the error prefix: one JSON line
// (developer guide, "Handle failure in data transformation"):
//   {"attemptsMade":4,"arrivalTimestamp":1494965430000,"errorCode":"Lambda.FunctionTimedOut",
//    "errorMessage":"…","attemptEndingTimestamp":1494965500000,"rawData":"base64",
//    "lambdaArn":"arn:…"}
// Times are epoch milliseconds. `lambdaARN`, `EventId` and `SubsequenceNumber` are seen too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "runtime/local/firehose_response.h"

namespace local {

struct FailedRecord {
    std::int64_t attempts = 1;
    base::EpochMs arrival_ms = 0;
    base::EpochMs ended_ms = 0;
    TransformFailure failure = {};
    std::string_view raw_data = {};  // as it came to Firehose
    std::string_view lambda_arn = {};
};

// The line, with its newline.
std::string failed_record_line(const FailedRecord& record);

// A line of such an object, as far as it is needed to try the record again.
struct KeptRecord {
    std::size_t line = 0;  // from 1
    std::string data = {};
    std::optional<base::EpochMs> arrival_ms = {};
};

// Why a line cannot be used; the others can.
struct BadLine {
    std::size_t line = 0;
    std::string reason = {};
};

struct KeptRecords {
    std::vector<KeptRecord> records = {};
    std::vector<BadLine> bad = {};
};

KeptRecords parse_failed_records(std::string_view lines);

// An object's bytes as lines: gzip is taken off where it is on. Kind data_invalid where the gzip
// is broken.
base::Result<std::string> plain_lines(std::string bytes);

}  // namespace local
