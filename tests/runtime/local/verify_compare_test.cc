#include "runtime/local/verify_compare.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace {

using dynamodb::LineNames;
using dynamodb::LineNumbers;
using dynamodb::LineSettings;
using local::compare_item;

// "" where they are equal, else the difference.
std::string compare(std::string_view item, std::string_view image, const LineSettings& settings) {
    const auto compared = compare_item(item, image, settings);
    if (!compared) return "error: " + compared.error().message;
    if (!*compared) return "";
    return (*compared)->path + " " + (*compared)->reason;
}

struct Case {
    const char* item;
    const char* image;
    const char* difference;  // empty: equal
};

class CompareItem : public testing::TestWithParam<Case> {};

TEST_P(CompareItem, GoesByTheExportsTypes) {
    EXPECT_EQ(compare(GetParam().item, GetParam().image, {}), GetParam().difference)
        << GetParam().item << " and " << GetParam().image;
}

INSTANTIATE_TEST_SUITE_P(
    Equal, CompareItem,
    testing::Values(
        Case{R"({})", R"({})", ""}, Case{R"({"a":{"S":"x"}})", R"({"a":"x"})", ""},
        Case{R"({"a":{"S":"x\ny\u00e4"}})", "{\"a\":\"x\\u000ayä\"}", ""},
        Case{R"({"a":{"S":""}})", R"({"a":""})", ""},
        Case{R"({"a":{"S":"x"},"b":{"S":"y"}})", R"({ "b" : "y" , "a":"x"})", ""},
        Case{R"({"\u0061":{"S":"x"}})", R"({"a":"x"})", ""},
        Case{R"({"a":{"N":"1"}})", R"({"a":1.0})", ""},
        Case{R"({"a":{"N":"100"}})", R"({"a":1E2})", ""},
        Case{R"({"a":{"N":"0"}})", R"({"a":-0.0})", ""},
        Case{R"({"a":{"N":"Infinity"}})", R"({"a":"Infinity"})", ""},
        Case{R"({"a":{"B":"AP8="}})", R"({"a":"AP8="})", ""},
        Case{R"({"a":{"B":"//8="}})", R"({"a":"\/\/8="})", ""},
        Case{R"({"a":{"BOOL":true},"b":{"NULL":true}})", R"({"a":true,"b":null})", ""},
        Case{R"({"a":{"SS":["x","y"]}})", R"({"a":["y","x"]})", ""},
        Case{R"({"a":{"NS":["1","20"]}})", R"({"a":[2E1,1.0]})", ""},
        Case{R"({"a":{"BS":["AA==","AQ=="]}})", R"({"a":["AQ==","AA=="]})", ""},
        Case{R"({"a":{"L":[{"N":"1"},{"S":"x"},{"L":[]}]}})", R"({"a":[1,"x",[]]})", ""},
        Case{R"({"a":{"M":{"x":{"N":"1"},"y":{"M":{}}}}})", R"({"a":{"y":{},"x":1}})", ""},
        // A name in a map is no metadata, and keeps its case.
        Case{R"({"a":{"M":{"B":{"S":"x"},"b":{"S":"y"}}}})", R"({"a":{"b":"y","B":"x"}})", ""}));

INSTANTIATE_TEST_SUITE_P(
    Different, CompareItem,
    testing::Values(
        Case{R"({"a":{"S":"x"}})", R"({})", "a is not in the lake"},
        Case{R"({})", R"({"a":"x"})", "a is in the lake alone"},
        Case{R"({"a":{"S":"x"}})", R"({"a":"x","a":"x"})", "a is in the lake alone"},
        Case{R"({"a":{"S":"x"}})", R"({"A":"x"})", "a is not in the lake"},
        Case{R"({"a":{"S":"x"}})", R"({"a":"y"})", "a differs"},
        // é as one character, and as e with an accent behind it.
        Case{R"({"a":{"S":"\u00e9"}})", R"({"a":"e\u0301"})", "a differs"},
        Case{R"({"a":{"S":"1"}})", R"({"a":1})", "a is a number in the lake and should be text"},
        Case{R"({"a":{"N":"1"}})", R"({"a":"1"})", "a is text in the lake and should be a number"},
        Case{R"({"a":{"N":"1"}})", R"({"a":2})", "a differs"},
        Case{R"({"a":{"N":"12345678901234567890123456789012345678"}})",
             R"({"a":12345678901234567890123456789012345679})", "a differs"},
        Case{R"({"a":{"N":"1E2"}})", R"({"a":1E3})", "a differs"},
        Case{R"({"a":{"B":"AP8="}})", R"({"a":"AP4="})", "a differs"},
        Case{R"({"a":{"BOOL":true}})", R"({"a":false})", "a differs"},
        Case{R"({"a":{"BOOL":true}})", R"({"a":"true"})",
             "a is text in the lake and should be true or false"},
        Case{R"({"a":{"NULL":true}})", R"({"a":""})", "a is text in the lake and should be null"},
        Case{R"({"a":{"NULL":true}})", R"({})", "a is not in the lake"},
        Case{R"({"a":{"S":""}})", R"({"a":null})", "a is null in the lake and should be text"},
        Case{R"({"a":{"SS":["x","y"]}})", R"({"a":["x"]})", "a is another set in the lake"},
        Case{R"({"a":{"SS":["x"]}})", R"({"a":["x","x"]})", "a is another set in the lake"},
        Case{R"({"a":{"SS":["1"]}})", R"({"a":[1]})", "a is another set in the lake"},
        Case{R"({"a":{"NS":["1"]}})", R"({"a":["1"]})", "a is another set in the lake"},
        Case{R"({"a":{"SS":["x"]}})", R"({"a":"x"})", "a is text in the lake and should be a list"},
        Case{R"({"a":{"L":[{"N":"1"},{"N":"2"}]}})", R"({"a":[2,1]})", "a[0] differs"},
        Case{R"({"a":{"L":[{"N":"1"},{"N":"2"}]}})", R"({"a":[1]})",
             "a has fewer elements in the lake"},
        Case{R"({"a":{"L":[{"N":"1"}]}})", R"({"a":[1,1]})", "a has more elements in the lake"},
        Case{R"({"a":{"L":[{"M":{"b":{"N":"1"}}}]}})", R"({"a":[{"b":2}]})", "a[0].b differs"},
        Case{R"({"a":{"M":{"b":{"M":{"c":{"S":"x"}}}}}})", R"({"a":{"b":{"c":"y"}}})",
             "a.b.c differs"},
        Case{R"({"a":{"M":{}}})", R"({"a":[]})", "a is a list in the lake and should be an object"},
        Case{R"({"a":{"M":{"b":{"S":"x"}}}})", R"({"a":{"b":"x","c":1}})",
             "a.c is in the lake alone"}));

TEST(CompareItemOf, TakesNumbersAsTextWhereTheyAreWrittenSo) {
    const LineSettings text{.numbers = LineNumbers::text};
    const char* item = R"({"a":{"N":"1.50"},"b":{"NS":["2","10"]}})";
    EXPECT_EQ(compare(item, R"({"a":"1.5","b":["1E1","2"]})", text), "");
    EXPECT_EQ(compare(item, R"({"a":1.5,"b":["10","2"]})", text),
              "a is a number in the lake and should be text");
    EXPECT_EQ(compare(item, R"({"a":"1.5","b":[10,"2"]})", text), "b is another set in the lake");
    EXPECT_EQ(compare(item, R"({"a":"1.51","b":["10","2"]})", text), "a differs");
}

TEST(CompareItemOf, KnowsTheLowerCaseNamesAndTheirCollisions) {
    const LineSettings lower{.names = LineNames::lower};
    EXPECT_EQ(compare(R"({"ID":{"S":"x"}})", R"({"id":"x"})", lower), "");
    EXPECT_EQ(compare(R"({"ID":{"S":"x"}})", R"({"ID":"x"})", lower), "id is not in the lake");
    // The one that is lower already keeps its name; of two others the first gets it.
    EXPECT_EQ(compare(R"({"ID":{"S":"x"},"id":{"S":"y"}})", R"({"ID":"x","id":"y"})", lower), "");
    EXPECT_EQ(compare(R"({"ID":{"S":"x"},"Id":{"S":"y"}})", R"({"id":"x","Id":"y"})", lower), "");
    EXPECT_EQ(compare(R"({"ID":{"S":"x"},"Id":{"S":"y"}})", R"({"id":"y","Id":"x"})", lower),
              "ID differs");
    // ASCII letters alone.
    EXPECT_EQ(compare(R"({"ÄB":{"S":"x"}})", R"({"Äb":"x"})", lower), "");
}

TEST(CompareItemOf, FindsAChangeAtDepth30) {
    std::string item = R"({"N":"1"})";
    std::string good = "1";
    std::string bad = "2";
    for (int i = 0; i < 30; ++i) {
        item = fmt::format(R"({{"M":{{"m":{}}}}})", item);
        good = fmt::format(R"({{"m":{}}})", good);
        bad = fmt::format(R"({{"m":{}}})", bad);
    }
    EXPECT_EQ(compare(R"({"a":)" + item + "}", R"({"a":)" + good + "}", {}), "");
    std::string path = "a";
    for (int i = 0; i < 30; ++i)
        path += ".m";
    EXPECT_EQ(compare(R"({"a":)" + item + "}", R"({"a":)" + bad + "}", {}), path + " differs");
}

TEST(CompareItemOf, FindsItsWayInAnItemOfManyAttributes) {
    std::string item = "{";
    std::string image = "{";
    for (int i = 0; i < 2'000; ++i) {
        item += fmt::format(R"({}"a{}":{{"N":"{}"}})", i == 0 ? "" : ",", i, i);
        image += fmt::format(R"({}"a{}":{})", i == 0 ? "" : ",", 1'999 - i, 1'999 - i);
    }
    EXPECT_EQ(compare(item + "}", image + "}", {}), "");
    EXPECT_EQ(compare(item + "}", image + R"(,"b":1})", {}), "b is in the lake alone");
}

TEST(CompareItemOf, TellsWhatIsWrongWithTheItem) {
    for (const char* item : {R"({"a":{}})", R"({"a":{"S":"x","N":"1"}})", R"({"a":{"X":"x"}})",
                             R"({"a":{"NULL":false}})", R"({"a":{"S":1}})", R"({"a":"x"})",
                             R"({"a":{"L":{}}})", R"({"a":{"M":[]}})", R"([])", R"({"a":)"}) {
        const auto compared = compare_item(item, R"({"a":"x"})", {});
        ASSERT_FALSE(compared.ok()) << item;
        EXPECT_EQ(compared.error().kind, base::ErrorKind::data_invalid) << item;
    }
}

TEST(CompareItemOf, TellsThatTheLineIsNoJson) {
    EXPECT_FALSE(compare_item(R"({})", R"({"a":})", {}).ok());
}

}  // namespace
