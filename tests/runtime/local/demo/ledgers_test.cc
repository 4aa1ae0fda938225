#include "runtime/local/demo/ledgers.h"

#include <initializer_list>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "common/codec/gzip.h"

namespace {

using demo::LineLedger;
using demo::OrderLedger;

std::string line(std::string_view number) {
    if (number.empty()) return "{\"id\":1,\"__operation\":\"INSERT\"}\n";
    return fmt::format("{{\"id\":1,\"__operation\":\"MODIFY\",\"__sequence_number\":\"{}\"}}\n",
                       number);
}

std::string record(int item, std::string_view number) {
    return fmt::format(
        R"({{"eventName":"MODIFY","dynamodb":{{"Keys":{{"id":{{"N":"{}"}}}},"SequenceNumber":"{}"}}}})",
        item, number);
}

std::int64_t out_of_order(std::initializer_list<std::string_view> numbers) {
    OrderLedger ledger;
    for (const std::string_view number : numbers)
        EXPECT_TRUE(ledger.add_record(record(1, number)));
    return ledger.items_out_of_order();
}

TEST(LineLedger, CountsChangesOnceAndSnapshotLinesApart) {
    LineLedger ledger;
    ASSERT_TRUE(ledger.add_object(codec::gzip_compress(line("1") + line("2") + line(""))));
    ASSERT_TRUE(ledger.add_object(codec::gzip_compress(line("2") + line("3"))));
    EXPECT_EQ(ledger.objects(), 2);
    EXPECT_EQ(ledger.stream_lines(), 4);
    EXPECT_EQ(ledger.snapshot_lines(), 1);
    EXPECT_EQ(ledger.duplicates(), 1);
    EXPECT_EQ(ledger.changes(), (demo::SequenceNumbers{"1", "2", "3"}));
}

TEST(LineLedger, TellsWhatIsNoLineOfTheLake) {
    LineLedger ledger;
    EXPECT_FALSE(ledger.add_object("no gzip"));
    EXPECT_FALSE(ledger.add_object(codec::gzip_compress("{\"id\":\n")));
    EXPECT_FALSE(ledger.add_object(codec::gzip_compress("{\"id\":1}\n")));
}

TEST(LineLedger, WhatTheStreamHadAndTheLakeHasNotIsLost) {
    EXPECT_EQ(demo::lost({"1", "2", "3"}, {"1", "3"}), 1);
    EXPECT_EQ(demo::lost({"1"}, {"1", "2"}), 0);
    EXPECT_EQ(demo::lost({"1", "2"}, {}), 2);
}

TEST(OrderLedger, RepeatsAreInOrderWhereTheyAreARewind) {
    EXPECT_EQ(out_of_order({"1", "2", "3"}), 0);
    EXPECT_EQ(out_of_order({"9", "10", "11"}), 0);  // by number, not by text
    EXPECT_EQ(out_of_order({"1", "2", "3", "2", "3", "4"}), 0);
    EXPECT_EQ(out_of_order({"1", "3", "2"}), 1);
    EXPECT_EQ(out_of_order({"1", "2", "3", "2"}), 1);  // the newest is not the last
    EXPECT_EQ(out_of_order({"2", "1", "2"}), 1);
}

TEST(OrderLedger, OrderIsOfEachItemAlone) {
    OrderLedger ledger;
    ASSERT_TRUE(ledger.add_record(record(1, "5")));
    ASSERT_TRUE(ledger.add_record(record(2, "4")));
    ASSERT_TRUE(ledger.add_record(record(2, "3")));
    EXPECT_EQ(ledger.records(), 3);
    EXPECT_EQ(ledger.items_out_of_order(), 1);
    EXPECT_FALSE(ledger.add_record("{}"));
    EXPECT_FALSE(ledger.add_record("no JSON"));
}

}  // namespace
