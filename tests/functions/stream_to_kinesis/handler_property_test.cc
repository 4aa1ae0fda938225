// Random events through the handler, invocation after invocation as the event source mapping makes
// them, against a Kinesis and a quarantine that fail at random. What must hold is computed here
// from what the two have stored. RC_PARAMS (seed, max_success) reruns a case; a failure prints it.
#include <algorithm>
#include <ostream>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "common/codec/json.h"
#include "functions/stream_to_kinesis/handler.h"
#include "tests/functions/stream_to_kinesis/fake_kinesis.h"
#include "tests/functions/stream_to_kinesis/stream_records.h"
#include "tests/support/fakes.h"

namespace {

using aws::PutRecordsResult;
using aws::PutRecordsState;
using stream_to_kinesis::Aggregation;
using stream_to_kinesis::Config;
using stream_to_kinesis::PoisonRecords;
using stream_to_kinesis::QuarantineRecord;

constexpr std::size_t kRecordBytesMax = 2'000;
constexpr int kInvocationsMax = 12;

enum class Kind { good, large, malformed, without_key, without_number, filtered };

struct Record {
    Kind kind;
    int item;
};

struct Case {
    std::vector<Record> records;
    PoisonRecords poison_records;
    Aggregation aggregation;
    bool to_line;
    unsigned faults_percent;
    unsigned quarantine_faults_percent;
    unsigned seed;
};

std::ostream& operator<<(std::ostream& out, const Case& world) {
    out << "poison " << static_cast<int>(world.poison_records) << ", aggregation "
        << static_cast<int>(world.aggregation) << ", line " << world.to_line << ", faults "
        << world.faults_percent << " and " << world.quarantine_faults_percent << ", seed "
        << world.seed << ", records (kind/item)";
    for (const Record& record : world.records)
        out << ' ' << static_cast<int>(record.kind) << '/' << record.item;
    return out;
}

rc::Gen<Case> any_case() {
    const auto kind = rc::gen::weightedElement<Kind>({{12, Kind::good},
                                                      {1, Kind::large},
                                                      {1, Kind::malformed},
                                                      {1, Kind::without_key},
                                                      {1, Kind::without_number},
                                                      {2, Kind::filtered}});
    const auto record = rc::gen::build<Record>(rc::gen::set(&Record::kind, kind),
                                               rc::gen::set(&Record::item, rc::gen::inRange(0, 6)));
    return rc::gen::build<Case>(
        rc::gen::set(&Case::records, rc::gen::container<std::vector<Record>>(record)),
        rc::gen::set(&Case::poison_records,
                     rc::gen::element(PoisonRecords::block, PoisonRecords::quarantine,
                                      PoisonRecords::quarantine, PoisonRecords::drop)),
        rc::gen::set(&Case::aggregation, rc::gen::element(Aggregation::none, Aggregation::kpl)),
        rc::gen::set(&Case::to_line, rc::gen::arbitrary<bool>()),
        rc::gen::set(&Case::faults_percent, rc::gen::element(0U, 10U, 60U)),
        rc::gen::set(&Case::quarantine_faults_percent, rc::gen::element(0U, 30U, 100U)),
        rc::gen::set(&Case::seed, rc::gen::arbitrary<unsigned>()));
}

std::string text_of(const Record& record, std::size_t number) {
    const std::string key = fmt::format("item {}", record.item);
    switch (record.kind) {
        case Kind::large:
            return tests::record_json(
                {.key = key,
                 .number = number,
                 .extra = R"(,"x":{"S":")" + std::string(kRecordBytesMax, 'x') + "\"}"});
        case Kind::malformed:
            return fmt::format(
                R"({{"eventID":"id{}","dynamodb":{{"SequenceNumber":"{}","x":tru}}}})", number,
                tests::sequence_number(number));
        case Kind::without_key:
            return fmt::format(
                R"({{"eventID":"id{}","eventName":"INSERT","dynamodb":{{"SequenceNumber":"{}"}}}})",
                number, tests::sequence_number(number));
        case Kind::without_number:
            return fmt::format(R"({{"eventID":"id{}",7}})", number);
        case Kind::filtered:
            return tests::record_json({.key = key, .number = number, .event_name = "REMOVE"});
        case Kind::good:
            break;
    }
    return tests::record_json({.key = key, .number = number});
}

