#include "runtime/local/sql_api_script.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "runtime/local/sql_api_answers.h"

namespace local {
namespace {

constexpr std::array<std::string_view, 4> kRequests{"statements", "status", "partition", "cancel"};
constexpr std::int64_t kPollsMax = 1'000;

base::Error fault(std::string_view what) {
    return {base::ErrorKind::data_invalid, fmt::format("snowflake: Script: {}", what)};
}

std::string text_or_empty(const codec::JsonValue& value, std::string_view name) {
    return std::string(codec::find_text(value, name).value_or(std::string_view()));
}

base::Result<ScriptedAnswer> read_answer(const codec::JsonValue& response) {
    ScriptedAnswer scripted;
    if (codec::find_member(response, "reset") != nullptr) {
        const std::string reset = text_or_empty(response, "reset");
        if (reset != "before" && reset != "after") return fault("reset is before or after");
        scripted.reset = reset == "before" ? ApiReset::before : ApiReset::after;
        return scripted;
    }
    const auto status = codec::find_integer(response, "status");
    if (!status || *status < 200 || *status > 599)
        return fault("a response has no status of 200 to 599");
    const std::int64_t polls = codec::find_integer(response, "polls").value_or(0);
    if (polls < 0 || polls > kPollsMax) return fault("polls is a number up to 1000");
    scripted.status = static_cast<int>(*status);
    scripted.polls = static_cast<int>(polls);
    scripted.executed = codec::find_bool(response, "executed").value_or(false);
    scripted.code = text_or_empty(response, "code");
    scripted.sql_state = text_or_empty(response, "sqlState");
    scripted.message = text_or_empty(response, "message");
    scripted.retry_after = text_or_empty(response, "retry_after");
    scripted.date = text_or_empty(response, "date");
    if (const auto body = codec::find_text(response, "body")) scripted.body = std::string(*body);
    return scripted;
}

}  // namespace

base::Result<base::Done> SqlApiScript::add(const codec::JsonValue& command) {
    const std::string_view on = codec::find_text(command, "on").value_or(kRequests.front());
    if (std::find(kRequests.begin(), kRequests.end(), on) == kRequests.end())
        return fault("on is statements, status, partition or cancel");
    const codec::JsonValue* responses = codec::find_array(command, "responses");
    if (responses == nullptr) return fault("responses is missing");
    std::deque<ScriptedAnswer> read;
    for (const codec::JsonValue& response : responses->GetArray()) {
        auto answer = read_answer(response);
        if (!answer) return std::move(answer).error();
        read.push_back(*std::move(answer));
    }
    std::deque<ScriptedAnswer>& waiting = waiting_[std::string(on)];
    waiting.insert(waiting.end(), read.begin(), read.end());
    return base::Done{};
}

ScriptedAnswer SqlApiScript::take(std::string_view on) {
    const auto waiting = waiting_.find(on);
    if (waiting == waiting_.end() || waiting->second.empty()) return {};
    ScriptedAnswer answer = std::move(waiting->second.front());
    waiting->second.pop_front();
    return answer;
}

HttpAnswer write_scripted(const ScriptedAnswer& scripted, std::string_view handle) {
    if (scripted.reset != ApiReset::none) return {.end = AnswerEnd::none};
    HttpAnswer answer = api_failure({.status = scripted.status,
                                     .code = scripted.code,
                                     .sql_state = scripted.sql_state,
                                     .message = scripted.message,
                                     .handle = handle});
    if (scripted.body) answer.body = *scripted.body;
    if (!scripted.retry_after.empty())
        answer.headers.push_back({"Retry-After", scripted.retry_after});
    if (!scripted.date.empty()) answer.headers.push_back({"Date", scripted.date});
    return answer;
}

}  // namespace local
