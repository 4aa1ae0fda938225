#include "common/dynamodb/json_scanner.h"

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "common/codec/json.h"

namespace dynamodb {
namespace {

bool takes(std::string_view text) {
    JsonScanner scanner(text);
    scanner.skip_value();
    return scanner.expect_end();
}

std::string reason_of(std::string_view text) {
    JsonScanner scanner(text);
    scanner.skip_value();
    scanner.expect_end();
    return std::string(scanner.reason());
}

std::string repeat(std::string_view part, std::size_t times) {
    std::string text;
    for (std::size_t i = 0; i < times; ++i)
        text += part;
    return text;
}

TEST(JsonScanner, TakesEveryKindOfValue) {
    for (const char* text :
         {"{}", "[]", "\"\"", "0", "-0", "1.5e-10", "1E+2", "1e400", "true", "false", "null",
          " \t\r\n{ \"a\" : [ 1 , { } , [ ] , null ] , \"b\" : \"\\u00e9\\n\\/\" } \n",
          R"("\ud83d\ude00")", "\"\xF0\x9F\x98\x80\"", "\"\x7F\""}) {
        EXPECT_TRUE(takes(text)) << text;
    }
}

TEST(JsonScanner, RefusesWhatIsNoJson) {
    for (const char* text :
         {"",           " ",         "{",           "}",        "[",
          "]",          "{]",        "[}",          "[1,]",     "[,1]",
          "[1 2]",      "{,}",       R"({"a":1,})", R"({"a"})", R"({"a":})",
          R"({"a" 1})", "{a:1}",     "{1:1}",       "{'a':1}",  "01",
          "-",          "+1",        "1.",          ".5",       "1e",
          "1e+",        "0x10",      "NaN",         "Infinity", "tru",
          "True",       "nul",       "\"",          "\"abc",    R"("\")",
          R"("\x")",    R"("\u12")", R"("\u12g4")", "\"\n\"",   "\"\t\"",
          "{} {}",      "1 1",       "null,",       "/* */ 1",  "\xEF\xBB\xBF{}"}) {
        EXPECT_FALSE(takes(text)) << text;
    }
}

TEST(JsonScanner, RefusesTextsThatStandForNoCharacters) {
    for (const char* text : {"\"\xFF\"", "\"\xC0\x80\"", "\"\xED\xA0\x80\"", "\"\xF4\x90\x80\x80\"",
                             "\"\xE2\x82\"", "\"\xF0\x9F\x98\""}) {
        EXPECT_EQ(reason_of(text), "a text that is no UTF-8") << text;
    }
    for (const char* text : {R"("\ud800")", R"("\udc00")", R"("\ud800\ud800")", R"("\ud800x")",
                             R"("\ud83d\n")", R"("\ude00\ud83d")"}) {
        EXPECT_EQ(reason_of(text), "a wrong escape in a text") << text;
    }
    EXPECT_EQ(reason_of(std::string_view("\"a\0b\"", 5)), "a control byte in a text");
}

TEST(JsonScanner, TakesDepth128AndRefusesMore) {
    for (const auto& [open, close] : {std::pair("[", "]"), std::pair(R"({"a":)", "}")}) {
        EXPECT_TRUE(takes(repeat(open, 128) + "1" + repeat(close, 128)));
        EXPECT_EQ(reason_of(repeat(open, 129) + "1" + repeat(close, 129)), "nested too deep");
        EXPECT_EQ(reason_of(repeat(open, 1'000'000)), "nested too deep");
    }
    EXPECT_FALSE(takes(repeat("[", 127)));
}

TEST(JsonScanner, GivesSlicesOfTheText) {
    const std::string text = R"( {"a": 1.50 , "b\n":[ 1, "x" ],"c":{"d":null}} )";
    JsonScanner scanner(text);
    std::vector<std::string> found;
    std::string_view name;
    ASSERT_TRUE(scanner.open_object());
    while (scanner.next_member(name)) {
        found.emplace_back(name);
        found.emplace_back(scanner.skip_value());
    }
    EXPECT_TRUE(scanner.expect_end());
    EXPECT_EQ(found, (std::vector<std::string>{"a", "1.50", "b\\n", "[ 1, \"x\" ]", "c",
                                               R"({"d":null})"}));
}

TEST(JsonScanner, KeepsTheFirstFaultAndAnswersEmptyAfterIt) {
    JsonScanner scanner("[1,x,\"y\"]");
    ASSERT_TRUE(scanner.open_array());
    ASSERT_TRUE(scanner.next_element());
    EXPECT_EQ(scanner.read_number(), "1");
    ASSERT_TRUE(scanner.next_element());
    EXPECT_EQ(scanner.read_string(), "");
    EXPECT_FALSE(scanner.next_element());
    EXPECT_EQ(scanner.read_number(), "");
    EXPECT_EQ(scanner.skip_value(), "");
    EXPECT_EQ(scanner.error("the list").message, "the list: no text where one belongs at byte 3");
    EXPECT_EQ(scanner.error("the list").kind, base::ErrorKind::data_invalid);
}

TEST(JsonScanner, ReadsOnlyTheKindThatIsAsked) {
    EXPECT_EQ(JsonScanner("5").read_string(), "");
    EXPECT_EQ(JsonScanner("\"5\"").read_number(), "");
    EXPECT_FALSE(JsonScanner("[]").open_object());
    EXPECT_FALSE(JsonScanner("{}").open_array());
    JsonScanner scanner("null");
    EXPECT_FALSE(scanner.read_boolean());
    EXPECT_FALSE(scanner.ok());
}

TEST(JsonScanner, SkipsFaultyValuesByTheirBrackets) {
    const std::string faulty = "{\"a\":01,\"b\":\"\xFF}\\\"]\",c:[x]}";
    const std::string text = "[" + faulty + R"(, 12 ,"x,]", {}])";
    JsonScanner scanner(text);
    std::vector<std::string> found;
    scanner.open_array();
    while (scanner.next_element())
        found.emplace_back(scanner.skip_balanced());
    EXPECT_TRUE(scanner.expect_end()) << scanner.reason();
    EXPECT_EQ(found, (std::vector<std::string>{faulty, "12 ", R"("x,]")", "{}"}));
}

