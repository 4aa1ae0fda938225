#include "common/dynamodb/text_scan.h"

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "common/codec/json.h"
#include "common/dynamodb/json_scanner.h"

namespace dynamodb {
namespace {

using PlainEnd = const char* (*)(const char*, const char*);

std::vector<PlainEnd> versions() {
    std::vector<PlainEnd> all = {plain_end_portable, plain_end_far, plain_end};
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) all.push_back(plain_end_avx2);
#endif
    return all;
}

// The offset that each version gives; the test fails where they differ. The bytes lie in a buffer
// of their exact size, so that a sanitizer sees a read behind it.
std::size_t plain_bytes(const std::string& text) {
    const std::vector<char> bytes(text.begin(), text.end());
    const char* const end = bytes.data() + bytes.size();
    const char* const found = plain_end_portable(bytes.data(), end);
    for (const PlainEnd version : versions())
        EXPECT_EQ(version(bytes.data(), end), found) << text.size();
    return static_cast<std::size_t>(found - bytes.data());
}

TEST(PlainEnd, SeesEveryByteThatIsNotPlainInEveryPlace) {
    for (int byte = 0; byte < 256; ++byte) {
        const bool plain = byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
        EXPECT_EQ(is_plain(static_cast<char>(byte)), plain);
        for (std::size_t at = 0; at < 100; ++at) {
            std::string text(100, 'a');
            text[at] = static_cast<char>(byte);
            ASSERT_EQ(plain_bytes(text), plain ? 100 : at) << byte;
        }
    }
}

TEST(PlainEnd, StopsAtTheEndOfEveryLength) {
    for (std::size_t size = 0; size <= 150; ++size) {
        EXPECT_EQ(plain_bytes(std::string(size, '~')), size);
        EXPECT_EQ(plain_bytes(std::string(size, '~') + "\""), size);
    }
}

TEST(PlainEnd, SeesTheFirstOfSeveral) {
    std::mt19937 random(4);
    const std::string special = {'"', '\\', '\0', '\x1F', '\x80', '\xFF', '\n'};
    for (int round = 0; round < 20'000; ++round) {
        std::string text(random() % 90, 'x');
        std::size_t first = text.size();
        for (unsigned i = random() % 4; i > 0 && !text.empty(); --i) {
            const std::size_t at = random() % text.size();
            text[at] = special[random() % special.size()];
            first = std::min(first, at);
        }
        ASSERT_EQ(plain_bytes(text), first);
    }
}

TEST(PassText, EndsBehindTheClosingQuote) {
    const auto passed = [](const std::string& text) {
        const std::vector<char> bytes(text.begin(), text.end());
        const char* const end = pass_text(bytes.data(), bytes.data() + bytes.size());
        return end == nullptr ? -1 : end - bytes.data();
    };
    EXPECT_EQ(passed("\""), 1);
    EXPECT_EQ(passed(R"(a\"b"c)"), 5);
    EXPECT_EQ(passed(R"(\u00e9\ud83d\ude00" )"), 19);
    EXPECT_EQ(passed("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\"\""), 10);
    for (const char* fault : {"", "abc", "\\", R"(\")", R"(\x")", R"(\u12")", R"(\ud83d")",
                              R"(\ude00")", R"(\ud83d\u0041")", "\xC3\"", "\xED\xA0\x80\"",
                              "\xF8\x88\x80\x80\x80\"", "a\nb\"", "\xC3\xA9"})
        EXPECT_EQ(passed(fault), -1) << fault;
}

// What a value's fault is made of: bytes that mean something in JSON, at random.
TEST(PassValue, TakesWhatRapidJsonTakes) {
    std::mt19937 random(11);
    const std::vector<std::string> parts = {"{",
                                            "}",
                                            "[",
                                            "]",
                                            ",",
                                            ":",
                                            R"("a")",
                                            R"("")",
                                            "1",
                                            "-0.5e+3 ",
                                            "0",
                                            "true",
                                            "null",
                                            "false",
                                            " ",
                                            "\n",
                                            R"("S")",
                                            "\"",
                                            "01",
                                            R"({"S":"x"})",
                                            R"("a":{"S":"x"})",
                                            R"("b":{"N":"1"})",
                                            R"("c":{"BOOL":true})",
                                            "\"\xC3\xA9\"",
                                            R"("\u00e9")",
                                            "\"\xFF\""};
    std::size_t taken = 0;
    for (int round = 0; round < 100'000; ++round) {
        std::string text;
        for (std::size_t i = random() % 9; i <= 9; ++i)
            text += parts[random() % parts.size()];
        if (random() % 2 == 0) text.insert(0, R"({"a":)").append("}");
        JsonScanner scanner(text);
        scanner.skip_value();
        const bool good = scanner.expect_end();
        ASSERT_EQ(good, codec::parse_json(text, "it", codec::JsonNumbers::text).ok()) << text;
        ASSERT_EQ(scanner.reason().empty(), good);
        taken += good ? 1 : 0;
    }
    EXPECT_GT(taken, 500U);
}

TEST(PassValue, KeepsToTheDepth) {
    const std::string image = R"({"a":{"M":{"b":{"S":"x"}}}})";
    const auto passes = [&](std::size_t depth) {
        return pass_value(image.data(), image.data() + image.size(), depth) != nullptr;
    };
    EXPECT_FALSE(passes(3));
    EXPECT_TRUE(passes(4));
}

}  // namespace
}  // namespace dynamodb
