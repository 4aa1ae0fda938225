// A record of the DynamoDB Streams API (GetRecords) as Lambda passes it on in an event: the same
// members and bytes, but userIdentity's names begin with a small letter, the time is in seconds in
// the form that Java prints a double in (1.684934517E9), and eventSourceARN is added.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"
#include "runtime/local/stream_source.h"

namespace local {

// `api_record` is one element of Records. Kind data_invalid where it is no stream record: no JSON,
// or without Keys, SequenceNumber or ApproximateCreationDateTime.
base::Result<StreamRecord> read_stream_record(std::string_view api_record,
                                              std::string_view stream_arn);

// Seconds as Lambda writes them: "1.684934517E9", "1.7E9", "2.0E9", "1.6849345171234E9" with
// milliseconds.
std::string lambda_seconds(base::EpochMs time_ms);

}  // namespace local
