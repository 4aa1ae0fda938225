// Sends records with PutRecords until each is confirmed, or has failed for this invocation.
//
// - Order: per stream, an item's records go in the order given, and one of them is on its way at a
//   time. So no partial failure can let a later one in first, and requests need not wait for each
//   other: up to http::kRequestsAtOnceMax are on their way at once, each as full as it can be. An
//   item stops at its first record that fails for good, and the other items go on.
// - A request holds at most 500 records and 5 MiB; a record larger than that goes alone, up to
//   10 MiB. (The service takes 10 MiB by now; older endpoints and every stand-in do not, and
//   requests at once bring more than larger ones.)
// - Only what is not confirmed is sent again, those of one request together. All retries are
//   decided here, so that one back-off and one bound hold for them (the client below makes one
//   attempt): the waits, the service's hint and the quota of retry.h, and attempts_max attempts for
//   a record.
// - A request whose outcome is unknown (it timed out, its connection broke, a 5xx) is sent again,
//   over a new connection: the record may then be stored twice. Each such record is told in
//   maybe_stored. The first request may even be stored late, when its sender knows nothing of it
//   any more. Therefore the item's next record goes kLateStoreMs after the unknown outcome at the
//   earliest, also where the repetition is confirmed sooner. What is stored later than that, or
//   after an invocation that ended with the request on its way, can come behind a later record of
//   its item: no sender can rule that out, and a reader can tell by the sequence number that every
//   record carries.
// - A request that is refused for what may be one of its records (ValidationException, 413, …) is
//   cut in halves until the culprit stands alone; that record is refused, the others go on. It
//   counts as the record's fault only where the service says so or has taken any other record of
//   the stream in this invocation: otherwise it may be the stream's, and nothing is given up for
//   that. These cuts count as no attempts.
// - A request that is refused for good (access denied, no such stream) ends the stream's sending.
// - No wait and no request begins that could pass the deadline; what is still on its way then is
//   given up, and counts as unknown.
#pragma once

#include <cstdint>
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
// How long after an unknown outcome the item's next record waits.
inline constexpr std::int64_t kLateStoreMs = 1'000;
// A stream that took nothing yet is given up after so many refused requests: as many as can be on
// their way at once, nine that halve 500 records down to one, and some more records.
inline constexpr int kRefusalsUnprovenMax = 32;

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
    refused,  // no request with it can ever succeed: SendReport::refused says why
};

struct RefusedRecord {
    std::size_t record = 0;
    base::Error error;
};

struct SendReport {
    std::vector<Delivery> deliveries;       // one for each record, in their order
    std::vector<bool> maybe_stored;         // it was in a request of unknown outcome
    std::vector<RefusedRecord> refused;     // one for each delivery that is `refused`, in no order
    std::optional<base::Error> refusal;     // of the first request that was refused for good
    std::optional<base::Error> last_error;  // of the last request or entry that failed
    std::int64_t requests = 0;
    std::int64_t requests_refused = 0;  // for good, for what is not one record's fault
    std::int64_t retries = 0;           // records that were sent again, counted each time
    std::int64_t throttles = 0;         // entries and requests that the service asked to slow down
    std::int64_t unknown_outcomes =
        0;  // sendings of a record of which it is not known if it is stored
    std::int64_t requests_at_once = 0;  // at most
    std::int64_t bytes_out = 0;         // data and partition keys of the confirmed records
};

struct SendSettings {
    base::Deadline deadline;  // the invocation's own
    int attempts_max = kAttemptsDefault;
};

struct SendSeams {
    aws::PutRecordsClient& kinesis;
    base::Clock& clock;
    base::Random& random;
    aws::RetryQuota& quota;  // lives from one invocation to the next
};

// A record that no request may hold (aws::entry_fault) is refused without being sent. No request of
// the client is on its way before, and none afterwards.
SendReport send_records(const std::vector<OutgoingRecord>& records, const SendSettings& settings,
                        const SendSeams& seams);

}  // namespace stream_to_kinesis
