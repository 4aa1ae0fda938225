// Texts that are made to do harm: each is refused (or read) quickly, and nothing crashes.
#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "common/codec/json.h"

// Escapes show the bytes that are tested.
// NOLINTBEGIN(modernize-raw-string-literal)
namespace codec {
namespace {

using namespace std::string_view_literals;

std::string repeated(std::string_view text, std::size_t times) {
    std::string all;
    all.reserve(text.size() * times);
    for (std::size_t i = 0; i < times; ++i)
        all += text;
    return all;
}

std::string fault_of(std::string_view text, JsonNumbers numbers = JsonNumbers::binary) {
    const auto document = parse_json(text, "it", numbers);
    if (document.ok()) return "none";
    EXPECT_EQ(document.error().kind, base::ErrorKind::data_invalid);
    return document.error().message;
}

// No JSON by RFC 8259, whatever RapidJSON's defaults say of it.
constexpr std::string_view kBadTexts[] = {
    // Nothing, or more than one value.
    "",
    " ",
    "\n",
    "{}{}",
    "[] []",
    "1 2",
    "nullnull",
    "{}x",
    "[],",
    "\"a\"\"b\"",
    "{}\0"sv,
    "{}\0{}"sv,
    "[1]\0"sv,
    "\0"sv,
    "\0{}"sv,
    "[\0]"sv,
    "1\0"sv,
    "[1,\0 2]"sv,
    // A byte order mark, and other encodings.
    "\xef\xbb\xbf{}",
    "\xef\xbb\xbf",
    "\xff\xfe{\0}\0"sv,
    "\xfe\xff\0{\0}"sv,
    // Punctuation.
    "[1,]",
    "[,1]",
    "[1 2]",
    "{,}",
    "{\"a\":1,}",
    "{\"a\"}",
    "{\"a\":}",
    "{:1}",
    "{1:1}",
    "{a:1}",
    "{\"a\" 1}",
    "{'a':1}",
    "{\"a\":1 \"b\":2}",
    "[",
    "{",
    "]",
    "}",
    "[}",
    "{]",
    "[1}",
    "{\"a\":1]",
    "(1)",
    "[1;2]",
    "{null:1}",
    "{true:1}",
    "{[]:1}",
    // Literals.
    "nul",
    "tru",
    "fals",
    "NULL",
    "True",
    "undefined",
    "NaN",
    "nan",
    "Infinity",
    "-Infinity",
    "inf",
    // Numbers.
    "01",
    "-01",
    "+1",
    ".5",
    "5.",
    "-",
    "-.5",
    "1e",
    "1e+",
    "1.e5",
    "0x10",
    "1_000",
    "1,000",
    "--1",
    "1-",
    "0e",
    "1e400",
    "-1e400",
    "1e99999999999999999999",
    "1.2.3",
    "\xef\xbc\x91",
    "1d0",
    "1f",
    // Comments and white space of other kinds.
    "/* */ {}",
    "// x\n{}",
    "# x\n{}",
    "{} // x",
    "\xc2\xa0{}",
    "\x0b{}",
    "\x0c{}",
    "\xe2\x80\xa8{}",
    // Strings: quotes, control bytes, escapes.
    "\"",
    "\"a",
    "'a'",
    "\"a\nb\"",
    "\"a\tb\"",
    "\"a\rb\"",
    "\"\x01\"",
    "\"\x1f\"",
    "\"a\0b\"\0"sv,
    "\"a\0b\""sv,
    "\"\\x41\"",
    "\"\\a\"",
    "\"\\'\"",
    "\"\\",
    "\"\\\"",
    "\"\\u\"",
    "\"\\u12\"",
    "\"\\u12g4\"",
    "\"\\u 123\"",
    "\"\\U00e9\"",
    "\"\\u{41}\"",
    // Surrogates alone, in the wrong order, doubled, and as bytes.
    "\"\\ud800\"",
    "\"\\udbff\"",
    "\"\\udc00\"",
    "\"\\udfff\"",
    "\"\\ud83d\\ud83d\"",
    "\"\\ude00\\ud83d\"",
    "\"\\ud83dx\"",
    "\"\\ud83d\\n\"",
    "\"x\\udc00\"",
    "\"\\ud83d\\ude00\\ude00\"",
    "{\"\\udc00\":1}",
    "{\"\\ud800\":1}",
    "\"\\ud83d\\u0041\"",
    "\"\xed\xa0\x80\"",
    "\"\xed\xb0\x80\"",
    "\"\xed\xa0\xbd\xed\xb8\x80\"",
    // Bytes that are no UTF-8.
    "\"\x80\"",
    "\"\xbf\"",
    "\"\xc0\x80\"",
    "\"\xc1\xbf\"",
    "\"\xc3\"",
    "\"\xc3(\"",
    "\"\xe0\x80\x80\"",
    "\"\xe0\x9f\xbf\"",
    "\"\xe2\x82\"",
    "\"\xf0\x80\x80\x80\"",
    "\"\xf0\x8f\xbf\xbf\"",
    "\"\xf4\x90\x80\x80\"",
    "\"\xf5\x80\x80\x80\"",
    "\"\xf8\x88\x80\x80\x80\"",
    "\"\xfe\"",
    "\"\xff\"",
    "{\"\xff\":1}",
    "\"a\xc3",
    "\xff",
};

TEST(JsonHostile, RefusesWhatIsNoJson) {
    for (const std::string_view text : kBadTexts) {
        EXPECT_NE(fault_of(text), "none") << testing::PrintToString(text);
        EXPECT_NE(fault_of(text, JsonNumbers::text), "none") << testing::PrintToString(text);
    }
}

TEST(JsonHostile, RefusesEveryPrefixOfADocument) {
    const std::string text =
        R"({"a":[1,-2.5e3,{"b":"c\u00e9\ud83d\ude00"}],"d":{"e":null,"f":true}})";
    for (std::size_t size = 0; size < text.size(); ++size)
        EXPECT_NE(fault_of(std::string_view(text).substr(0, size)), "none") << size;
    EXPECT_EQ(fault_of(text), "none");
}

TEST(JsonHostile, ReadsEveryDepthUpToTheCap) {
    for (std::size_t depth = 1; depth <= kJsonDepthMax; ++depth) {
        const std::string arrays = repeated("[", depth) + repeated("]", depth);
        const auto document = parse_json(arrays, "it");
        ASSERT_TRUE(document.ok()) << depth;
        EXPECT_EQ(write_json(*document), arrays);
        EXPECT_EQ(fault_of(repeated("{\"a\":", depth) + "1" + repeated("}", depth)), "none")
            << depth;
    }
}

TEST(JsonHostile, RefusesEveryDepthAboveTheCapQuickly) {
    for (const std::size_t depth : {kJsonDepthMax + 1, 1'000UL, 100'000UL, 1'000'000UL}) {
        const auto start = std::chrono::steady_clock::now();
        for (const std::string& text :
             {repeated("[", depth), repeated("[", depth) + repeated("]", depth),
              repeated("{\"a\":", depth), repeated("{\"a\":", depth) + "1" + repeated("}", depth),
              repeated("[{\"a\":", depth)}) {
            EXPECT_NE(fault_of(text).find("nested too deeply"), std::string::npos) << depth;
            EXPECT_NE(fault_of(text, JsonNumbers::text).find("nested too deeply"),
                      std::string::npos);
        }
        EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
    }
}

TEST(JsonHostile, CountsTheDepthOfSiblingsOnce) {
    EXPECT_EQ(fault_of("[" + repeated("[],{},", 10'000) + "[[]]]"), "none");
}

TEST(JsonHostile, BoundsTheNumberOfValues) {
    // The array itself, each element and each name count.
    EXPECT_EQ(fault_of("[" + repeated("0,", kJsonValuesMax - 2) + "0]"), "none");
    EXPECT_NE(
        fault_of("[{\"\":0}," + repeated("0,", kJsonValuesMax - 4) + "0]").find("more values"),
        std::string::npos);
}

TEST(JsonHostile, BoundsTheSizeOfTheText) {
    EXPECT_EQ(fault_of("\"" + std::string(kJsonBytesMax - 2, 'x') + "\""), "none");
    EXPECT_NE(fault_of("\"" + std::string(kJsonBytesMax - 1, 'x') + "\"").find("too large"),
              std::string::npos);
}

TEST(JsonHostile, ReadsOrRefusesNumbersOfAMillionDigits) {
    const std::string digits(1'000'000, '9');
    EXPECT_NE(fault_of(digits), "none");
    EXPECT_NE(fault_of("-" + digits + ".5"), "none");
    EXPECT_NE(fault_of("1e" + digits), "none");
    EXPECT_EQ(fault_of("1e-" + digits), "none");
    EXPECT_EQ(parse_json("0." + digits, "it")->GetDouble(), 1.0);
    EXPECT_EQ(parse_json("0." + std::string(1'000'000, '0') + "1", "it")->GetDouble(), 0.0);
    const auto kept = parse_json("0." + digits, "it", JsonNumbers::text);
    ASSERT_TRUE(kept.ok());
    EXPECT_EQ(text_of(*kept), "0." + digits);
}

TEST(JsonHostile, ReadsAnObjectOfManyEqualNames) {
    const auto document = parse_json("{" + repeated("\"a\":1,", 100'000) + "\"b\":2}", "it");
    ASSERT_TRUE(document.ok());
    EXPECT_EQ(document->MemberCount(), 100'001U);
    EXPECT_EQ(find_integer(*document, "b"), 2);
}

TEST(JsonHostile, ReadsALongStringOfEscapes) {
    const auto document = parse_json("\"" + repeated("\\u0041", 1'000'000) + "\"", "it");
    ASSERT_TRUE(document.ok());
    EXPECT_EQ(text_of(*document), std::string(1'000'000, 'A'));
}

TEST(JsonHostile, ReadsKoreanTextBesideTheSurrogates) {
    // U+D000 to U+D7FF begin with the byte ED, as surrogates would.
    std::string text = "\"";
    for (unsigned second = 0x80; second <= 0x9F; ++second)
        text += {'\xED', static_cast<char>(second), '\x80'};
    text += '"';
    const auto document = parse_json(text, "it");
    ASSERT_TRUE(document.ok());
    EXPECT_EQ(write_json(*document), text);
}

}  // namespace
}  // namespace codec
// NOLINTEND(modernize-raw-string-literal)
