#include "common/base/log.h"

#include <random>
#include <string>

#include <gtest/gtest.h>

#include "common/base/utf8.h"
#include "common/codec/json.h"
#include "tests/support/fakes.h"

namespace base {
namespace {

using tests::FakeClock;
using tests::FakeEnvironment;
using tests::LogCapture;

constexpr std::size_t kCloudWatchEventBytesMax = 256UL * 1024;

TEST(Log, WritesOneJsonLine) {
    const FakeClock clock;
    LogCapture capture;
    const FakeEnvironment environment{{"AWS_LAMBDA_FUNCTION_NAME", "orders-export"}};
    Log log = Log::from_environment(environment, clock, capture.sink());
    log.set_request_id("8476a536-e9f4-11e8-9739-2dfe598c3fcd");
    log.info("records_sent",
             {{"count", 500}, {"stream", "orders"}, {"whole", true}, {"seconds", 0.25}});
    ASSERT_EQ(capture.lines().size(), 1U);
    EXPECT_EQ(
        capture.lines()[0],
        R"({"timestamp":"2026-11-20T01:00:00.000Z","level":"INFO","message":"records_sent",)"
        R"("requestId":"8476a536-e9f4-11e8-9739-2dfe598c3fcd","function_name":"orders-export",)"
        R"("count":500,"stream":"orders","whole":true,"seconds":0.25})");
}

TEST(Log, LeavesOutWhatIsNotKnown) {
    const FakeClock clock;
    LogCapture capture;
    Log log(clock, LogFormat::json, LogLevel::debug, capture.sink());
    log.error("init_failed");
    EXPECT_EQ(
        capture.lines()[0],
        R"({"timestamp":"2026-11-20T01:00:00.000Z","level":"ERROR","message":"init_failed"})");
}

TEST(Log, WritesOneTextLine) {
    const FakeClock clock;
    LogCapture capture;
    Log log(clock, LogFormat::text, LogLevel::debug, capture.sink());
    log.warn("retried", {{"attempt", 2}, {"why", "503 \"slow\"\ndown"}});
    log.set_request_id("id\r\n1");
    log.debug("line\none\x1b[2J\xff", {{"a\nb", false}});
    EXPECT_EQ(capture.lines()[0],
              R"(2026-11-20T01:00:00.000Z WARN - retried attempt=2 why="503 \"slow\"\ndown")");
    EXPECT_EQ(
        capture.lines()[1],
        "2026-11-20T01:00:00.000Z DEBUG id\\r\\n1 line\\none\\u001b[2J\xef\xbf\xbd a\\nb=false");
}

TEST(Log, NamesAllLevels) {
    const FakeClock clock;
    LogCapture capture;
    Log log(clock, LogFormat::text, LogLevel::trace, capture.sink());
    const std::pair<LogLevel, std::string> levels[] = {
        {LogLevel::trace, " TRACE "}, {LogLevel::debug, " DEBUG "}, {LogLevel::info, " INFO "},
        {LogLevel::warn, " WARN "},   {LogLevel::error, " ERROR "}, {LogLevel::fatal, " FATAL "}};
    for (const auto& [level, name] : levels) {
        log.write(level, "happened");
        EXPECT_NE(capture.lines().back().find(name), std::string::npos);
    }
}

TEST(Log, LeavesOutWhatIsBelowTheLevel) {
    const FakeClock clock;
    const std::pair<const char*, std::size_t> levels[] = {{"TRACE", 6}, {"debug", 5}, {"Info", 4},
                                                          {"WARN", 3},  {"ERROR", 2}, {"FATAL", 1},
                                                          {"", 4},      {"LOUD", 4}};
    for (const auto& [level, count] : levels) {
        LogCapture capture;
        const FakeEnvironment environment{{"AWS_LAMBDA_LOG_LEVEL", level}};
        Log log = Log::from_environment(environment, clock, capture.sink());
        for (const LogLevel each : {LogLevel::trace, LogLevel::debug, LogLevel::info,
                                    LogLevel::warn, LogLevel::error, LogLevel::fatal})
            log.write(each, "happened");
        EXPECT_EQ(capture.lines().size(), count) << level;
    }
}

TEST(Log, TakesTheFormatInAnyCase) {
    const FakeClock clock;
    for (const auto& [format, is_json] : {std::pair{"JSON", true},
                                          {"json", true},
                                          {"Json", true},
                                          {"", true},
                                          {"TEXT", false},
                                          {"Text", false},
                                          {"text", false}}) {
        LogCapture capture;
        const FakeEnvironment environment{{"AWS_LAMBDA_LOG_FORMAT", format}};
        Log::from_environment(environment, clock, capture.sink()).info("happened");
        EXPECT_EQ(capture.lines()[0].starts_with('{'), is_json) << format;
    }
}

TEST(Log, PassesRawLinesOnWhateverTheLevel) {
    const FakeClock clock;
    LogCapture capture;
    const Log log(clock, LogFormat::text, LogLevel::fatal, capture.sink());
    log.raw("{\"_aws\":{}}");
    EXPECT_EQ(capture.lines()[0], "{\"_aws\":{}}");
}

TEST(Log, WritesNumbersThatParse) {
    const FakeClock clock;
    LogCapture capture;
    Log log = capture.make_log(clock);
    log.info("counted", {{"lowest", std::numeric_limits<std::int64_t>::min()},
                         {"highest", std::numeric_limits<std::int64_t>::max()},
                         {"small", 1e-300},
                         {"none", std::numeric_limits<double>::quiet_NaN()},
                         {"endless", -std::numeric_limits<double>::infinity()}});
    const auto line = codec::parse_json(capture.lines()[0], "the line");
    ASSERT_TRUE(line.ok()) << line.error().message;
    EXPECT_EQ(codec::find_integer(*line, "lowest"), std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(codec::find_integer(*line, "highest"), std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(codec::find_member(*line, "small")->GetDouble(), 1e-300);
    EXPECT_TRUE(codec::find_member(*line, "none")->IsNull());
    EXPECT_TRUE(codec::find_member(*line, "endless")->IsNull());
}

// Pieces that log lines break on: control bytes, quotes, invalid UTF-8 of each kind, line ends of
// Unicode.
std::string random_text(std::mt19937& engine) {
    static const std::string kPieces[] = {"a",
                                          "text ",
                                          "\"",
                                          "\\",
                                          "\n",
                                          "\r\n",
                                          "\t",
                                          "\x1b[31m",
                                          std::string(1, '\0'),
                                          "\x7f",
                                          "\x80",
                                          "\xc0\x80",
                                          "\xed\xa0\x80",
                                          "\xf5",
                                          "\xff\xfe",
                                          "\xe2\x82",
                                          "\xc3\xa9",
                                          "\xe2\x80\xa8",
                                          "\xf0\x9f\x98\x80",
                                          "{\"a\":1}",
                                          "\xef\xbb\xbf",
                                          "\\u0000",
                                          "%s"};
    std::string text;
    for (auto count = engine() % 12; count > 0; --count) {
        const auto kind = engine() % (std::size(kPieces) + 1);
        text += kind == std::size(kPieces) ? std::string(1, static_cast<char>(engine()))
                                           : kPieces[kind];
    }
    return text;
}

TEST(Log, WritesLinesThatParseWhateverTheyHold) {
    const FakeClock clock;
    LogCapture capture;
    Log log(clock, LogFormat::json, LogLevel::trace, capture.sink());
    std::mt19937 engine(20261120);
    for (int i = 0; i < 10'000; ++i) {
        const std::string event = random_text(engine);
        const std::string text = random_text(engine);
        log.set_request_id(random_text(engine));
        log.info(event, {{"text", text}, {"x" + random_text(engine), i}});
        const std::string& line = capture.lines().back();
        ASSERT_EQ(line.find_first_of(std::string_view("\n\r\0", 3)), std::string::npos);
        const auto parsed = codec::parse_json(line, "the line");
        ASSERT_TRUE(parsed.ok()) << parsed.error().message << "\n" << line;
        if (is_utf8(event)) {
            ASSERT_EQ(codec::find_text(*parsed, "message"), event);
        }
        if (is_utf8(text)) {
            ASSERT_EQ(codec::find_text(*parsed, "text"), text);
        }
    }
}

TEST(Log, WritesTextLinesOfOneLine) {
    const FakeClock clock;
    LogCapture capture;
    Log log(clock, LogFormat::text, LogLevel::trace, capture.sink());
    std::mt19937 engine(1);
    for (int i = 0; i < 10'000; ++i) {
        log.set_request_id(random_text(engine));
        log.info(random_text(engine), {{"x" + random_text(engine), random_text(engine)}});
        const std::string& line = capture.lines().back();
        ASSERT_TRUE(is_utf8(line));
        for (const char c : line)
            ASSERT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) << line;
    }
}

TEST(Log, CutsWhatCloudWatchWouldCut) {
    const FakeClock clock;
    for (const std::string& unit : {std::string("a"), std::string(1, '\0'), std::string("\xff"),
                                    std::string("\xf0\x9f\x98\x80")}) {
        std::string text;
        while (text.size() < 500'000)
            text += unit;
        for (const LogFormat format : {LogFormat::json, LogFormat::text}) {
            LogCapture capture;
            Log log(clock, format, LogLevel::debug, capture.sink());
            log.set_request_id(text);
            log.info(text, {{"a", text},
                            {text, text},
                            {"c", text},
                            {"d", text},
                            {"e", text},
                            {"f", text},
                            {"g", text},
                            {"h", text},
                            {"i", text},
                            {"j", text}});
            const std::string& line = capture.lines()[0];
            EXPECT_LT(line.size(), kCloudWatchEventBytesMax);
            EXPECT_GT(line.size(), 190'000U);
            EXPECT_TRUE(is_utf8(line));
            if (format == LogFormat::text) continue;
            const auto parsed = codec::parse_json(line, "the line");
            ASSERT_TRUE(parsed.ok()) << parsed.error().message;
            EXPECT_EQ(codec::find_bool(*parsed, "cut"), true);
            EXPECT_TRUE(codec::find_text(*parsed, "a").value_or("").ends_with("…"));
        }
    }
}

TEST(JsonText, CutsBetweenCharacters) {
    std::string out;
    append_json_text(out, "abcdef", 6);
    append_json_text(out, "abcdefg", 6);
    append_json_text(out, "abcde\n", 6);
    append_json_text(out, "abcd\n", 6);
    append_json_text(out, "abcd\xf0\x9f\x98\x80", 7);
    append_json_text(out, "", 0);
    append_json_text(out, "a", 0);
    EXPECT_EQ(out, "\"abcdef\"\"abcdef…\"\"abcde…\"\"abcd\\n\"\"abcd…\"\"\"\"…\"");
}

}  // namespace
}  // namespace base