// One world: the stream's records and what became of them.
class World {
  public:
    explicit World(const Case& world) : case_(world), engine_(world.seed) {
        for (std::size_t i = 0; i < world.records.size(); ++i)
            texts_.push_back(text_of(world.records[i], i + 1));
        config_.stream = "changes";
        config_.filter.removes = false;
        config_.record_bytes_max = kRecordBytesMax;
        config_.poison_records = world.poison_records;
        config_.aggregation = world.aggregation;
        if (world.to_line) config_.record_format = stream_to_kinesis::RecordFormat::line;
    }

    // Until all is acknowledged, or often enough.
    void run() {
        std::size_t begin = 0;
        for (int i = 0; i < kInvocationsMax && begin < texts_.size(); ++i) {
            if (i == kInvocationsMax / 2) calm_ = true;
            begin = invoke(begin);
            for (std::size_t record = 0; record < begin; ++record)
                RC_ASSERT(is_safe(record));
        }
        const bool ends = case_.poison_records == PoisonRecords::drop ||
                          (case_.poison_records == PoisonRecords::quarantine) || !has_poison();
        if (ends) RC_ASSERT(begin == texts_.size());
    }

  private:
    [[nodiscard]] bool happens(unsigned percent) { return !calm_ && engine_() % 100 < percent; }
    [[nodiscard]] static bool is_poison(Kind kind) {
        return kind != Kind::good && kind != Kind::filtered;
    }
    [[nodiscard]] bool has_poison() const {
        return std::any_of(case_.records.begin(), case_.records.end(),
                           [](const Record& record) { return is_poison(record.kind); });
    }
    [[nodiscard]] bool is_safe(std::size_t record) const {
        const Kind kind = case_.records[record].kind;
        if (kind == Kind::filtered) return true;
        if (kind == Kind::good) return confirmed_.contains(record);
        if (case_.poison_records == PoisonRecords::drop) return true;
        return kept_.contains(record);
    }

    // Gives the place of the record from which the stream is read next.
    std::size_t invoke(std::size_t begin) {
        // What an invocation before this one did is no excuse for this one.
        for (std::size_t record = begin; record < texts_.size(); ++record) {
            confirmed_.erase(record);
            kept_.erase(record);
        }
        const std::vector<std::string> rest(texts_.begin() + static_cast<std::ptrdiff_t>(begin),
                                            texts_.end());
        const std::string event = tests::event_json(rest);
        const std::string answer = handle(event);
        check_conservation(rest.size());
        return read_answer(answer, begin);
    }

