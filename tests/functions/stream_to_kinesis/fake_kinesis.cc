#include "tests/functions/stream_to_kinesis/fake_kinesis.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace tests {
namespace {

using stream_to_kinesis::Delivery;
using stream_to_kinesis::OutgoingRecord;

}  // namespace

FakeKinesis::FakeKinesis(const std::vector<OutgoingRecord>& records, base::Deadline deadline,
                         FakeClock& clock, Script script)
    : records_(records),
      deadline_(deadline),
      clock_(clock),
      script_(std::move(script)),
      attempts_(records.size(), 0),
      confirmed_(records.size(), false),
      unknown_(records.size(), false) {
    for (std::size_t i = 0; i < records.size(); ++i)
        index_of_[records[i].data.data()] = i;
}

stream_to_kinesis::PutRecords FakeKinesis::put_records() {
    return [this](const aws::PutRecordsRequest& request) { return answer(request); };
}

base::Result<std::vector<aws::PutRecordsResult>> FakeKinesis::answer(
    const aws::PutRecordsRequest& request) {
    const std::vector<std::size_t> batch = check_request(request);
    const RequestFate fate = script_(requests_.size(), batch.size());
    requests_.push_back(batch);
    clock_.advance_ms(fate.takes_ms);
    if (fate.error) {
        const bool unknown = *fate.error == base::ErrorKind::outcome_unknown ||
                             *fate.error == base::ErrorKind::service_failed;
        if (*fate.error == base::ErrorKind::throttled) ++throttles_;
        for (const std::size_t record : batch) {
            if (unknown) unknown_[record] = true;
            if (unknown && fate.stored_all_the_same) {
                stored_[std::string(records_[record].stream)].push_back(record);
            }
        }
        return base::Error{*fate.error, "PutRecords to x: scripted", "Scripted"};
    }
    std::vector<aws::PutRecordsResult> results;
    results.reserve(batch.size());
    for (std::size_t i = 0; i < batch.size(); ++i) {
        results.push_back(
            settle(batch[i], i < fate.entries.size() ? fate.entries[i] : Fate::stored));
    }
    return results;
}

std::vector<std::size_t> FakeKinesis::check_request(const aws::PutRecordsRequest& request) {
    EXPECT_GE(request.entries.size(), 1U);
    EXPECT_LE(request.entries.size(), 500U);
    EXPECT_EQ(request.deadline.at_ms, deadline_.at_ms - 500);
    EXPECT_GE(request.deadline.at_ms - clock_.now_ms(), requests_.empty() ? 1 : 1'000);
    std::vector<std::size_t> batch;
    std::set<std::uint64_t> items;
    std::size_t bytes = 0;
    for (const aws::PutRecordsEntry& entry : request.entries) {
        const auto found = index_of_.find(entry.data.data());
        if (found == index_of_.end()) {
            ADD_FAILURE() << "an entry that is none of the records";
            continue;
        }
        const OutgoingRecord& record = records_[found->second];
        EXPECT_EQ(entry.data, record.data);
        EXPECT_EQ(entry.partition_key, record.partition_key);
        EXPECT_EQ(request.stream, record.stream);
        check_order(found->second, items);
        bytes += entry.data.size() + entry.partition_key.size();
        batch.push_back(found->second);
        ++attempts_[found->second];
    }
    EXPECT_TRUE(bytes <= 5'242'880U || request.entries.size() == 1) << bytes;
    return batch;
}

void FakeKinesis::check_order(std::size_t record, std::set<std::uint64_t>& items) {
    EXPECT_FALSE(confirmed_[record]) << "record " << record << " again";
    EXPECT_TRUE(items.insert(records_[record].item).second) << "an item twice in a request";
    for (std::size_t before = 0; before < record; ++before) {
        const bool same_item = records_[before].item == records_[record].item &&
                               records_[before].stream == records_[record].stream;
        EXPECT_TRUE(!same_item || confirmed_[before])
            << "record " << record << " before record " << before;
    }
}

aws::PutRecordsResult FakeKinesis::settle(std::size_t record, Fate fate) {
    if (fate == Fate::stored || fate == Fate::unknown_stored) {
        stored_[std::string(records_[record].stream)].push_back(record);
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
            unknown_[record] = true;
            return {aws::PutRecordsState::unknown, "scripted"};
    }
}

void FakeKinesis::expect_report(const stream_to_kinesis::SendReport& report) const {
    std::int64_t retries = 0;
    std::int64_t bytes_out = 0;
    ASSERT_EQ(report.deliveries.size(), records_.size());
    for (std::size_t i = 0; i < records_.size(); ++i) {
        EXPECT_EQ(report.deliveries[i] == Delivery::confirmed, confirmed_[i]) << i;
        EXPECT_EQ(report.maybe_stored[i], unknown_[i]) << i;
        retries += std::max(attempts_[i] - 1, 0);
        if (confirmed_[i]) bytes_out += static_cast<std::int64_t>(records_[i].bytes());
    }
    EXPECT_EQ(report.requests, static_cast<std::int64_t>(requests_.size()));
    EXPECT_EQ(report.retries, retries);
    EXPECT_EQ(report.throttles, throttles_);
    EXPECT_EQ(report.bytes_out, bytes_out);
}

}  // namespace tests
