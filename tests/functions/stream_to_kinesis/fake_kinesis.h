// A Kinesis that keeps what it stores, answers by a script, and checks each request against what
// the sender promises: limits, one record of an item at a time and only after those before it,
// nothing again that was confirmed, no request that begins too late.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "functions/stream_to_kinesis/send.h"
#include "tests/support/fakes.h"

namespace tests {

// What becomes of one entry.
enum class Fate { stored, throttled, failed, unknown_stored, unknown_lost };

// What becomes of a request: an error as a whole, or the fate of each entry.
struct RequestFate {
    std::optional<base::ErrorKind> error = {};
    bool stored_all_the_same = false;  // with an error of unknown outcome
    std::vector<Fate> entries = {};    // missing ones are stored
    std::int64_t takes_ms = 10;
};

class FakeKinesis {
  public:
    using Script = std::function<RequestFate(std::size_t request, std::size_t entries)>;

    FakeKinesis(const std::vector<stream_to_kinesis::OutgoingRecord>& records,
                base::Deadline deadline, FakeClock& clock, Script script);

    // The seam that is given to the sender.
    [[nodiscard]] stream_to_kinesis::PutRecords put_records();

    // What Kinesis holds of a stream, in order, as indices of the records.
    [[nodiscard]] const std::vector<std::size_t>& stored(const std::string& stream) {
        return stored_[stream];
    }
    // The entries of each request.
    [[nodiscard]] const std::vector<std::vector<std::size_t>>& requests() const {
        return requests_;
    }
    // Fails the test where the report does not say what happened here.
    void expect_report(const stream_to_kinesis::SendReport& report) const;

  private:
    base::Result<std::vector<aws::PutRecordsResult>> answer(const aws::PutRecordsRequest& request);
    std::vector<std::size_t> check_request(const aws::PutRecordsRequest& request);
    void check_order(std::size_t record, std::set<std::uint64_t>& items);
    aws::PutRecordsResult settle(std::size_t record, Fate fate);

    const std::vector<stream_to_kinesis::OutgoingRecord>& records_;
    base::Deadline deadline_;
    FakeClock& clock_;
    Script script_;
    std::map<const char*, std::size_t> index_of_;  // by the place of the data in memory
    std::map<std::string, std::vector<std::size_t>> stored_;
    std::vector<std::vector<std::size_t>> requests_;
    std::vector<int> attempts_;
    std::vector<bool> confirmed_;
    std::vector<bool> unknown_;
    std::int64_t throttles_ = 0;
    std::int64_t sequence_number_ = 0;
};

}  // namespace tests
