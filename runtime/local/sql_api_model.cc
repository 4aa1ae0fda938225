#include "runtime/local/sql_api_model.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "runtime/local/text.h"

namespace local {
namespace {

constexpr std::string_view kStatements = "/api/v2/statements";

HttpAnswer json_answer(int status, std::string body) {
    return {status, {{"Content-Type", "application/json"}}, std::move(body)};
}

struct Failure {
    int status;
    std::string_view code;
    std::string_view sql_state;
    std::string_view message;
};

HttpAnswer failed(const Failure& failure) {
    codec::JsonWriter json;
    json.begin_object().member("code", failure.code).member("message", failure.message);
    if (!failure.sql_state.empty()) json.member("sqlState", failure.sql_state);
    json.end_object();
    return json_answer(failure.status, json.take());
}

std::string_view header(const http::Headers& headers, std::string_view name) {
    return http::find_header(headers, name).value_or(std::string_view());
}

// The value of a query's parameter, not decoded: ours hold letters, digits and hyphens.
std::string_view query_parameter(std::string_view query, std::string_view name) {
    while (!query.empty()) {
        const std::string_view pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), pair.size() + 1));
        const std::size_t equals = pair.find('=');
        if (equals != std::string_view::npos && pair.substr(0, equals) == name)
            return pair.substr(equals + 1);
    }
    return {};
}

bool is_uuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool is_hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        const char byte = lower(text[i]);
        const bool is_hex = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f');
        if (is_hyphen ? byte != '-' : !is_hex) return false;
    }
    return true;
}

// What is wrong with the body's members; empty where nothing is.
std::string fault_of_body(const codec::JsonValue& body) {
    static constexpr std::array<std::string_view, 8> kMembers{"statement", "timeout",   "database",
                                                              "schema",    "warehouse", "role",
                                                              "bindings",  "parameters"};
    if (!body.IsObject()) return "the body is no JSON object";
    for (const auto& [name, value] : body.GetObject()) {
        if (std::find(kMembers.begin(), kMembers.end(), codec::text_of(name)) == kMembers.end())
            return fmt::format("unknown member {}", codec::text_of(name));
    }
    const auto statement = codec::find_text(body, "statement");
    if (!statement || statement->empty()) return "statement is missing";
    const codec::JsonValue* timeout = codec::find_member(body, "timeout");
    if (timeout != nullptr &&
        (!timeout->IsInt() || timeout->GetInt() < 0 || timeout->GetInt() > 604'800)) {
        return "timeout is no number of seconds up to 604800";
    }
    const codec::JsonValue* parameters = codec::find_member(body, "parameters");
    if (parameters == nullptr) return "";
    if (!parameters->IsObject()) return "parameters is no object";
    for (const auto& [name, value] : parameters->GetObject()) {
        if (!equal_ignoring_case(codec::text_of(name), "query_tag") &&
            !equal_ignoring_case(codec::text_of(name), "multi_statement_count")) {
            return fmt::format("unknown parameter {}", codec::text_of(name));
        }
    }
    return "";
}

HttpAnswer result_answer(const SqlRows& rows, std::string_view handle) {
    codec::JsonWriter json;
    json.begin_object().key("resultSetMetaData").begin_object();
    json.member_integer("numRows", static_cast<std::int64_t>(rows.rows.size()));
    json.member("format", "jsonv2").key("rowType").begin_array();
    for (const std::string& column : rows.columns)
        json.begin_object().member("name", column).member("type", "text").end_object();
    json.end_array().key("partitionInfo").begin_array().begin_object();
    json.member_integer("rowCount", static_cast<std::int64_t>(rows.rows.size()));
    json.end_object().end_array().end_object().key("data").begin_array();
    for (const auto& row : rows.rows) {
        json.begin_array();
        for (const auto& value : row) {
            if (value) {
                json.text(*value);
            } else {
                json.null();
            }
        }
        json.end_array();
    }
    json.end_array().member("code", "090001").member("sqlState", "00000");
    json.member("statementHandle", handle);
    json.member("statementStatusUrl", fmt::format("{}/{}", kStatements, handle));
    json.member("message", "Statement executed successfully.").end_object();
    return json_answer(200, json.take());
}

}  // namespace

std::vector<RecordedCall> SqlApiModel::calls() const {
    const std::scoped_lock lock(mutex_);
    return calls_;
}

std::set<std::string> SqlApiModel::grants(const SqlName& name) const {
    const std::scoped_lock lock(mutex_);
    const SqlObject* object = catalog_.find_object(name);
    return object == nullptr ? std::set<std::string>() : object->grants;
}

HttpAnswer SqlApiModel::answer(const SqlApiRequest& request) {
    const std::scoped_lock lock(mutex_);
    const std::size_t question = request.target.find('?');
    const std::string_view path = request.target.substr(0, question);
    const std::string_view query =
        question == std::string_view::npos ? "" : request.target.substr(question + 1);
    if (!path.starts_with(kStatements)) return failed({404, "390404", "", "no such resource"});
    if (auto refusal = refuse_caller(request)) return *std::move(refusal);
    std::string_view rest = path.substr(kStatements.size());
    if (rest.empty()) {
        if (request.method != "POST") return failed({405, "390405", "", "method not allowed"});
        return post_statement(request, query);
    }
    if (!rest.starts_with('/')) return failed({404, "390404", "", "no such resource"});
    rest.remove_prefix(1);
    constexpr std::string_view kCancel = "/cancel";
    if (rest.ends_with(kCancel)) {
        if (request.method != "POST") return failed({405, "390405", "", "method not allowed"});
        return cancel(rest.substr(0, rest.size() - kCancel.size()));
    }
    if (request.method != "GET") return failed({405, "390405", "", "method not allowed"});
    return get_statement(rest);
}

