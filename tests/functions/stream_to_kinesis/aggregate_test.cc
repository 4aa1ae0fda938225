#include "functions/stream_to_kinesis/aggregate.h"

#include <map>
#include <set>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/codec/digest.h"
#include "tests/functions/stream_to_kinesis/stream_records.h"
#include "tests/support/fakes.h"

namespace {

using stream_to_kinesis::Aggregator;
using stream_to_kinesis::Config;
using stream_to_kinesis::Fate;
using stream_to_kinesis::OutgoingRecord;
using stream_to_kinesis::Plan;
using testing::StartsWith;

constexpr std::string_view kMagic = "\xF3\x89\x9A\xC2";

// A plan of hand-made records, all in one range where `keys` says so.
struct Packing {
    void add(std::string_view key, std::size_t data_bytes, std::string_view stream = "changes") {
        plan.records.push_back({.text = {},
                                .sequence_number = {},
                                .event_id = {},
                                .event_time_ms = {},
                                .item = 1,
                                .outgoing = plan.outgoing.size()});
        const std::string data =
            fmt::format("<{}>", plan.records.size()) + std::string(data_bytes, 'x');
        plan.outgoing.push_back(
            {.stream = stream,
             .item = 1,
             .partition_key = plan.texts.arena.keep(key),
             .data = plan.texts.arena.keep(std::string_view(data).substr(0, data_bytes))});
    }
    void pack() { aggregator.pack(plan); }
    [[nodiscard]] const OutgoingRecord& outgoing_of(std::size_t record) const {
        return plan.outgoing.at(plan.records.at(record).outgoing);
    }

    Plan plan;
    Aggregator aggregator;
};

TEST(Aggregator, HashKeysAreTheMiddlesOfEqualRanges) {
    Aggregator aggregator;
    // python3: (2 * b + 1) * 2**121
    EXPECT_EQ(aggregator.explicit_hash_key(0), "2658455991569831745807614120560689152");
    EXPECT_EQ(aggregator.explicit_hash_key(31), "167482727468899399985879689595323416576");
    EXPECT_EQ(aggregator.explicit_hash_key(63), "337623910929368631717566993311207522304");
}

TEST(Aggregator, ARangeIsTheTopOfTheKeysMd5) {
    Aggregator aggregator;
    // RFC 1321: MD5 of "a" begins with 0c, of "abc" with 90, of "" with d4.
    EXPECT_EQ(aggregator.bucket_of("a"), 0x0CU >> 2U);
    EXPECT_EQ(aggregator.bucket_of("abc"), 0x90U >> 2U);
    EXPECT_EQ(aggregator.bucket_of(""), 0xD4U >> 2U);
    EXPECT_EQ(aggregator.bucket_of("a"), 3U);
}

TEST(Aggregator, PacksTheRecordsOfARangeInOrder) {
    Packing packing;
    for (const char* key : {"a", "abc", "a", "a"})
        packing.add(key, 10);
    packing.pack();
    ASSERT_EQ(packing.plan.outgoing.size(), 2U);
    const OutgoingRecord& packed = packing.outgoing_of(0);
    EXPECT_EQ(&packed, &packing.outgoing_of(2));
    EXPECT_EQ(&packed, &packing.outgoing_of(3));
    EXPECT_TRUE(packed.data.starts_with(kMagic));
    EXPECT_EQ(packed.partition_key, "a");
    EXPECT_EQ(packed.explicit_hash_key, packing.aggregator.explicit_hash_key(3));
    EXPECT_EQ(packed.item, 3U);
    EXPECT_EQ(packed.data_end, "");
    EXPECT_LT(packed.data.find("<1>"), packed.data.find("<3>"));
    EXPECT_LT(packed.data.find("<3>"), packed.data.find("<4>"));
    // One that is alone in its range goes as it is.
    const OutgoingRecord& alone = packing.outgoing_of(1);
    EXPECT_EQ(alone.data, "<2>xxxxxxx");
    EXPECT_EQ(alone.explicit_hash_key, packing.aggregator.explicit_hash_key(0x90U >> 2U));
    EXPECT_EQ(alone.item, 0x90U >> 2U);
}

TEST(Aggregator, KeepsStreamsApart) {
    Packing packing;
    packing.add("a", 10, "first");
    packing.add("a", 10, "second");
    packing.add("a", 10, "first");
    packing.pack();
    ASSERT_EQ(packing.plan.outgoing.size(), 2U);
    EXPECT_EQ(packing.outgoing_of(0).stream, "first");
    EXPECT_EQ(packing.outgoing_of(1).stream, "second");
    EXPECT_EQ(&packing.outgoing_of(0), &packing.outgoing_of(2));
}

TEST(Aggregator, FillsARecordToTheByte) {
    for (const int over : {-1, 0, 1}) {
        Packing packing;
        packing.add("a", 100'000);
        packing.add("a", 100'000);
        // What two and a third of a known size take, the third's length in three bytes like theirs.
        Packing measured = Packing();
        for (int i = 0; i < 2; ++i)
            measured.add("a", 100'000);
        measured.add("a", 50'000);
        measured.pack();
        ASSERT_EQ(measured.plan.outgoing.size(), 1U);
        const std::size_t left = 256'000 - measured.plan.outgoing[0].bytes();
        packing.add("a", 50'000 + left + static_cast<std::size_t>(over + 1) - 1);
        packing.pack();
        EXPECT_EQ(packing.plan.outgoing.size(), over > 0 ? 2U : 1U) << over;
        if (over != 0) continue;
        EXPECT_EQ(packing.plan.outgoing[0].bytes(), 256'000U);
    }
}

TEST(Aggregator, ALargeRecordGoesAloneInItsPlace) {
    Packing packing;
    for (const std::size_t bytes : {10U, 10U, 300'000U, 10U, 10U})
        packing.add("a", bytes);
    packing.pack();
    ASSERT_EQ(packing.plan.outgoing.size(), 3U);
    EXPECT_EQ(packing.outgoing_of(2).data.size(), 300'000U);
    EXPECT_EQ(packing.plan.records[2].outgoing, 1U);
    EXPECT_EQ(packing.plan.records[4].outgoing, 2U);
    for (const OutgoingRecord& record : packing.plan.outgoing) {
        EXPECT_EQ(record.item, 3U);
        EXPECT_EQ(record.explicit_hash_key, packing.aggregator.explicit_hash_key(3));
    }
}

TEST(Aggregator, LeavesWhatIsNotSentAsItIs) {
    Packing packing;
    packing.add("a", 10);
    packing.plan.records.insert(packing.plan.records.begin(), {.fate = Fate::blocked,
                                                               .text = {},
                                                               .sequence_number = {},
                                                               .event_id = {},
                                                               .event_time_ms = {},
                                                               .item = {},
                                                               .outgoing = 7});
    packing.pack();
    EXPECT_EQ(packing.plan.records[0].outgoing, 7U);
    EXPECT_EQ(packing.plan.records[1].outgoing, 0U);
    Packing empty;
    empty.pack();
    EXPECT_TRUE(empty.plan.outgoing.empty());
}

}  // namespace
