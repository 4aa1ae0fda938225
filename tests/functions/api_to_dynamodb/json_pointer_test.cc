#include "functions/api_to_dynamodb/json_pointer.h"

#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace {

using api_to_dynamodb::JsonPointer;

std::string find(std::string_view pointer, std::string_view json) {
    const auto parsed = JsonPointer::parse(pointer);
    if (!parsed) return "error: " + parsed.error().message;
    return std::string(parsed->find(json).value_or("nothing"));
}

// RFC 6901, section 5.
TEST(JsonPointer, FindsWhatTheRfcFinds) {
    constexpr std::string_view kDocument =
        R"({"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8})";
    const std::vector<std::pair<std::string_view, std::string_view>> cases{
        {"", kDocument},
        {"/foo", R"(["bar","baz"])"},
        {"/foo/0", R"("bar")"},
        {"/", "0"},
        {"/a~1b", "1"},
        {"/c%d", "2"},
        {"/e^f", "3"},
        {"/g|h", "4"},
        {"/i\\j", "5"},
        {"/k\"l", "6"},
        {"/ ", "7"},
        {"/m~0n", "8"}};
    for (const auto& [pointer, value] : cases)
        EXPECT_EQ(find(pointer, kDocument), value) << pointer;
}

TEST(JsonPointer, KeepsTheBytes) {
    EXPECT_EQ(find("/a/1/b", R"({"a":[0, {"b" : 1.50e+3 }]})"), "1.50e+3");
    EXPECT_EQ(find("/caf\u00e9", R"({"caf\u00e9":1})"), "1");
}

TEST(JsonPointer, FindsNothingElse) {
    for (const char* pointer : {"/b", "/a/b", "/l/2", "/l/00", "/l/-", "/l/01", "/l/1x", "/n/x"})
        EXPECT_EQ(find(pointer, R"({"a":1,"l":[1,2],"n":null})"), "nothing") << pointer;
}

TEST(JsonPointer, RefusesWhatIsNone) {
    EXPECT_NE(find("a/b", "{}").find("begins with a slash"), std::string::npos);
    EXPECT_NE(find("/a~2", "{}").find("~ stands before"), std::string::npos);
    EXPECT_NE(find("/a~", "{}").find("error"), std::string::npos);
}

}  // namespace
