// A Kinesis that answers by a script, each request in its own time, keeps what it stores in the
// order in which it was stored, and checks each request against what the sender promises: limits,
// one record of an item on its way and only after those before it, nothing again that was
// confirmed, no request that begins too late.
#pragma once

#include <deque>
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
    std::int64_t stored_late_ms = 0;   // then: how long after that error
    std::vector<Fate> entries = {};    // missing ones are stored
    std::int64_t takes_ms = 10;
    aws::RefusedFor refused_for = aws::RefusedFor::request;  // with ErrorKind::rejected
    std::optional<std::int64_t> retry_after_ms = {};         // with an error
    bool is_mended = false;                                  // with ErrorKind::access_denied
};

class FakeKinesis final : public aws::PutRecordsClient {
  public:
    using Script = std::function<RequestFate(std::size_t request, std::size_t entries)>;

    FakeKinesis(const std::vector<stream_to_kinesis::OutgoingRecord>& records,
                base::Deadline deadline, FakeClock& clock, Script script);

    // A request that holds one of these is refused as a whole.
    void refuse(std::set<std::size_t> records,
                aws::RefusedFor refused_for = aws::RefusedFor::some_entry) {
        refused_ = std::move(records);
        refused_for_ = refused_for;
    }

    // These entries come back throttled until that time.
    void throttle(std::set<std::size_t> records, base::EpochMs until_ms) {
        throttled_ = std::move(records);
        throttled_until_ms_ = until_ms;
    }

    http::Ticket start(const aws::PutRecordsRequest& request) override;
    std::optional<aws::PutRecordsAnswer> wait(base::EpochMs until_ms) override;
    aws::PutRecordsAnswer cancel(http::Ticket ticket) override;

    // What Kinesis holds of a stream in the end, in order, as indices of the records.
    [[nodiscard]] const std::vector<std::size_t>& stored(const std::string& stream);
    // The entries of each request, and when it began.
    [[nodiscard]] const std::vector<std::vector<std::size_t>>& requests() const {
        return requests_;
    }
    [[nodiscard]] const std::vector<base::EpochMs>& began_ms() const { return began_ms_; }
    [[nodiscard]] std::size_t at_once_most() const { return at_once_most_; }
    // Fails the test where the report does not say what happened here.
    void expect_report(const stream_to_kinesis::SendReport& report) const;
    // How often each record was sent, but for sendings that count as no attempt.
    [[nodiscard]] int attempts(std::size_t record) const {
        return sendings_[record] - uncounted_[record];
    }

  private:
    struct OnItsWay {
        base::EpochMs done_ms = 0;
        std::vector<std::size_t> batch;
        RequestFate fate;
    };

    std::vector<std::size_t> check_request(const aws::PutRecordsRequest& request);
    void check_order(std::size_t record);
    aws::PutRecordsAnswer answer(http::Ticket ticket, const OnItsWay& request);
    aws::PutRecordsResult settle(std::size_t record, Fate fate);
    void note_unknown(std::size_t record);
    void store_at(base::EpochMs time_ms, std::size_t record);
    void store_due();

    const std::vector<stream_to_kinesis::OutgoingRecord>& records_;
    base::Deadline deadline_;
    FakeClock& clock_;
    Script script_;
    std::set<std::size_t> refused_;
    aws::RefusedFor refused_for_ = aws::RefusedFor::some_entry;
    std::set<std::size_t> throttled_;
    base::EpochMs throttled_until_ms_ = 0;
    std::map<const char*, std::size_t> index_of_;     // by the place of the data in memory
    std::vector<std::optional<std::size_t>> before_;  // the record before it of its item
    std::map<http::Ticket, OnItsWay> on_their_way_;
    std::multimap<base::EpochMs, std::size_t> to_be_stored_;
    std::map<std::string, std::vector<std::size_t>> stored_;
    std::vector<std::vector<std::size_t>> requests_;
    std::vector<base::EpochMs> began_ms_;
    std::size_t at_once_most_ = 0;
    std::vector<int> sendings_;
    std::vector<int> uncounted_;
    std::vector<bool> is_on_its_way_;
    std::vector<bool> confirmed_;
    std::vector<bool> unknown_;
    std::int64_t unknown_outcomes_ = 0;
    std::int64_t throttles_ = 0;
    std::int64_t sequence_number_ = 0;
};

// A Kinesis that is a function of the request, for tests of what stands above the sender.
class AnsweringKinesis final : public aws::PutRecordsClient {
  public:
    using Answer = base::Result<std::vector<aws::PutRecordsResult>>;
    using Function = std::function<Answer(const aws::PutRecordsRequest& request)>;
    // `refused_for` is what its errors of kind rejected are about.
    explicit AnsweringKinesis(Function function,
                              aws::RefusedFor refused_for = aws::RefusedFor::request)
        : function_(std::move(function)), refused_for_(refused_for) {}

    http::Ticket start(const aws::PutRecordsRequest& request) override {
        done_.push_back({++last_ticket_, function_(request), refused_for_});
        return last_ticket_;
    }
    std::optional<aws::PutRecordsAnswer> wait(base::EpochMs until_ms) override;
    aws::PutRecordsAnswer cancel(http::Ticket ticket) override;

  private:
    Function function_;
    aws::RefusedFor refused_for_;
    std::deque<aws::PutRecordsAnswer> done_;
    http::Ticket last_ticket_ = 0;
};

}  // namespace tests