    std::string handle(const std::string& event) {
        capture_ = tests::LogCapture();
        base::Log log = capture_.make_log(clock_);
        tests::AnsweringKinesis kinesis(
            [this](const aws::PutRecordsRequest& request) { return put_records(request); });
        stream_to_kinesis::StreamHandler handler(config_, 3,
                                                 {kinesis,
                                                  [this](std::span<const QuarantineRecord> records,
                                                         base::Deadline) { return keep(records); },
                                                  clock_, random_, log});
        runtime::Invocation invocation;
        invocation.event = event;
        invocation.deadline = {clock_.now_ms() + 600'000};
        const auto response = handler.handle(invocation);
        RC_ASSERT(response.ok());
        return response->body;
    }

    // The places of the records that a Kinesis record holds, one or an aggregate of many.
    [[nodiscard]] std::vector<std::size_t> places_in(const aws::PutRecordsEntry& entry) const {
        const std::string data = std::string(entry.data).append(entry.data_end);
        const std::string mark = case_.to_line ? R"("__event_id":"id)" : R"("eventID":"id)";
        std::vector<std::size_t> places;
        for (std::size_t at = data.find(mark); at != std::string::npos;
             at = data.find(mark, at + 1))
            places.push_back(std::stoul(data.substr(at + mark.size(), 6)) - 1);
        return places;
    }

    base::Result<std::vector<PutRecordsResult>> put_records(const aws::PutRecordsRequest& request) {
        if (happens(case_.faults_percent / 4)) {
            return base::Error{
                happens(50) ? base::ErrorKind::throttled : base::ErrorKind::outcome_unknown,
                "scripted"};
        }
        std::vector<PutRecordsResult> results;
        for (const aws::PutRecordsEntry& entry : request.entries) {
            RC_ASSERT(entry.bytes() <= kRecordBytesMax || case_.aggregation == Aggregation::kpl);
            PutRecordsState state = PutRecordsState::confirmed;
            if (happens(case_.faults_percent)) {
                state = happens(50) ? PutRecordsState::failed : PutRecordsState::unknown;
            }
            const std::vector<std::size_t> places = places_in(entry);
            RC_ASSERT(!places.empty());
            for (const std::size_t place : places) {
                expect_turn_of(place, places);
                if (state == PutRecordsState::confirmed) confirmed_.insert(place);
            }
            results.push_back({state, "1"});
        }
        return results;
    }

    // A record may be sent when all before it of its item are safe, or in one aggregate with it,
    // which is stored as a whole or not at all.
    void expect_turn_of(std::size_t record, const std::vector<std::size_t>& beside) const {
        RC_ASSERT(case_.records[record].kind == Kind::good);
        for (std::size_t before = 0; before < record; ++before) {
            const bool names_item = case_.records[before].kind == Kind::good ||
                                    case_.records[before].kind == Kind::large;
            if (!names_item || case_.records[before].item != case_.records[record].item) continue;
            RC_ASSERT(is_safe(before) || std::find(beside.begin(), beside.end(), before) <
                                             std::find(beside.begin(), beside.end(), record));
        }
    }

    std::vector<base::Result<base::Done>> keep(std::span<const QuarantineRecord> records) {
        std::vector<base::Result<base::Done>> outcomes;
        for (const QuarantineRecord& record : records) {
            const auto place = std::find(texts_.begin(), texts_.end(), record.text);
            RC_ASSERT(place != texts_.end());
            if (happens(case_.quarantine_faults_percent)) {
                outcomes.emplace_back(base::Error{base::ErrorKind::service_failed, "scripted"});
            } else {
                kept_.insert(static_cast<std::size_t>(place - texts_.begin()));
                outcomes.emplace_back(base::Done{});
            }
        }
        return outcomes;
    }

    // In = out + failed + dropped + filtered + quarantined, and out is what Kinesis confirmed.
    void check_conservation(std::size_t in) const {
        for (const std::string& line : capture_.lines()) {
            const auto parsed = codec::parse_json(line, "a log line");
            RC_ASSERT(parsed.ok());
            if (codec::find_member(*parsed, "_aws") == nullptr) continue;
            const auto value = [&](const char* name) {
                return static_cast<std::size_t>(codec::find_member(*parsed, name)->GetDouble());
            };
            RC_ASSERT(value("RecordsIn") == in);
            RC_ASSERT(value("RecordsIn") == value("RecordsOut") + value("RecordsFailed") +
                                                value("RecordsDropped") + value("RecordsFiltered") +
                                                value("RecordsQuarantined"));
            const auto in_this = [&](const std::set<std::size_t>& records) {
                return static_cast<std::size_t>(std::count_if(
                    records.begin(), records.end(),
                    [&](std::size_t record) { return record >= texts_.size() - in; }));
            };
            RC_ASSERT(value("RecordsOut") == in_this(confirmed_));
            RC_ASSERT(value("RecordsQuarantined") == in_this(kept_));
            return;
        }
        RC_FAIL("no metrics");
    }

    // P4: the answer names the lowest record that is not safe, or the numbered one before it.
    std::size_t read_answer(const std::string& answer, std::size_t begin) {
        std::size_t unsafe = begin;
        while (unsafe < texts_.size() && is_safe(unsafe))
            ++unsafe;
        if (unsafe == texts_.size()) {
            RC_ASSERT(answer == R"({"batchItemFailures":[]})");
            return unsafe;
        }
        std::size_t numbered = unsafe + 1;
        while (numbered > begin && case_.records[numbered - 1].kind == Kind::without_number)
            --numbered;
        const std::string number = numbered == begin ? "" : tests::sequence_number(numbered);
        RC_ASSERT(answer == R"({"batchItemFailures":[{"itemIdentifier":")" + number + "\"}]}");
        return numbered == begin ? begin : numbered - 1;
    }

    const Case& case_;
    std::mt19937 engine_;
    bool calm_ = false;
    std::vector<std::string> texts_;
    std::set<std::size_t> confirmed_;
    std::set<std::size_t> kept_;
    Config config_;
    tests::FakeClock clock_;
    tests::SeededRandom random_;
    tests::LogCapture capture_;
};

RC_GTEST_PROP(StreamHandlerProperty, NothingIsLostAndTheLowestUnsentIsAnswered, ()) {
    const Case world = *any_case();
    World(world).run();
}

}  // namespace
