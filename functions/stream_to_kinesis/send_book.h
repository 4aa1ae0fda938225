// The books of a sending: what became of each record, and what may go next. It decides on every
// retry and every refusal; send.cc makes the requests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <unordered_map>
#include <vector>

#include "common/aws/kinesis_client.h"
#include "common/aws/retry.h"
#include "common/base/clock.h"
#include "common/base/result.h"
#include "functions/stream_to_kinesis/send.h"
#include "functions/stream_to_kinesis/send_queue.h"

namespace stream_to_kinesis {

// The records of one request, as indices.
struct Batch {
    std::size_t stream = 0;
    std::vector<std::size_t> records;
    bool holds_unknown = false;  // one of them was in a request of unknown outcome
};

class SendBook {
  public:
    SendBook(const std::vector<OutgoingRecord>& records, int attempts_max, const SendSeams& seams);

    // When the stream's next batch may go; nothing where nothing is left to go, or not before what
    // is on its way is settled.
    [[nodiscard]] std::optional<base::EpochMs> due_ms(std::size_t stream) const;
    [[nodiscard]] std::size_t streams() const { return streams_.size(); }
    [[nodiscard]] const std::string& name(std::size_t stream) const {
        return streams_[stream].queue.stream();
    }

    // Takes out what goes to the stream now; its time has come.
    Batch take(std::size_t stream);
    // What came of a batch that was taken.
    void settle(const Batch& batch, const aws::PutRecordsAnswer& answer);

    [[nodiscard]] SendReport& report() { return report_; }
    // Closes the books.
    SendReport finish();

  private:
    static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

    struct Stream {
        explicit Stream(std::string_view name) : queue(name) {}
        SendQueue queue;
        int on_their_way = 0;
        bool proven = false;  // it took a record: what it refuses now is not its own fault
        // Before that, of requests that were refused for some entry perhaps:
        std::vector<RefusedRecord> suspects;  // the records that were refused alone
        int suspicious_refusals = 0;
        std::optional<base::Error> suspicion = {};  // of the first
    };
    struct Tried {
        int sendings = 0;
        int uncounted = 0;  // of these: refused for another record, or for what was mended then
        int mended = 0;
        std::optional<aws::RetryReason> reason;  // of the last retry
        base::EpochMs hold_next_until_ms = 0;    // the next record of its item
        [[nodiscard]] int attempts() const { return sendings - uncounted; }
    };

    void enter(const std::vector<OutgoingRecord>& records);
    void settle_entries(const Batch& batch, const std::vector<aws::PutRecordsResult>& results);
    void settle_error(const Batch& batch, const aws::PutRecordsAnswer& answer);
    void confirm(Stream& stream, std::size_t record);
    void note_unknown(std::size_t record);
    void retry(Stream& stream, const std::vector<std::size_t>& records, aws::RetryReason reason,
               std::optional<std::int64_t> hint_ms);
    bool retry_mended(Stream& stream, const Batch& batch);
    void refund(const Batch& batch);
    void refuse_some_entry(Stream& stream, const Batch& batch, const aws::PutRecordsAnswer& answer);
    void refuse_record(std::size_t record, const base::Error& error);
    void refuse_stream(Stream& stream, const base::Error& error);

    const std::vector<OutgoingRecord>& records_;
    const int attempts_max_;
    const SendSeams seams_;
    std::vector<Stream> streams_;
    std::vector<std::size_t> next_of_item_;  // or kNone
    std::vector<Tried> tried_;
    SendReport report_;
};

}  // namespace stream_to_kinesis
