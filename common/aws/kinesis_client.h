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
// what older endpoints and every stand-in take too.
inline constexpr std::size_t kPutRecordsBytesMax = std::size_t{5} << 20U;
// Of the one record of a request that holds no other: streams may allow records of this size.
inline constexpr std::size_t kPutRecordsRecordBytesMax = std::size_t{10} << 20U;
inline constexpr std::size_t kPartitionKeyCharactersMax = 256;

// The views hold until the call returns.
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

struct PutRecordsRequest {
    std::string_view stream;  // a name or an ARN
    std::span<const PutRecordsEntry> entries;
    base::Deadline deadline;
};

// The request's body, as above.
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

class KinesisClient {
  public:
    // The client outlives it.
    explicit KinesisClient(Client& client) : client_(&client) {}

    // One result for each entry, in their order. An error is about the request as a whole; the
    // limits above are the caller's to keep.
    base::Result<std::vector<PutRecordsResult>> put_records(const PutRecordsRequest& request);

  private:
    Client* client_;
};

}  // namespace aws
