#include "functions/stream_to_kinesis/kpl_record.h"

#include <string>

#include <gtest/gtest.h>

#include "common/codec/hex.h"

namespace {

using stream_to_kinesis::KplMember;
using stream_to_kinesis::KplRecord;

std::string written(const KplRecord& record, codec::Md5& md5) {
    std::string out(record.bytes(), '?');
    record.write(out.data(), md5);
    return out;
}

// By hand after the format; the MD5 by `md5sum` of the message's bytes.
TEST(KplRecord, WritesTheFormat) {
    KplRecord record("42");
    record.add({"pk", "one", "!"});
    record.add({"k2", ""});
    record.add({"pk", "3"});
    codec::Md5 md5;
    EXPECT_EQ(codec::hex_lower(written(record, md5)),
              "f3899ac2"
              "0a02706b"                  // partition_key_table: "pk"
              "0a026b32"                  // "k2"
              "12023432"                  // explicit_hash_key_table: "42"
              "1a0a080010001a046f6e6521"  // index 0, 0, "one!"
              "1a06080110001a00"          // index 1, 0, ""
              "1a07080010001a0133"        // index 0, 0, "3"
              "4d7e67496eeecbebb72c71e74e61dbe9");
    EXPECT_EQ(record.members(), 3U);
}

TEST(KplRecord, MeasuresWhatItWrites) {
    // Lengths around those where a length needs one byte more, and more keys than one byte counts.
    KplRecord record("170141183460469231731687303715884105728");
    codec::Md5 md5;
    std::string keys[300];
    for (std::size_t i = 0; i < 300; ++i) {
        keys[i] = "key " + std::to_string(i % 290);
        const std::size_t bytes = i < 150 ? i : 16'300 + i;
        static const std::string kData(17'000, 'x');
        const KplMember member{keys[i], std::string_view(kData).substr(0, bytes)};
        const std::size_t expected = record.bytes_with(member);
        record.add(member);
        ASSERT_EQ(record.bytes(), expected);
        if (i % 50 != 49) continue;
        EXPECT_EQ(written(record, md5).size(), record.bytes());
    }
}

}  // namespace
