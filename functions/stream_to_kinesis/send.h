// Sends records with PutRecords until each is confirmed, or has failed for this invocation.
//
// - Order: per stream, an item's records go in the order given. One of them is on its way at a
// time,
//   so no partial failure can let a later one in first; 500 different items fill a request. An item
//   stops at its first record that fails for good, and the other items go on.
// - Only what is not confirmed is sent again, those of one request together. All retries are
// decided
//   here, so that one back-off and one bound hold for them (the aws::Client below makes one
//   attempt): the waits and the quota of retry.h, and attempts_max attempts for a record.
// - A request whose outcome is unknown is sent again: the record may then be stored twice, never
// out
//   of order.
// - A request that is refused for good (access denied, no such stream) ends the stream's sending.
// - No wait and no request begins that could pass the deadline.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/aws/kinesis_client.h"
#include "common/aws/retry.h"
#include "common/base/clock.h"
#include "common/base/deadline.h"
#include "common/base/random.h"
#include "common/base/result.h"

namespace stream_to_kinesis {

// Kept free at the end of an invocation for the answer.
inline constexpr std::int64_t kAnswerReserveMs = 500;
// A request other than the first begins only when it has at least this time.
inline constexpr std::int64_t kRequestReserveMs = 1'000;
inline constexpr int kAttemptsDefault = 10;

// The views point into the event and into the plan that made the record (plan.h).
struct OutgoingRecord {
    std::string_view stream = {};  // a name or an ARN
    // What order is kept by: the same for the same item. Where two items share it, they share one
    // order, which does no harm.
    std::uint64_t item = 0;
    std::string_view partition_key = {};
    std::string_view data = {};
    std::string_view data_end = {};           // of the record too, right behind `data`
    std::string_view explicit_hash_key = {};  // decimal; empty: the partition key's own hash counts

    [[nodiscard]] aws::PutRecordsEntry entry() const {
        return {data, partition_key, data_end, explicit_hash_key};
    }
    [[nodiscard]] std::size_t bytes() const { return entry().bytes(); }
};

enum class Delivery {
    confirmed,
    failed,   // it must be sent again by the next invocation
    refused,  // Kinesis refuses this record alone, and will for ever: it is poison
};

struct SendReport {
    std::vector<Delivery> deliveries;       // one for each record, in their order
    std::vector<bool> maybe_stored;         // it was in a request of unknown outcome
    std::optional<base::Error> refusal;     // of the first request that was refused for good
    std::optional<base::Error> last_error;  // of the last request or entry that failed
    std::int64_t requests = 0;
    std::int64_t requests_refused = 0;  // for good
    std::int64_t retries = 0;           // records that were sent again, counted each time
    std::int64_t throttles = 0;         // entries and requests that the service asked to slow down
    std::int64_t bytes_out = 0;         // data and partition keys of the confirmed records
};

// The seam to Kinesis.
using PutRecords = std::function<base::Result<std::vector<aws::PutRecordsResult>>(
    const aws::PutRecordsRequest& request)>;

struct SendSettings {
    base::Deadline deadline;  // the invocation's own
    int attempts_max = kAttemptsDefault;
};

struct SendSeams {
    const PutRecords& put_records;
    base::Clock& clock;
    base::Random& random;
    aws::RetryQuota& quota;  // lives from one invocation to the next
};

// Each record is at most aws::kPutRecordsRecordBytesMax bytes.
SendReport send_records(const std::vector<OutgoingRecord>& records, const SendSettings& settings,
                        const SendSeams& seams);

}  // namespace stream_to_kinesis