std::optional<HttpAnswer> SqlApiModel::refuse_caller(const SqlApiRequest& request) const {
    if (header(request.headers, "User-Agent").empty())
        return failed({400, "390142", "", "User-Agent is missing"});
    const std::string_view accept = header(request.headers, "Accept");
    if (accept.find("application/json") == std::string_view::npos && accept != "*/*")
        return failed({400, "390142", "", "Accept is not application/json"});
    std::string_view token = header(request.headers, "Authorization");
    constexpr std::string_view kBearer = "Bearer ";
    if (!token.starts_with(kBearer))
        return failed({401, "390144", "", "JWT token is invalid. There is none"});
    token.remove_prefix(kBearer.size());
    const std::string_view type = header(request.headers, "X-Snowflake-Authorization-Token-Type");
    if (type == "PROGRAMMATIC_ACCESS_TOKEN" || type == "OAUTH") {
        const auto known = tokens_.find(std::string(token));
        if (known != tokens_.end() && known->second == type) return std::nullopt;
        return failed({401, "390303", "", "Invalid OAuth access token."});
    }
    std::string problem = "JWT token is invalid. No key is registered";
    for (const RegisteredKey& key : keys_) {
        const auto checked = check_jwt(token, key, clock_.now_ms());
        if (checked) return std::nullopt;
        problem = checked.error().message;
    }
    return failed({401, "390144", "", problem});
}

HttpAnswer SqlApiModel::post_statement(const SqlApiRequest& request, std::string_view query) {
    calls_.push_back({"snowflake", "statements", std::string(request.body)});
    std::string_view content_type = header(request.headers, "Content-Type");
    content_type = trim(content_type.substr(0, content_type.find(';')));
    if (!equal_ignoring_case(content_type, "application/json"))
        return failed({415, "390415", "", "Content-Type is not application/json"});
    const auto body = codec::parse_json(request.body, "the body");
    const std::string fault = body ? fault_of_body(*body) : std::string("the body is no JSON");
    if (!fault.empty()) return failed({400, "390142", "", fault});
    const std::string request_id(query_parameter(query, "requestId"));
    if (!is_uuid(request_id)) return failed({400, "390142", "", "requestId is no UUID"});
    Scripted scripted;
    if (!script_.empty()) {
        scripted = std::move(script_.front());
        script_.pop_front();
    }
    const bool runs = scripted.status == 200 || scripted.status == 202 || scripted.executed;
    const auto before = by_request_id_.find(request_id);
    if (before != by_request_id_.end() && query_parameter(query, "retry") != "true")
        return failed({400, "390142", "", "the requestId was used before, and retry is not true"});
    if (runs && before == by_request_id_.end()) {
        Ran ran = run(codec::find_text(*body, "statement").value_or(std::string_view()));
        ran.polls_left = scripted.status == 202 ? scripted.polls : 0;
        request_id_of_handle_[ran.handle] = request_id;
        by_request_id_[request_id] = std::move(ran);
    }
    if (scripted.status != 200 && scripted.status != 202) {
        HttpAnswer answer =
            failed({scripted.status, scripted.code, scripted.sql_state, scripted.message});
        if (!scripted.retry_after.empty())
            answer.headers.push_back({"Retry-After", scripted.retry_after});
        return answer;
    }
    const Ran& ran = by_request_id_[request_id];
    return scripted.status == 202 ? still_running(ran.handle) : ran.answer;
}

HttpAnswer SqlApiModel::get_statement(std::string_view handle) {
    const auto request_id = request_id_of_handle_.find(handle);
    if (request_id == request_id_of_handle_.end())
        return failed({422, "000709", "02000", "Statement handle not found"});
    Ran& ran = by_request_id_[request_id->second];
    if (ran.polls_left == 0) return ran.answer;
    --ran.polls_left;
    return still_running(ran.handle);
}

HttpAnswer SqlApiModel::cancel(std::string_view handle) {
    calls_.push_back({"snowflake", "cancel", fmt::format("\"{}\"", handle)});
    if (!request_id_of_handle_.contains(handle))
        return failed({422, "000709", "02000", "Statement handle not found"});
    return failed({200, "000604", "57014", "SQL execution canceled"});
}

SqlApiModel::Ran SqlApiModel::run(std::string_view statement) {
    Ran ran;
    ran.handle = fmt::format("01b2c3d4-0000-0000-0000-{:012}", ++handles_);
    const SqlRows rows = catalog_.run(statement);
    ran.answer =
        rows.refusal
            ? failed({422, rows.refusal->code, rows.refusal->sql_state, rows.refusal->message})
            : result_answer(rows, ran.handle);
    return ran;
}

HttpAnswer SqlApiModel::still_running(std::string_view handle) {
    codec::JsonWriter json;
    json.begin_object().member("code", "333334");
    json.member("message", "Asynchronous execution in progress.");
    json.member("statementHandle", handle);
    json.member("statementStatusUrl", fmt::format("{}/{}", kStatements, handle)).end_object();
    return json_answer(202, json.take());
}

}  // namespace local
