#include "runtime/local/kpl_aggregation.h"

#include <gtest/gtest.h>

#include "common/codec/digest.h"
#include "common/codec/hex.h"

namespace local {
namespace {

constexpr std::string_view kMagic = "\xF3\x89\x9A\xC2";

// Written by AWS's own Python module (aws_kinesis_agg 1.x): ("key-1", {"a":1}), ("key-2", nothing,
// explicit hash key 123), ("key-1", bytes 00 FF).
constexpr std::string_view kAggregatedHex =
    "f3899ac20a056b65792d310a056b65792d3212033132331a0b08001a077b2261223a317d1a06080110001a00"
    "1a0608001a0200ff1d0dab0722683878b5234ab568d00a7c";

std::string from_hex(std::string_view hex) {
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
    return bytes;
}

// A record around protobuf bytes of one's own, with a digest that is right.
std::string aggregated(std::string_view message) {
    return std::string(kMagic) + std::string(message) + codec::md5(message);
}

TEST(TakeApartKplRecord, GivesTheRecordsInTheirOrder) {
    const auto records = take_apart_kpl_record(from_hex(kAggregatedHex));
    ASSERT_TRUE(records);
    ASSERT_EQ(records->size(), 3U);
    EXPECT_EQ((*records)[0].partition_key, "key-1");
    EXPECT_EQ((*records)[0].data, R"({"a":1})");
    EXPECT_EQ((*records)[0].explicit_hash_key, std::nullopt);
    EXPECT_EQ((*records)[1].partition_key, "key-2");
    EXPECT_EQ((*records)[1].data, "");
    EXPECT_EQ((*records)[1].explicit_hash_key, "123");
    EXPECT_EQ((*records)[2].partition_key, "key-1");
    EXPECT_EQ((*records)[2].data, std::string("\x00\xff", 2));
}

TEST(TakeApartKplRecord, LeavesWhatIsNoAggregatedRecord) {
    for (const std::string& data :
         {std::string(), std::string("{}"), std::string(kMagic), std::string(kMagic) + "x",
          std::string(kMagic) + std::string(16, 'x'), std::string(kMagic) + std::string(40, 'x')})
        EXPECT_FALSE(take_apart_kpl_record(data)) << data.size();
}

TEST(TakeApartKplRecord, LeavesARecordWithAnyByteChanged) {
    const std::string whole = from_hex(kAggregatedHex);
    for (std::size_t i = 0; i < whole.size(); ++i) {
        std::string changed = whole;
        changed[i] = static_cast<char>(changed[i] ^ 0x01);
        EXPECT_FALSE(take_apart_kpl_record(changed)) << i;
    }
    for (std::size_t length = 0; length < whole.size(); ++length)
        EXPECT_FALSE(take_apart_kpl_record(whole.substr(0, length))) << length;
}

// Field 1 (key table) is 0A, field 3 (a record) 1A; within a record 08 is the key's index, 1A the
// data.
TEST(TakeApartKplRecord, LeavesProtobufThatIsNotWhole) {
    const std::string key = "\x0a\x01k";
    EXPECT_TRUE(
        take_apart_kpl_record(aggregated(key + std::string("\x1a\x05\x08\x00\x1a\x01x", 7))));
    for (const std::string& message :
         {key,                                                        // no record
          key + std::string("\x1a\x05\x08\x01\x1a\x01x", 7),          // index beyond the table
          key + std::string("\x1a\x03\x1a\x01x", 5),                  // no index
          key + std::string("\x1a\x02\x08\x00", 4),                   // no data
          key + std::string("\x1a\x05\x08\x00\x1a\x02x", 7),          // data beyond the record
          key + std::string("\x1a\x06\x08\x00\x1a\x01x", 7),          // record beyond the message
          key + std::string("\x1a\x07\x08\x00\x10\x00\x1a\x01x", 9),  // no hash key table
          key + std::string("\x1b\x05\x08\x00\x1a\x01x", 7),          // a group
          key + std::string("\x18\x05", 2),                           // a record that is a number
          std::string("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 11)})
        EXPECT_FALSE(take_apart_kpl_record(aggregated(message))) << codec::hex_lower(message);
}

// Tags (field 4) and fields of later versions, of all wire types, are passed over.
TEST(TakeApartKplRecord, PassesOverFieldsItDoesNotKnow) {
    const std::string message =
        std::string("\x0a\x01k\x1a\x09\x08\x00\x1a\x01x\x22\x02\x0a\x00", 14) +
        std::string("\x28\x96\x01", 3) + std::string(1, '\x31') + std::string(8, '\0') +
        std::string(1, '\x3d') + std::string(4, '\0');
    const auto records = take_apart_kpl_record(aggregated(message));
    ASSERT_TRUE(records);
    ASSERT_EQ(records->size(), 1U);
    EXPECT_EQ(records->front().data, "x");
}

}  // namespace
}  // namespace local
