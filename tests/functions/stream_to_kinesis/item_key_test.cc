#include "functions/stream_to_kinesis/item_key.h"

#include <string>

#include <gtest/gtest.h>

namespace {

using stream_to_kinesis::ItemKeyReader;

std::string partition_key(std::string_view keys) {
    const auto key = ItemKeyReader().read(keys);
    if (!key) return key.error().message;
    std::string text(stream_to_kinesis::kPartitionKeyBytes, '?');
    key->write_partition_key(text.data());
    return text;
}

struct KeyCase {
    const char* name;
    const char* keys;
    const char* expected;  // by Python's hashlib; the first by `openssl dgst -sha256` too
};

class ItemKeyTest : public testing::TestWithParam<KeyCase> {};

TEST_P(ItemKeyTest, IsTheHashOfTheSortedAttributes) {
    EXPECT_EQ(partition_key(GetParam().keys), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    ItemKey, ItemKeyTest,
    testing::Values(KeyCase{"TwoAttributes", R"({"pk":{"S":"a"},"n":{"N":"12"}})",
                            "1084d6404c890c84a99ede199996b6b7d82574baf37916169b278a707fe2ffe0"},
                    KeyCase{"InAnyOrderAndWithBlanks",
                            "{ \"n\" : { \"N\" : \"12\" } ,\n\"pk\":{\"S\":\"a\"}}",
                            "1084d6404c890c84a99ede199996b6b7d82574baf37916169b278a707fe2ffe0"},
                    KeyCase{"OneAttribute", R"({"pk":{"S":"a"}})",
                            "db499ddea3b8859087f83313d70543582f4a715c80fa7f49deeb364b73c96b32"},
                    KeyCase{"Unicode", "{\"id\":{\"S\":\"Zoë \\\"q\\\" \\\\ \\n 💡\"}}",
                            "ad9a5899d9e46336226873a28734e1bfcaa40d20696584320350ff6b1eeca894"},
                    KeyCase{"TheSameEscaped",
                            R"({"\u0069d":{"S":"Zo\u00eb \"q\" \\ \u000a \ud83d\udca1"}})",
                            "ad9a5899d9e46336226873a28734e1bfcaa40d20696584320350ff6b1eeca894"},
                    KeyCase{"BinarySortedByBytes", R"({"b":{"B":"AAEC"},"Z":{"S":"1"}})",
                            "fd27937c514c61fe8ba5c415d6a78e030e024fbf318d200954a6350d1c0c91f3"},
                    KeyCase{"Digits38", R"({"id":{"N":"12345678901234567890123456789012345678"}})",
                            "b5a75a4a89a5876f63d83ab594367193788eb2e95b1ba7a078627ad9532f4de8"}),
    [](const auto& parameter) { return std::string(parameter.param.name); });

TEST(ItemKeyFault, IsToldForWhatIsNoKey) {
    for (const char* keys :
         {"", "{}", "null", "[]", "\"a\"", R"({"pk":"a"})", R"({"pk":{}})", R"({"pk":{"S":1}})",
          R"({"pk":{"BOOL":true}})", R"({"pk":{"X":"a"}})", R"({"pk":{"S":"a","N":"1"}})",
          R"({"a":{"S":"a"},"b":{"S":"b"},"c":{"S":"c"}})", R"({"pk":{"S":"a"})"}) {
        const auto key = ItemKeyReader().read(keys);
        ASSERT_FALSE(key.ok()) << keys;
        EXPECT_EQ(key.error().kind, base::ErrorKind::data_invalid);
    }
}

TEST(ItemKeyReader, KeepsNothingFromOneKeyToTheNext) {
    ItemKeyReader reader;
    constexpr std::string_view kTwo = R"({"pk":{"S":"a"},"n\u0031":{"N":"12"}})";
    constexpr std::string_view kOne = R"({"pk":{"S":"a"}})";
    const auto two = reader.read(kTwo);
    EXPECT_FALSE(reader.read(R"({"pk":{"S":"a"},"n":{"N":12}})").ok());
    const auto one = reader.read(kOne);
    EXPECT_EQ(one->digest, ItemKeyReader().read(kOne)->digest);
    EXPECT_EQ(reader.read(kTwo)->digest, two->digest);
    EXPECT_NE(one->item(), two->item());
}

}  // namespace
