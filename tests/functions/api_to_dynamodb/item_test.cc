#include "functions/api_to_dynamodb/item.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using api_to_dynamodb::parse_item_map;
using testing::HasSubstr;
using testing::Not;

constexpr base::EpochMs kSlotMs = 1'795'136'400'000;  // 2026-11-20T01:00:00Z

std::string item(std::string_view map, std::string_view answer) {
    const auto parsed = parse_item_map(map);
    if (!parsed) return "map: " + parsed.error().message;
    const auto made = make_item(*parsed, {.answer = answer, .place = "Paris", .slot_ms = kSlotMs});
    return made ? *made : "error: " + made.error().message;
}

TEST(Item, HasWhatTheMapNames) {
    EXPECT_EQ(item(R"({"city":{"place":true},"time":{"now":"iso8601"},"at":{"now":"epoch_ms"},)"
                   R"("source":{"const":{"a":[1]}},"temp":"/current/temp_c","whole":""})",
                   R"({"current":{"temp_c":-0.10}})"),
              R"({"city":{"S":"Paris"},"time":{"S":"2026-11-20T01:00:00Z"},)"
              R"("at":{"N":"1795136400000"},"source":{"M":{"a":{"L":[{"N":"1"}]}}},)"
              R"("temp":{"N":"-0.10"},)"
              R"("whole":{"M":{"current":{"M":{"temp_c":{"N":"-0.10"}}}}}})");
}

TEST(Item, LeavesOutWhatIsOptionalAndNotThere) {
    constexpr std::string_view kMap =
        R"({"a":{"pointer":"/a","optional":true},"b":"/b","c":{"pointer":"/c","optional":true}})";
    EXPECT_EQ(item(kMap, R"({"b":1})"), R"({"b":{"N":"1"}})");
    EXPECT_EQ(item(kMap, R"({"b":1,"a":2,"c":null})"),
              R"({"a":{"N":"2"},"b":{"N":"1"},"c":{"NULL":true}})");
}

TEST(Item, NamesWhatIsMissingOrCannotBeHeld) {
    EXPECT_EQ(item(R"({"t":"/x/y"})", R"({"x":{}})"),
              "error: attribute t: the answer has nothing at /x/y");
    EXPECT_THAT(item(R"({"t":"/x"})", R"({"x":1e400})"),
                HasSubstr("attribute t: at /x: the number is beyond"));
    EXPECT_THAT(item(R"({"t":{"pointer":"/x","type":"number"}})", R"({"x":"secret"})"),
                AllOf(HasSubstr("no number"), Not(HasSubstr("secret"))));
}

TEST(Item, IsNotMadeOfWhatIsNoJson) {
    for (const char* answer : {"", "<html><body>Welcome</body></html>", R"({"t":1} trailing)",
                               R"({"t":1)", "\xff", "{\"t\":\"\xff\"}"})
        EXPECT_THAT(item(R"({"t":"/t"})", answer), HasSubstr("error: the API's answer")) << answer;
    EXPECT_THAT(item(R"({"t":"/t"})", std::string(200, '[')), HasSubstr("error"));
}

TEST(Item, IsNoLargerThanDynamoDbTakes) {
    EXPECT_THAT(item(R"({"t":"/t"})", R"({"t":")" + std::string(900'000, 'x') + "\"}"),
                HasSubstr("400 KB"));
}

TEST(ItemMap, NamesItsFault) {
    const std::vector<std::pair<const char*, const char*>> cases{
        {"", "it"},
        {"[]", "no JSON object"},
        {"{}", "names no attribute"},
        {R"({"":"/a"})", "empty name"},
        {R"({"a":"/a","a":"/b"})", "attribute a stands there twice"},
        {R"({"a":"b"})", "attribute a: \"b\" is no JSON pointer"},
        {R"({"a":1})", "attribute a: it is a pointer"},
        {R"({"a":{}})", "attribute a: it has one of"},
        {R"({"a":{"const":1,"now":"iso8601"}})", "it has one of"},
        {R"({"a":{"now":"today"}})", "now is"},
        {R"({"a":{"now":{}}})", "now is"},
        {R"({"a":{"place":false}})", "place is true"},
        {R"({"a":{"pointer":"/a","optional":1}})", "optional is true"},
        {R"({"a":{"pointer":"/a","type":"S"}})", "type is"},
        {R"({"a":{"pointer":5}})", "a pointer is a text"},
        {R"({"a":{"const":1,"optional":true}})", "beside a pointer only"},
        {R"({"a":{"pointr":"/a"}})", "pointr is none of"},
        {R"({"a":{"const":1e400}})", "beyond DynamoDB's range"}};
    for (const auto& [map, fault] : cases)
        EXPECT_THAT(item(map, "{}"), AllOf(HasSubstr("map: "), HasSubstr(fault))) << map;
}

}  // namespace
