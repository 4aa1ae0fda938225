#include "tests/functions/stream_to_kinesis/fake_kinesis.h"

#include <algorithm>
#include <utility>

#include <gtest/gtest.h>

namespace tests {

using stream_to_kinesis::Delivery;
using stream_to_kinesis::OutgoingRecord;

FakeKinesis::FakeKinesis(const std::vector<OutgoingRecord>& records, base::Deadline deadline,
                         FakeClock& clock, Script script)
    : records_(records),
      deadline_(deadline),
      clock_(clock),
      script_(std::move(script)),
      before_(records.size()),
      sendings_(records.size(), 0),
      uncounted_(records.size(), 0),
      is_on_its_way_(records.size(), false),
      confirmed_(records.size(), false),
      unknown_(records.size(), false) {
    std::map<std::pair<std::string_view, std::uint64_t>, std::size_t> last;
    for (std::size_t i = 0; i < records.size(); ++i) {
        index_of_[records[i].data.data()] = i;
        const auto [found, first] = last.try_emplace({records[i].stream, records[i].item}, i);
        if (!first) before_[i] = std::exchange(found->second, i);
    }
}

http::Ticket FakeKinesis::start(const aws::PutRecordsRequest& request) {
    store_due();
    OnItsWay sent{.batch = check_request(request), .fate = {}};
    sent.fate = script_(requests_.size(), sent.batch.size());
    const bool is_refused =
        std::any_of(sent.batch.begin(), sent.batch.end(),
                    [this](std::size_t each) { return refused_.contains(each); });
    if (is_refused && !sent.fate.error) {
        sent.fate.error = base::ErrorKind::rejected;
        sent.fate.refused_for = refused_for_;
    }
    sent.done_ms = clock_.now_ms() + sent.fate.takes_ms;
    for (const std::size_t record : sent.batch)
        is_on_its_way_[record] = true;
    requests_.push_back(sent.batch);
    began_ms_.push_back(clock_.now_ms());
    const http::Ticket ticket = requests_.size();
    on_their_way_.emplace(ticket, std::move(sent));
    at_once_most_ = std::max(at_once_most_, on_their_way_.size());
    EXPECT_LE(on_their_way_.size(), 8U);
    return ticket;
}

std::optional<aws::PutRecordsAnswer> FakeKinesis::wait(base::EpochMs until_ms) {
    if (on_their_way_.empty()) return std::nullopt;
    const auto first = std::min_element(on_their_way_.begin(), on_their_way_.end(),
                                        [](const auto& left, const auto& right) {
                                            return left.second.done_ms < right.second.done_ms;
                                        });
    const base::EpochMs end_ms = std::max(clock_.now_ms(), until_ms);
    clock_.set_ms(std::max(clock_.now_ms(), std::min(end_ms, first->second.done_ms)));
    store_due();
    if (first->second.done_ms > end_ms) return std::nullopt;
    const auto request = on_their_way_.extract(first);
    return answer(request.key(), request.mapped());
}

aws::PutRecordsAnswer FakeKinesis::cancel(http::Ticket ticket) {
    const auto request = on_their_way_.extract(ticket);
    EXPECT_GE(clock_.now_ms(), deadline_.at_ms - 500);
    for (const std::size_t record : request.mapped().batch) {
        is_on_its_way_[record] = false;
        note_unknown(record);
        if (!request.mapped().fate.error) store_at(request.mapped().done_ms, record);
    }
    return {ticket, base::Error{base::ErrorKind::outcome_unknown, "PutRecords to x: given up"}};
}

aws::PutRecordsAnswer FakeKinesis::answer(http::Ticket ticket, const OnItsWay& request) {
    const RequestFate& fate = request.fate;
    for (const std::size_t record : request.batch)
        is_on_its_way_[record] = false;
    if (fate.error) {
        const bool is_unknown = *fate.error == base::ErrorKind::outcome_unknown ||
                                *fate.error == base::ErrorKind::service_failed;
        const bool is_split = *fate.error == base::ErrorKind::rejected &&
                              fate.refused_for != aws::RefusedFor::request &&
                              request.batch.size() > 1;
        if (*fate.error == base::ErrorKind::throttled) ++throttles_;
        for (const std::size_t record : request.batch) {
            if (is_split || fate.is_mended) ++uncounted_[record];
            if (is_unknown) note_unknown(record);
            if (is_unknown && fate.stored_all_the_same)
                store_at(clock_.now_ms() + fate.stored_late_ms, record);
        }
        return {ticket, base::Error{*fate.error, "PutRecords to x: scripted", "Scripted"},
                fate.refused_for, fate.retry_after_ms, fate.is_mended};
    }
    std::vector<aws::PutRecordsResult> results;
    results.reserve(request.batch.size());
    for (std::size_t i = 0; i < request.batch.size(); ++i) {
        const bool is_throttled =
            throttled_.contains(request.batch[i]) && clock_.now_ms() < throttled_until_ms_;
        const Fate entry = i < fate.entries.size() ? fate.entries[i] : Fate::stored;
        results.push_back(settle(request.batch[i], is_throttled ? Fate::throttled : entry));
    }
    return {ticket, std::move(results)};
}

std::vector<std::size_t> FakeKinesis::check_request(const aws::PutRecordsRequest& request) {
    EXPECT_GE(request.entries.size(), 1U);
    EXPECT_LE(request.entries.size(), 500U);
    if (deadline_.at_ms != base::Deadline{}.at_ms) {
        EXPECT_EQ(request.deadline.at_ms, deadline_.at_ms - 500);
        EXPECT_GE(request.deadline.at_ms - clock_.now_ms(), requests_.empty() ? 1 : 1'000);
    }
    std::vector<std::size_t> batch;
    std::size_t bytes = 0;
    bool holds_unknown = false;
    for (const aws::PutRecordsEntry& entry : request.entries) {
        const auto found = index_of_.find(entry.data.data());
        if (found == index_of_.end()) {
            ADD_FAILURE() << "an entry that is none of the records";
            continue;
        }
        const OutgoingRecord& record = records_[found->second];
        EXPECT_EQ(entry.data.size(), record.data.size());  // it begins at the same place
        EXPECT_EQ(entry.partition_key, record.partition_key);
        EXPECT_EQ(request.stream, record.stream);
        check_order(found->second);
        holds_unknown = holds_unknown || unknown_[found->second];
        bytes += entry.data.size() + entry.partition_key.size();
        batch.push_back(found->second);
        ++sendings_[found->second];
    }
    EXPECT_TRUE(bytes <= 5'242'880U || request.entries.size() == 1) << bytes;
    EXPECT_EQ(request.connection == http::Connection::new_only, holds_unknown);
    EXPECT_EQ(std::set<std::size_t>(batch.begin(), batch.end()).size(), batch.size());
    return batch;
}

// That the one before it is confirmed means that it is neither on its way nor in this request, and
// so on with all before it.
void FakeKinesis::check_order(std::size_t record) {
    EXPECT_FALSE(confirmed_[record]) << "record " << record << " again";
    EXPECT_FALSE(is_on_its_way_[record]) << "record " << record << " twice on its way";
    EXPECT_TRUE(!before_[record] || confirmed_[*before_[record]])
        << "record " << record << " before record " << *before_[record];
}

aws::PutRecordsResult FakeKinesis::settle(std::size_t record, Fate fate) {
    if (fate == Fate::stored || fate == Fate::unknown_stored) {
        store_at(clock_.now_ms(), record);
        store_due();
    }
    switch (fate) {
        case Fate::stored:
            confirmed_[record] = true;
            return {aws::PutRecordsState::confirmed, std::to_string(++sequence_number_)};
        case Fate::throttled:
            ++throttles_;
            return {aws::PutRecordsState::throttled, "ProvisionedThroughputExceededException"};
        case Fate::failed:
            return {aws::PutRecordsState::failed, "InternalFailure"};
        default:
            note_unknown(record);
            return {aws::PutRecordsState::unknown, "scripted"};
    }
}

void FakeKinesis::note_unknown(std::size_t record) {
    unknown_[record] = true;
    ++unknown_outcomes_;
}

void FakeKinesis::store_at(base::EpochMs time_ms, std::size_t record) {
    to_be_stored_.emplace(time_ms, record);
}

void FakeKinesis::store_due() {
    while (!to_be_stored_.empty() && to_be_stored_.begin()->first <= clock_.now_ms()) {
        const std::size_t record = to_be_stored_.begin()->second;
        stored_[std::string(records_[record].stream)].push_back(record);
        to_be_stored_.erase(to_be_stored_.begin());
    }
}

const std::vector<std::size_t>& FakeKinesis::stored(const std::string& stream) {
    for (const auto& [time_ms, record] : to_be_stored_)
        stored_[std::string(records_[record].stream)].push_back(record);
    to_be_stored_.clear();
    return stored_[stream];
}

void FakeKinesis::expect_report(const stream_to_kinesis::SendReport& report) const {
    EXPECT_TRUE(on_their_way_.empty()) << "a request was left behind";
    std::int64_t retries = 0;
    std::int64_t bytes_out = 0;
    std::set<std::size_t> refused;
    ASSERT_EQ(report.deliveries.size(), records_.size());
    for (std::size_t i = 0; i < records_.size(); ++i) {
        EXPECT_EQ(report.deliveries[i] == Delivery::confirmed, confirmed_[i]) << i;
        EXPECT_EQ(report.maybe_stored[i], unknown_[i]) << i;
        retries += std::max(sendings_[i] - 1, 0);
        if (confirmed_[i]) bytes_out += static_cast<std::int64_t>(records_[i].bytes());
        if (report.deliveries[i] == Delivery::refused) refused.insert(i);
    }
    std::set<std::size_t> told;
    for (const auto& each : report.refused)
        EXPECT_TRUE(told.insert(each.record).second) << each.record << " twice";
    EXPECT_EQ(told, refused);
    EXPECT_EQ(report.requests, static_cast<std::int64_t>(requests_.size()));
    EXPECT_EQ(report.requests_at_once, static_cast<std::int64_t>(at_once_most_));
    EXPECT_EQ(report.retries, retries);
    EXPECT_EQ(report.throttles, throttles_);
    EXPECT_EQ(report.unknown_outcomes, unknown_outcomes_);
    EXPECT_EQ(report.bytes_out, bytes_out);
}

std::optional<aws::PutRecordsAnswer> AnsweringKinesis::wait(base::EpochMs /*until_ms*/) {
    if (done_.empty()) return std::nullopt;
    aws::PutRecordsAnswer answer = std::move(done_.front());
    done_.pop_front();
    return answer;
}

aws::PutRecordsAnswer AnsweringKinesis::cancel(http::Ticket ticket) {
    const auto found =
        std::find_if(done_.begin(), done_.end(),
                     [ticket](const aws::PutRecordsAnswer& each) { return each.ticket == ticket; });
    EXPECT_NE(found, done_.end());
    aws::PutRecordsAnswer answer = std::move(*found);
    done_.erase(found);
    return answer;
}

}  // namespace tests
