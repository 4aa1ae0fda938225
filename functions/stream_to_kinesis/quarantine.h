// Keeps poison records whole outside the stream, before they count as done.
//
// S3: one object of JSON lines (quarantine_record.h) for each table of an invocation,
//   PREFIX/TABLE/dt=YYYYMMDD/FIRST-LAST-DIGEST.jsonl
// with the day of the first record, the sequence numbers of the first and the last, and a digest of
// all of them: the same records always have the same key, so that an invocation that is done again
// writes the same object again, and other records never replace it.
//
// SQS: one message for each record, the same line. On a FIFO queue the records of a stream are one
// group, and a record's digest is its deduplication id. A record whose message SQS would not take
// (1 MiB) is not quarantined.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/aws/aws_client.h"
#include "common/aws/sqs_client.h"
#include "common/base/clock.h"
#include "common/base/deadline.h"
#include "common/base/result.h"
#include "functions/stream_to_kinesis/quarantine_record.h"
#include "functions/stream_to_kinesis/quarantine_uri.h"

namespace stream_to_kinesis {

// For each record, in their order: whether it is certainly stored.
using WriteQuarantine = std::function<std::vector<base::Result<base::Done>>(
    std::span<const QuarantineRecord>, base::Deadline)>;

// The client's region and endpoints are those of the URI (client_settings_for); the clock and the
// client outlive the writer. Nothing where the URI is not set.
WriteQuarantine make_quarantine(const QuarantineUri& uri, aws::Client& client,
                                const base::Clock& clock);

// The settings of a client that reaches it.
aws::ClientSettings client_settings_for(const QuarantineUri& uri, aws::ClientSettings settings);

}  // namespace stream_to_kinesis
