#include "runtime/local/kept_verdict.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "common/codec/json.h"
#include "runtime/local/firehose_response.h"
#include "runtime/local/json_compare.h"
#include "runtime/local/text.h"

namespace local {
namespace {

std::vector<BadLine> all_lines(const KeptEvent& event, const std::string& reason) {
    std::vector<BadLine> bad;
    bad.reserve(event.lines.size());
    for (const KeptLine& line : event.lines)
        bad.push_back({.line = line.line, .reason = reason});
    return bad;
}

std::vector<BadLine> judge_firehose(const KeptEvent& event, std::string_view response) {
    std::vector<std::string_view> record_ids;
    record_ids.reserve(event.lines.size());
    for (const KeptLine& line : event.lines)
        record_ids.emplace_back(line.identifier);
    const TransformVerdict verdict = judge_firehose_response(record_ids, response);
    if (verdict.failure)
        return all_lines(event,
                         fmt::format("{}: {}", verdict.failure->code, verdict.failure->message));
    std::vector<BadLine> bad;
    for (std::size_t i = 0; i < event.lines.size(); ++i) {
        if (verdict.records[i].result == TransformResult::processing_failed)
            bad.push_back({.line = event.lines[i].line,
                           .reason = fmt::format("the function answered ProcessingFailed for {}",
                                                 event.lines[i].identifier)});
    }
    return bad;
}

// Lambda's rule: the lowest reported record is where the batch begins again, so all behind it are
// not confirmed either; an answer that names none of the batch's fails them all.
std::vector<BadLine> judge_stream(const KeptEvent& event, std::string_view response) {
    if (trim(response).empty()) return {};
    const auto json = codec::parse_json(response, "the response");
    if (!json) return all_lines(event, json.error().message);
    const auto* failures = codec::find_member(*json, "batchItemFailures");
    if (failures == nullptr || failures->IsNull()) return {};
    if (!failures->IsArray()) return all_lines(event, "batchItemFailures is no array");
    std::size_t lowest = event.lines.size();
    for (const codec::JsonValue& failure : failures->GetArray()) {
        const auto identifier = codec::find_text(failure, "itemIdentifier").value_or("");
        const auto found = std::ranges::find(event.lines, identifier, &KeptLine::identifier);
        if (identifier.empty() || found == event.lines.end())
            return all_lines(event, "the function reported a record that is not in the batch");
        lowest = std::min(lowest, static_cast<std::size_t>(found - event.lines.begin()));
    }
    std::vector<BadLine> bad;
    for (std::size_t i = lowest; i < event.lines.size(); ++i)
        bad.push_back({.line = event.lines[i].line,
                       .reason = i == lowest ? "the function reported it in batchItemFailures"
                                             : fmt::format("not confirmed: it comes after line {}",
                                                           event.lines[lowest].line)});
    return bad;
}

// What the function's log says of a line stands behind the line's reason.
void add_logged_reasons(const KeptEvent& event, std::string_view log, std::vector<BadLine>& bad) {
    std::map<std::string, std::string, std::less<>> reasons;
    while (!log.empty()) {
        const std::string_view line = log.substr(0, log.find('\n'));
        log.remove_prefix(std::min(log.size(), line.size() + 1));
        if (!line.starts_with('{')) continue;
        const auto json = codec::parse_json(line, "the log line");
        if (!json) continue;
        const auto reason = codec::find_text(*json, "reason");
        auto identifier = codec::find_text(*json, "record_id");
        if (!identifier) identifier = codec::find_text(*json, "sequence_number");
        if (reason && identifier) reasons.emplace(*identifier, *reason);
    }
    for (BadLine& line : bad) {
        const auto kept = std::ranges::find(event.lines, line.line, &KeptLine::line);
        const auto reason = reasons.find(kept->identifier);
        if (reason != reasons.end()) line.reason += ": " + reason->second;
    }
}

}  // namespace

std::vector<BadLine> judge_kept_event(const KeptEvent& event, const KeptAnswer& answer) {
    const Outcome& outcome = answer.outcome;
    if (outcome.kind != Outcome::Kind::response || !outcome.stream_error.empty())
        return all_lines(
            event, "the invocation failed: " +
                       shorten(outcome.stream_error.empty() ? outcome.body : outcome.stream_error));
    std::vector<BadLine> bad = event.kept_by == KeptBy::firehose
                                   ? judge_firehose(event, outcome.body)
                                   : judge_stream(event, outcome.body);
    if (!bad.empty()) add_logged_reasons(event, answer.log, bad);
    return bad;
}

}  // namespace local
