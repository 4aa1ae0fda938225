#include "runtime/local/judge.h"

#include <map>

#include <fmt/format.h>

namespace local {
namespace {

using Kind = ExactJson::Kind;

// What was sent, as JSON where it is some, else as a text.
ExactJson as_json(std::string_view body) {
    if (auto json = parse_exact_json(body, "a body")) return *std::move(json);
    return {.kind = Kind::text, .text = std::string(body)};
}

// A body in one line, as far as it is shown.
std::string shown(std::string_view body) {
    return shorten(write_exact_json(as_json(body)));
}

bool is_pattern(std::string_view text) {
    return text.starts_with("<<");
}

void judge_response(const ExactJson& expected, const Outcome& outcome,
                    std::vector<Difference>& differences) {
    if (outcome.kind != Outcome::Kind::response) {
        differences.push_back(
            {.path = "/error", .expected = "a response", .actual = shown(outcome.body)});
        return;
    }
    if (!outcome.stream_error.empty())
        differences.push_back({.path = "/response",
                               .expected = "a whole stream",
                               .actual = shorten(outcome.stream_error)});
    compare_json(expected, as_json(outcome.body), "/response", differences);
}

void judge_error(const ExactJson& expected, const Outcome& outcome,
                 std::vector<Difference>& differences) {
    if (outcome.kind == Outcome::Kind::response) {
        differences.push_back({.path = "/response",
                               .expected = "the error " + shorten(write_exact_json(expected)),
                               .actual = shown(outcome.body)});
        return;
    }
    const ExactJson actual = as_json(outcome.body);
    for (const auto& [name, value] : expected.members) {
        const ExactJson* found = actual.find(name);
        const std::string path = pointer_to("/error", name);
        if (found == nullptr) {
            differences.push_back({.path = path,
                                   .expected = shorten(write_exact_json(value)),
                                   .actual = "no such member"});
        } else if (name == "errorMessage" && value.kind == Kind::text && !is_pattern(value.text)) {
            if (found->text.find(value.text) == std::string::npos)
                differences.push_back(
                    {.path = path,
                     .expected = "a text with " + shorten(write_exact_json(value)),
                     .actual = shorten(write_exact_json(*found))});
        } else {
            compare_json(value, *found, path, differences);
        }
    }
}

void compare_calls(std::string_view path, const std::vector<const ServiceStep*>& expected,
                   const std::vector<const RecordedCall*>& actual,
                   std::vector<Difference>& differences) {
    for (std::size_t i = 0; i < std::max(expected.size(), actual.size()); ++i) {
        if (differences.size() >= kDifferencesMax) return;
        const std::string call_path = pointer_to(path, std::to_string(i));
        if (i >= actual.size()) {
            const auto& body = expected[i]->body;
            differences.push_back({.path = call_path,
                                   .expected = body ? shorten(write_exact_json(*body)) : "a call",
                                   .actual = "no such call"});
        } else if (i >= expected.size()) {
            differences.push_back(
                {.path = call_path, .expected = "no such call", .actual = shown(actual[i]->body)});
        } else if (const auto& body = expected[i]->body) {
            compare_json(*body, as_json(actual[i]->body), call_path, differences);
        }
    }
}

// Calls to different streams may be on their way at once, and come in any order.
std::string sequence_of(std::string name, const ExactJson& body) {
    for (const std::string_view member : {"StreamName", "StreamARN"}) {
        const ExactJson* stream = body.find(member);
        if (stream != nullptr) name.append(".").append(stream->text);
    }
    return name;
}

void judge_calls(const Expectation& expectation, const std::vector<RecordedCall>& calls,
                 std::vector<Difference>& differences) {
    struct Sequence {
        std::vector<const ServiceStep*> expected;
        std::vector<const RecordedCall*> actual;
    };
    std::map<std::string, Sequence> sequences;  // by "service.Operation", and the stream
    for (const ServiceStep& step : expectation.calls)
        sequences[sequence_of(step.service + "." + step.operation, step.body.value_or(ExactJson{}))]
            .expected.push_back(&step);
    for (const RecordedCall& call : calls) {
        const std::string name = call.service + "." + call.operation;
        if (!expectation.calls_ignored.contains(name))
            sequences[sequence_of(name, as_json(call.body))].actual.push_back(&call);
    }
    for (const auto& [name, sequence] : sequences)
        compare_calls(pointer_to("/calls", name), sequence.expected, sequence.actual, differences);
}

}  // namespace

std::vector<Difference> judge_outcome(const Expectation& expectation, const Outcome& outcome) {
    std::vector<Difference> differences;
    if (expectation.response) judge_response(*expectation.response, outcome, differences);
    if (expectation.error) judge_error(*expectation.error, outcome, differences);
    return differences;
}

std::vector<Difference> judge(const Expectation& expectation, const Outcome& outcome,
                              const std::vector<RecordedCall>& calls) {
    std::vector<Difference> differences = judge_outcome(expectation, outcome);
    judge_calls(expectation, calls, differences);
    return differences;
}

}  // namespace local