TEST(JsonScanner, FindsNoEndOfAnUnbalancedValue) {
    for (const char* text : {R"([{"a":1)", R"([{"a":"})", R"(["\)", "[", "[1,"}) {
        JsonScanner scanner(text);
        scanner.open_array();
        while (scanner.next_element())
            scanner.skip_balanced();
        EXPECT_FALSE(scanner.ok()) << text;
    }
}

TEST(UnescapeJson, ReadsEveryEscape) {
    EXPECT_EQ(unescape_json(R"(\"\\\/\b\f\n\r\t)"), "\"\\/\b\f\n\r\t");
    EXPECT_EQ(unescape_json(R"(\u0041\u00e9\u20AC\ud83d\ude00)"),
              "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
    EXPECT_EQ(unescape_json(R"(\u0000)"), std::string(1, '\0'));
    EXPECT_EQ(unescape_json("plain"), "plain");
}

// RapidJSON is the judge of what is JSON: on good texts, and on texts with a few bytes changed,
// taken out or put in.
TEST(JsonScanner, AgreesWithRapidJsonOnChangedTexts) {
    const std::vector<std::string> seeds = {
        R"({"eventID":"1","dynamodb":{"Keys":{"id":{"N":"101"}},"NewImage":{"a":{"L":[{"S":"x\u00e9\ud83d\ude00"}]}},"SizeBytes":26},"x":[1.5e-3,-0,true,false,null]})",
        "[ \"gr\xC3\xBC\xC3\x9F\xE2\x82\xAC\", {\"\": [[], {}]} , 0.10 , 12E+3 ]"};
    const std::string alphabet = "{}[]\",:\\u0d8e19.+-tfn \n\x01\xC3\xA9\xED\xA0\xF0\xFF";
    std::mt19937 random(20261120);
    const auto below = [&](std::size_t limit) { return random() % limit; };
    std::size_t good = 0;
    for (int i = 0; i < 60'000; ++i) {
        std::string text = seeds[below(seeds.size())];
        for (std::size_t change = below(3); change > 0; --change) {
            const std::size_t at = below(text.size());
            const char byte = alphabet[below(alphabet.size())];
            if (below(3) == 0) {
                text.insert(at, 1, byte);
            } else if (below(2) == 0) {
                text.erase(at, 1 + below(3));
            } else {
                text[at] = byte;
            }
        }
        const bool expected = codec::parse_json(text, "it", codec::JsonNumbers::text).ok();
        EXPECT_EQ(takes(text), expected) << text;
        good += expected ? 1 : 0;
    }
    EXPECT_GT(good, 10'000U);
    EXPECT_LT(good, 50'000U);
}

}  // namespace
}  // namespace dynamodb
