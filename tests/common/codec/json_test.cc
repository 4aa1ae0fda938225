#include "common/codec/json.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

// Escapes show the bytes that are tested.
// NOLINTBEGIN(modernize-raw-string-literal)
namespace codec {
namespace {

// An object with one member of each type.
const std::string kAll = R"({"text":"a\u0000b","empty":"","integer":42,"negative":-7,"real":5.0,
    "exponent":1e2,"yes":true,"no":false,"nothing":null,"array":[1],"object":{"inner":1},"":"no name"})";

JsonDocument parsed(std::string_view text, JsonNumbers numbers = JsonNumbers::binary) {
    auto document = parse_json(text, "it", numbers);
    EXPECT_TRUE(document.ok()) << document.error().message;
    return std::move(document).value();
}

std::string rewritten(std::string_view text, JsonNumbers numbers = JsonNumbers::binary) {
    return write_json(parsed(text, numbers));
}

TEST(Json, WritesWhatItReadWithoutWhiteSpace) {
    EXPECT_EQ(rewritten(" { \"a\" : [ 1 , true , null , \"x\" , { } , [ ] ] }\r\n\t"),
              R"({"a":[1,true,null,"x",{},[]]})");
    EXPECT_EQ(rewritten("\"text\""), "\"text\"");
    EXPECT_EQ(rewritten("  17  "), "17");
}

