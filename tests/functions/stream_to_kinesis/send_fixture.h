// What the tests of send_records share: records, scripts, and a sending of the one by the other.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "functions/stream_to_kinesis/send.h"
#include "tests/functions/stream_to_kinesis/fake_kinesis.h"
#include "tests/functions/stream_to_kinesis/owned_record.h"
#include "tests/support/fakes.h"

namespace tests {

inline constexpr std::int64_t kMinuteMs = 60'000;

inline OwnedRecord record_of(const std::string& item, std::size_t number, std::size_t bytes = 20) {
    std::string data = fmt::format("record {} ", number);
    data.resize(std::max(bytes - item.size(), data.size()), '.');
    return {.stream = "orders", .item = item, .partition_key = item, .data = data};
}

// Records of as many different items.
inline std::vector<OwnedRecord> different(std::size_t count, std::size_t bytes = 20) {
    std::vector<OwnedRecord> records;
    records.reserve(count);
    for (std::size_t i = 0; i < count; ++i)
        records.push_back(record_of(fmt::format("{:05}", i), i, bytes));
    return records;
}

inline std::vector<OwnedRecord> of_one_item(std::size_t count) {
    std::vector<OwnedRecord> records;
    records.reserve(count);
    for (std::size_t i = 0; i < count; ++i)
        records.push_back(record_of("hot", i));
    return records;
}

// One sending of `records` to a Kinesis that follows a script.
struct Sending {
    explicit Sending(std::vector<OwnedRecord> sent, FakeKinesis::Script script,
                     std::int64_t time_ms = kMinuteMs, int attempts_max = 10,
                     std::set<std::size_t> refused = {},
                     aws::RefusedFor refused_for = aws::RefusedFor::some_entry)
        : owned(std::move(sent)),
          records(views_of(owned)),
          deadline{clock.now_ms() + time_ms},
          kinesis(records, deadline, clock, std::move(script)) {
        kinesis.refuse(std::move(refused), refused_for);
        report = send_records(records, {.deadline = deadline, .attempts_max = attempts_max},
                              {kinesis, clock, random, quota});
        kinesis.expect_report(report);
    }
    [[nodiscard]] std::size_t confirmed() const {
        return static_cast<std::size_t>(std::count(report.deliveries.begin(),
                                                   report.deliveries.end(),
                                                   stream_to_kinesis::Delivery::confirmed));
    }
    [[nodiscard]] std::vector<std::size_t> request_sizes() const {
        std::vector<std::size_t> sizes;
        for (const auto& request : kinesis.requests())
            sizes.push_back(request.size());
        return sizes;
    }

    FakeClock clock;
    SeededRandom random;
    aws::RetryQuota quota;
    std::vector<OwnedRecord> owned;
    std::vector<stream_to_kinesis::OutgoingRecord> records;
    base::Deadline deadline;
    FakeKinesis kinesis;
    stream_to_kinesis::SendReport report;
};

inline RequestFate all_stored(std::size_t, std::size_t) {
    return {};
}

// Each request is answered by the error; after `times`, all is stored.
inline FakeKinesis::Script errors(base::ErrorKind kind, std::size_t times) {
    return [kind, times](std::size_t request, std::size_t) {
        return request < times ? RequestFate{.error = kind} : RequestFate{};
    };
}

// The first `failing` entries of the first `times` requests fail.
inline FakeKinesis::Script first_fail(std::size_t failing, Fate fate, std::size_t times = 1) {
    return [=](std::size_t request, std::size_t) {
        return request < times ? RequestFate{.entries = std::vector<Fate>(failing, fate)}
                               : RequestFate{};
    };
}

}  // namespace tests
