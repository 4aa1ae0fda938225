#include "runtime/local/report.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/utf8.h"
#include "common/codec/base64.h"
#include "common/codec/json.h"
#include "runtime/local/exact_json.h"

namespace local {
namespace {

constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kGreen = "\x1b[32m";
constexpr std::string_view kPlain = "\x1b[0m";
constexpr std::size_t kOutputLinesBytesMax = 4096;

std::string paint(std::string_view text, std::string_view ink, Colour colour) {
    if (colour == Colour::off) return std::string(text);
    return fmt::format("{}{}{}", ink, text, kPlain);
}

std::string word(const Verdict& verdict, Colour colour) {
    switch (verdict.kind) {
        case Verdict::Kind::passed:
            return paint("PASS", kGreen, colour);
        case Verdict::Kind::ran:
            return "RAN ";
        case Verdict::Kind::failed:
            break;
    }
    return paint("FAIL", kRed, colour);
}

std::string_view word_in_json(Verdict::Kind kind) {
    switch (kind) {
        case Verdict::Kind::passed:
            return "passed";
        case Verdict::Kind::ran:
            return "ran";
        case Verdict::Kind::failed:
            break;
    }
    return "failed";
}

std::size_t count(const std::vector<Verdict>& verdicts, Verdict::Kind kind) {
    return static_cast<std::size_t>(std::ranges::count(verdicts, kind, &Verdict::kind));
}

// The last whole lines of what the function wrote, each set in.
std::string indented_output(std::string_view output) {
    if (output.size() > kOutputLinesBytesMax) {
        output.remove_prefix(output.size() - kOutputLinesBytesMax);
        output.remove_prefix(std::min(output.size(), output.find('\n') + 1));
    }
    std::string text;
    while (!output.empty()) {
        const std::string_view line = output.substr(0, output.find('\n'));
        text.append("      | ").append(line).append("\n");
        output.remove_prefix(std::min(output.size(), line.size() + 1));
    }
    return text;
}

// A body within the report: as JSON where it is some, else as a text.
void add_body(codec::JsonWriter& json, std::string_view name, const std::string& body) {
    json.key(name);
    if (parse_exact_json(body, "a body")) {
        json.raw(body);
    } else {
        json.text(base::is_utf8(body) ? body : codec::base64_encode(body));
    }
}

void add_verdict(codec::JsonWriter& json, const Verdict& verdict) {
    json.begin_object()
        .member("function", verdict.function)
        .member("case", verdict.case_name)
        .member("verdict", word_in_json(verdict.kind))
        .member_integer("duration_ms", verdict.duration_ms);
    if (!verdict.problem.empty()) json.member("problem", verdict.problem);
    if (verdict.problem.empty() || !verdict.body.empty())
        add_body(json, verdict.responded ? "response" : "error", verdict.body);
    json.key("differences").begin_array();
    for (const Difference& difference : verdict.differences) {
        json.begin_object()
            .member("path", difference.path)
            .member("expected", difference.expected)
            .member("actual", difference.actual)
            .end_object();
    }
    json.end_array();
    if (!verdict.lines.empty()) {
        json.key("lines").begin_array();
        for (const BadLine& line : verdict.lines) {
            json.begin_object()
                .member_integer("line", static_cast<std::int64_t>(line.line))
                .member("reason", line.reason)
                .end_object();
        }
        json.end_array();
    }
    json.end_object();
}

}  // namespace

std::string verdict_text(const Verdict& verdict, Colour colour) {
    std::string text = fmt::format("{} {}/{}  {} ms\n", word(verdict, colour), verdict.function,
                                   verdict.case_name, verdict.duration_ms);
    if (verdict.kind != Verdict::Kind::failed) return text;
    if (!verdict.problem.empty()) text += fmt::format("      {}\n", verdict.problem);
    for (const BadLine& line : verdict.lines)
        text += fmt::format("      line {}: {}\n", line.line, line.reason);
    for (const Difference& difference : verdict.differences)
        text += fmt::format("      {}\n        expected {}\n        actual   {}\n", difference.path,
                            difference.expected, difference.actual);
    if (verdict.differences.size() >= kDifferencesMax)
        text += fmt::format("      (only the first {} differences)\n", kDifferencesMax);
    return text + indented_output(verdict.output);
}

std::string summary_text(const std::vector<Verdict>& verdicts, std::int64_t duration_ms,
                         Colour colour) {
    const std::size_t failed = count(verdicts, Verdict::Kind::failed);
    const std::size_t ran = count(verdicts, Verdict::Kind::ran);
    return fmt::format(
        "{} passed, {}{} ({:.1f} s)\n", count(verdicts, Verdict::Kind::passed),
        failed == 0 ? "0 failed" : paint(fmt::format("{} failed", failed), kRed, colour),
        ran == 0 ? "" : fmt::format(", {} ran without an expectation", ran),
        static_cast<double>(duration_ms) / 1000.0);
}

std::string report_json(const std::vector<Verdict>& verdicts) {
    codec::JsonWriter json;
    json.begin_object().key("verdicts").begin_array();
    for (const Verdict& verdict : verdicts)
        add_verdict(json, verdict);
    return json.end_array()
        .member_integer("passed", static_cast<std::int64_t>(count(verdicts, Verdict::Kind::passed)))
        .member_integer("failed", static_cast<std::int64_t>(count(verdicts, Verdict::Kind::failed)))
        .member_integer("ran", static_cast<std::int64_t>(count(verdicts, Verdict::Kind::ran)))
        .end_object()
        .take();
}

}  // namespace local
