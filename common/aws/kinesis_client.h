// Kinesis Data Streams: PutRecords. API reference: "PutRecords" (Amazon Kinesis Data Streams).
//
//   {"StreamName":"orders","Records":[{"Data":"<base64>","PartitionKey":"<key>",
//                                        "ExplicitHashKey":"<decimal>"},…]}
//   {"FailedRecordCount":1,"Records":[{"SequenceNumber":"…","ShardId":"…"},
//                                     {"ErrorCode":"…","ErrorMessage":"…"}]}
//
// The answer's entries stand in the order of the request's. A failed entry does not stop those
// after it, and the HTTP status is 200 all the same: only a sequence number says that a record is
// stored.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/aws/aws_client.h"
#include "common/base/deadline.h"
#include "common/base/result.h"

namespace aws {

inline constexpr std::size_t kPutRecordsEntriesMax = 500;
// Of a request's data and partition keys, before base64. The service takes 10 MiB by now; 5 MiB is
// what older endpoints and every stand-in take too, and several requests at once bring more than
// larger ones.
inline constexpr std::size_t kPutRecordsBytesMax = std::size_t{5} << 20U;
// Of the one record of a request that holds no other: streams may allow records of this size.
inline constexpr std::size_t kPutRecordsRecordBytesMax = std::size_t{10} << 20U;
inline constexpr std::size_t kPartitionKeyCharactersMax = 256;

// The views hold until start() returns.
struct PutRecordsEntry {
    std::string_view data;
    std::string_view partition_key;
    std::string_view data_end = {};           // of the record too, right behind `data`
    std::string_view explicit_hash_key = {};  // decimal, 0 to 2^128-1; empty: none

    // What the limits count.
    [[nodiscard]] std::size_t bytes() const {
        return data.size() + data_end.size() + partition_key.size();
    }
};

// Why no request may hold the entry, whatever else it holds: its size, or a partition key of none
// or more than 256 characters (Unicode's, not bytes). Kind data_invalid; nothing where it is good.
std::optional<base::Error> entry_fault(const PutRecordsEntry& entry);

struct PutRecordsRequest {
    std::string_view stream;  // a name or an ARN
    std::span<const PutRecordsEntry> entries;
    base::Deadline deadline;
    http::Connection connection = http::Connection::kept_or_new;
};

// The request's body, in a string of just that room.
std::string put_records_body(const PutRecordsRequest& request);

enum class PutRecordsState {
    confirmed,  // stored: Kinesis gave it a sequence number
    throttled,  // refused: ProvisionedThroughputExceededException
    failed,     // refused: InternalFailure, or a code that is not known here
    unknown,    // the answer does not tell: the record may be stored
};

struct PutRecordsResult {
    PutRecordsState state = PutRecordsState::unknown;
    std::string detail;  // the sequence number, the error code, or what is wrong with the answer
};

// What the answer to a request of `entries` says of each of them, in their order. Never an error:
// where the answer as a whole cannot be trusted (no JSON, another number of entries than was sent,
// a FailedRecordCount that does not fit them), each entry is `unknown`.
std::vector<PutRecordsResult> parse_put_records_answer(std::string_view answer,
                                                       std::size_t entries);

// What a request that is refused for good is refused for.
enum class RefusedFor {
    request,     // the stream, the role, the key of its encryption: no record can help it
    some_entry,  // perhaps for one of its entries: the code says no more
    its_entry,   // certainly for an entry, or for the size of all
};
// `status` is that of the answer.
RefusedFor refused_for(const base::Error& error, int status);

struct PutRecordsAnswer {
    http::Ticket ticket = 0;
    // One for each entry, in their order; or the error of the request as a whole, as Client::call()
    // gives them.
    base::Result<std::vector<PutRecordsResult>> results;
    // Where there is an error:
    RefusedFor refused_for = RefusedFor::request;     // of kind rejected
    std::optional<std::int64_t> retry_after_ms = {};  // what the service asks to wait
    bool is_mended = false;                           // see aws::Attempt
};

// PutRecords, several requests at a time and each just once: what is sent again is the caller's to
// decide. Its limits are the caller's to keep, and http::kRequestsAtOnceMax.
class PutRecordsClient {
  public:
    virtual ~PutRecordsClient() = default;
    // Comes back at once; wait() tells what came of it.
    virtual http::Ticket start(const PutRecordsRequest& request) = 0;
    // One that is done, in no order; nothing where the time came first, or nothing is on its way.
    virtual std::optional<PutRecordsAnswer> wait(base::EpochMs until_ms) = 0;
    // Ends one that wait() did not tell yet: the answer if it is there by now, else connect_failed
    // or outcome_unknown.
    virtual PutRecordsAnswer cancel(http::Ticket ticket) = 0;
};

// The real one.
class KinesisClient final : public PutRecordsClient {
  public:
    // The client outlives it.
    explicit KinesisClient(Client& client) : client_(&client) {}

    http::Ticket start(const PutRecordsRequest& request) override;
    std::optional<PutRecordsAnswer> wait(base::EpochMs until_ms) override;
    PutRecordsAnswer cancel(http::Ticket ticket) override;

  private:
    PutRecordsAnswer read(Attempt attempt);

    Client* client_;
    std::map<http::Ticket, std::size_t> entries_;  // of those on their way
};

}  // namespace aws