TEST(Json, KeepsTextWhateverItHolds) {
    EXPECT_EQ(rewritten(R"("\u0000\u001f\"\\\/\b\f\n\r\t\u007f")"),
              "\"\\u0000\\u001F\\\"\\\\/\\b\\f\\n\\r\\t\x7f\"");
    EXPECT_EQ(rewritten(R"("\u00e9\u20AC\ud83d\ude00")"),
              "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"");
    // U+D7FF and U+E000 stand around the surrogates; U+10FFFF is the last character.
    EXPECT_EQ(rewritten(R"("\ud7ff\ue000\udbff\udfff")"),
              "\"\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf\"");
    const std::string raw = "\"\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf\x7f\"";
    EXPECT_EQ(rewritten(raw), raw);
}

TEST(Json, ReadsIntegersExactly) {
    for (const std::string_view text : {"0", "-1", "2147483648", "9223372036854775807",
                                        "-9223372036854775808", "18446744073709551615"})
        EXPECT_EQ(rewritten(text), text);
    EXPECT_EQ(rewritten("-0"), "0");
}

TEST(Json, ReadsTheNearestDouble) {
    // The double next to 2^53 + 1 as Python's float() reads it, and the classic hard cases.
    EXPECT_EQ(parsed("9007199254740993.0").GetDouble(), 9007199254740992.0);
    EXPECT_EQ(parsed("0.1").GetDouble(), 0.1);
    EXPECT_EQ(parsed("2.2250738585072011e-308").GetDouble(), 0x0.fffffffffffffp-1022);
    EXPECT_EQ(parsed("1.7976931348623157e308").GetDouble(), 0x1.fffffffffffffp+1023);
    EXPECT_EQ(parsed("5e-324").GetDouble(), 0x0.0000000000001p-1022);
    EXPECT_EQ(parsed("1e-400").GetDouble(), 0.0);
}

TEST(Json, KeepsTheTextOfNumbersWhereAsked) {
    for (const std::string_view text :
         {"0", "-0", "1.50", "1E5", "1e+05", "-0.10", "12345678901234567890123456789012345678",
          "9.9999999999999999999999999999999999999E+125", "1E-130"}) {
        const JsonDocument document = parsed(text, JsonNumbers::text);
        ASSERT_TRUE(document.IsString()) << text;
        EXPECT_EQ(text_of(document), text);
    }
}

TEST(Json, FindsMembersOfTheWantedType) {
    const JsonDocument document = parsed(kAll);
    EXPECT_EQ(find_text(document, "text"), std::string_view("a\0b", 3));
    EXPECT_EQ(find_text(document, "empty"), "");
    EXPECT_EQ(find_text(document, ""), "no name");
    EXPECT_EQ(find_integer(document, "integer"), 42);
    EXPECT_EQ(find_integer(document, "negative"), -7);
    EXPECT_EQ(find_bool(document, "yes"), true);
    EXPECT_EQ(find_bool(document, "no"), false);
    EXPECT_TRUE(find_member(document, "nothing")->IsNull());
    EXPECT_EQ(find_array(document, "array")->Size(), 1U);
    EXPECT_EQ(find_integer(*find_object(document, "object"), "inner"), 1);
}

TEST(Json, FindsNothingOfAnotherType) {
    const JsonDocument document = parsed(kAll);
    for (const char* name :
         {"integer", "real", "yes", "nothing", "array", "object", "absent", "tex", "textt"})
        EXPECT_EQ(find_text(document, name), std::nullopt) << name;
    for (const char* name :
         {"text", "empty", "real", "exponent", "yes", "nothing", "array", "absent"})
        EXPECT_EQ(find_integer(document, name), std::nullopt) << name;
    for (const char* name : {"text", "integer", "nothing", "array", "absent"})
        EXPECT_EQ(find_bool(document, name), std::nullopt) << name;
    for (const char* name : {"text", "object", "nothing", "absent"})
        EXPECT_EQ(find_array(document, name), nullptr) << name;
    for (const char* name : {"text", "array", "nothing", "absent"})
        EXPECT_EQ(find_object(document, name), nullptr) << name;
    EXPECT_EQ(find_member(document, "absent"), nullptr);
}

TEST(Json, FindsNothingInWhatIsNoObject) {
    for (const char* text : {"[]", "[{\"a\":1}]", "1", "\"a\"", "null"}) {
        const JsonDocument document = parsed(text);
        EXPECT_EQ(find_member(document, "a"), nullptr) << text;
        EXPECT_EQ(find_text(document, "a"), std::nullopt) << text;
    }
}

TEST(Json, TakesNoNumberThatDoesNotFitForAnInteger) {
    const std::pair<const char*, std::optional<std::int64_t>> cases[] = {
        {"9223372036854775807", 9223372036854775807},
        {"-9223372036854775808", std::numeric_limits<std::int64_t>::min()},
        {"9223372036854775808", std::nullopt},
        {"18446744073709551615", std::nullopt},
        {"18446744073709551616", std::nullopt},
        {"-9223372036854775809", std::nullopt},
        {"1.0", std::nullopt},
        {"1e0", std::nullopt},
        {"\"1\"", std::nullopt},
    };
    for (const auto& [number, wanted] : cases)
        EXPECT_EQ(find_integer(parsed(std::string("{\"n\":") + number + "}"), "n"), wanted)
            << number;
}

TEST(Json, GivesTheFirstOfTwoMembersWithOneName) {
    const JsonDocument document = parsed(R"({"a":1,"b":2,"a":3})");
    EXPECT_EQ(find_integer(document, "a"), 1);
    EXPECT_EQ(document.MemberCount(), 3U);
}

TEST(Json, NamesWhatItReadAndWhere) {
    const auto document = parse_json(R"({"secret":"canary",})", "the answer of ListExports");
    ASSERT_FALSE(document.ok());
    EXPECT_EQ(document.error().kind, base::ErrorKind::data_invalid);
    EXPECT_TRUE(
        document.error().message.starts_with("the answer of ListExports is not valid JSON: "));
    EXPECT_NE(document.error().message.find("(at byte 19)"), std::string::npos)
        << document.error().message;
    EXPECT_EQ(document.error().message.find("canary"), std::string::npos);
}

TEST(Json, OutlivesTheTextItWasReadFrom) {
    std::string text = R"({"name":"a text that is longer than what fits into a value"})";
    const JsonDocument document = parsed(text);
    text.assign(text.size(), '#');
    EXPECT_EQ(find_text(document, "name"), "a text that is longer than what fits into a value");
}

}  // namespace
}  // namespace codec
// NOLINTEND(modernize-raw-string-literal)
