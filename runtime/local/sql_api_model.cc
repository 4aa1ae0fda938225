#include "runtime/local/sql_api_model.h"

#include <charconv>

#include <fmt/format.h>

#include "runtime/local/sql/state_json.h"
#include "runtime/local/sql_api_answers.h"

namespace local {
namespace {

HttpAnswer not_allowed() {
    return api_failure({.status = 405, .code = "390405", .message = "method not allowed"});
}

HttpAnswer no_such_resource() {
    return api_failure({.status = 404, .code = "390404", .message = "no such resource"});
}

HttpAnswer no_such_handle() {
    return api_failure({.status = 422,
                        .code = "000709",
                        .sql_state = "02000",
                        .message = "Statement handle not found"});
}

HttpAnswer bad_request(std::string_view message) {
    return api_failure({.code = "390142", .message = message});
}

// A reset before anything was done.
HttpAnswer broken() {
    return {.end = AnswerEnd::none};
}

}  // namespace

std::vector<RecordedCall> SqlApiModel::calls() const {
    const std::scoped_lock lock(mutex_);
    return calls_;
}

std::vector<std::string> SqlApiModel::executed() const {
    const std::scoped_lock lock(mutex_);
    return executed_;
}

std::string SqlApiModel::state() const {
    const std::scoped_lock lock(mutex_);
    codec::JsonWriter json;
    sql::write_state(catalog_, json);
    std::string state = json.take();
    json.begin_array();
    for (const std::string& statement : executed_)
        json.text(statement);
    json.end_array();
    state.pop_back();
    return fmt::format("{},\"executed\":{}}}", state, json.take());
}

std::int64_t SqlApiModel::latency_ms() const {
    const std::scoped_lock lock(mutex_);
    return latency_ms_;
}

HttpAnswer SqlApiModel::answer(const SqlApiRequest& request) {
    const std::scoped_lock lock(mutex_);
    const std::size_t question = request.target.find('?');
    const std::string_view path = request.target.substr(0, question);
    const std::string_view query =
        question == std::string_view::npos ? "" : request.target.substr(question + 1);
    if (!path.starts_with(kStatementsPath)) return no_such_resource();
    if (auto refusal = refuse_caller(request.headers, callers_, clock_.now_ms()))
        return *std::move(refusal);
    std::string_view rest = path.substr(kStatementsPath.size());
    if (rest.empty())
        return request.method == "POST" ? post_statement(request, query) : not_allowed();
    if (!rest.starts_with('/')) return no_such_resource();
    rest.remove_prefix(1);
    constexpr std::string_view kCancel = "/cancel";
    if (rest.ends_with(kCancel)) {
        if (request.method != "POST") return not_allowed();
        return cancel(rest.substr(0, rest.size() - kCancel.size()));
    }
    return request.method == "GET" ? get_statement(rest, query) : not_allowed();
}

HttpAnswer SqlApiModel::post_statement(const SqlApiRequest& request, std::string_view query) {
    calls_.push_back({"snowflake", "statements", std::string(request.body)});
    const auto body = codec::parse_json(request.body, "the body");
    if (auto refusal = refuse_post(request.headers, query, body ? &*body : nullptr))
        return *std::move(refusal);
    const std::string_view request_id = query_parameter(query, "requestId");
    const auto known = by_request_id_.find(request_id);
    const bool is_known = known != by_request_id_.end();
    if (is_known && query_parameter(query, "retry") != "true")
        return bad_request("the requestId was used before, and retry is not true");
    if (is_known && known->second.body != request.body)
        return bad_request("the requestId belongs to another request");
    ScriptedAnswer scripted = script_.take("statements");
    if (is_known && (scripted.status == 408 || scripted.status == 422)) scripted = {};
    Run* run = is_known ? &known->second : nullptr;
    if (run == nullptr && scripted.is_done()) {
        run = &begin(request_id, request, scripted.polls);
        const bool runs_on = scripted.polls > 0 || scripted.status == 202 ||
                             query_parameter(query, "async") == "true";
        if (!runs_on) finish(*run);
    }
    const bool is_said_done = scripted.status == 200 && scripted.executed;
    if (run != nullptr && run->state == RunState::running && is_said_done) finish(*run);
    if (!scripted.is_true())
        return write_scripted(scripted, run == nullptr ? std::string_view() : run->handle);
    return state_of(*run);
}

HttpAnswer SqlApiModel::get_statement(std::string_view handle, std::string_view query) {
    const std::string_view partition = query_parameter(query, "partition");
    const ScriptedAnswer scripted = script_.take(partition.empty() ? "status" : "partition");
    if (!scripted.is_done()) return write_scripted(scripted, handle);
    Run* run = find(handle);
    if (run == nullptr) return no_such_handle();
    if (run->state == RunState::running && run->polls_left-- <= 0) finish(*run);
    if (!scripted.is_true()) return write_scripted(scripted, handle);
    if (partition.empty() || run->state != RunState::done || run->rows.refusal)
        return state_of(*run);
    std::size_t number = 0;
    const auto [stop, error] =
        std::from_chars(partition.data(), partition.data() + partition.size(), number);
    if (error != std::errc() || stop != partition.data() + partition.size())
        return bad_request("partition is no number");
    return api_partition(run->rows, number, rows_per_partition_);
}

HttpAnswer SqlApiModel::cancel(std::string_view handle) {
    calls_.push_back({"snowflake", "cancel", fmt::format("\"{}\"", handle)});
    const ScriptedAnswer scripted = script_.take("cancel");
    Run* run = find(handle);
    const bool is_running = run != nullptr && run->state == RunState::running;
    if (is_running && scripted.is_done()) run->state = RunState::cancelled;
    if (scripted.reset == ApiReset::before) return broken();
    if (!scripted.is_true()) return write_scripted(scripted, handle);
    if (run == nullptr) return no_such_handle();
    if (!is_running) {
        return api_failure({.status = 422,
                            .code = "000605",
                            .sql_state = "02000",
                            .message = "Identified SQL statement is not currently executing.",
                            .handle = handle});
    }
    return api_failure({.status = 200,
                        .code = "000604",
                        .sql_state = "57014",
                        .message = "SQL execution canceled",
                        .handle = handle});
}

SqlApiModel::Run& SqlApiModel::begin(std::string_view request_id, const SqlApiRequest& request,
                                     int polls) {
    const auto body = codec::parse_json(request.body, "the body");
    Run run;
    run.handle = fmt::format("01b2c3d4-0000-0000-0000-{:012}", ++handles_);
    run.body = request.body;
    run.statement = codec::find_text(*body, "statement").value_or(std::string_view());
    run.role = codec::find_text(*body, "role").value_or(std::string_view());
    run.polls_left = polls;
    request_id_of_handle_[run.handle] = request_id;
    return by_request_id_[std::string(request_id)] = std::move(run);
}

void SqlApiModel::finish(Run& run) {
    run.rows = catalog_.run(run.statement, run.role);
    run.state = RunState::done;
    executed_.push_back(run.statement);
}

HttpAnswer SqlApiModel::state_of(const Run& run) const {
    if (run.state == RunState::running) return api_running(run.handle);
    if (run.state == RunState::cancelled) {
        return api_failure({.status = 422,
                            .code = "000604",
                            .sql_state = "57014",
                            .message = "SQL execution canceled",
                            .handle = run.handle});
    }
    if (!run.rows.refusal) return api_result(run.rows, run.handle, rows_per_partition_);
    return api_failure({.status = 422,
                        .code = run.rows.refusal->code,
                        .sql_state = run.rows.refusal->sql_state,
                        .message = run.rows.refusal->message,
                        .handle = run.handle});
}

SqlApiModel::Run* SqlApiModel::find(std::string_view handle) {
    const auto request_id = request_id_of_handle_.find(handle);
    return request_id == request_id_of_handle_.end() ? nullptr
                                                     : &by_request_id_[request_id->second];
}

}  // namespace local
