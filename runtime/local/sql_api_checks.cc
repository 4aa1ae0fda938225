#include "runtime/local/sql_api_checks.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "runtime/local/sql_api_answers.h"
#include "runtime/local/text.h"

namespace local {
namespace {

constexpr std::string_view kKeyPair = "KEYPAIR_JWT";
constexpr std::string_view kOAuth = "OAUTH";
constexpr std::size_t kQueryTagMax = 2'000;
constexpr std::string_view kWorkloadIdentity = "WORKLOAD_IDENTITY_FEDERATION";

std::string_view header(const http::Headers& headers, std::string_view name) {
    return http::find_header(headers, name).value_or(std::string_view());
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
    for (const std::string_view name : {"database", "schema", "warehouse", "role"}) {
        const codec::JsonValue* text = codec::find_member(body, name);
        if (text != nullptr && !text->IsString()) return fmt::format("{} is no text", name);
    }
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
        if (equal_ignoring_case(codec::text_of(name), "query_tag") &&
            (!value.IsString() || value.GetStringLength() > kQueryTagMax)) {
            return "query_tag is no text of up to 2000 characters";
        }
    }
    return "";
}

// The parameters of a POST: each at most once.
std::string fault_of_query(std::string_view query) {
    std::vector<std::string_view> seen;
    while (!query.empty()) {
        const std::string_view pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), pair.size() + 1));
        const std::string_view name = pair.substr(0, pair.find('='));
        const std::string_view value = pair.substr(std::min(pair.size(), name.size() + 1));
        if (std::find(seen.begin(), seen.end(), name) != seen.end())
            return fmt::format("{} stands twice", name);
        seen.push_back(name);
        const bool is_flag = name == "retry" || name == "async";
        if (is_flag && value != "true" && value != "false")
            return fmt::format("{} is true or false", name);
        if (!is_flag && name != "requestId") return fmt::format("unknown parameter {}", name);
    }
    return "";
}

}  // namespace

std::optional<HttpAnswer> refuse_caller(const http::Headers& headers, const ApiCallers& callers,
                                        base::EpochMs now_ms) {
    if (header(headers, "User-Agent").empty())
        return api_failure({.code = "390142", .message = "User-Agent is missing"});
    const std::string_view accept = header(headers, "Accept");
    if (accept.find("application/json") == std::string_view::npos && accept != "*/*")
        return api_failure({.code = "390142", .message = "Accept is not application/json"});
    const auto denied = [](std::string_view code, std::string_view message) {
        return api_failure({.status = 401, .code = code, .message = message});
    };
    std::string_view token = header(headers, "Authorization");
    constexpr std::string_view kBearer = "Bearer ";
    if (!token.starts_with(kBearer)) return denied("390144", "JWT token is invalid. There is none");
    token.remove_prefix(kBearer.size());
    std::string_view type = header(headers, "X-Snowflake-Authorization-Token-Type");
    if (type.empty()) type = kOAuth;
    if (type != kKeyPair) {
        const auto known = callers.tokens.find(std::string(token));
        const bool is_whole = type != kWorkloadIdentity || token.starts_with("WIF.AWS.");
        if (known != callers.tokens.end() && known->second == type && is_whole) return std::nullopt;
        return denied("390303", "Invalid OAuth access token.");
    }
    std::string problem = "JWT token is invalid. No key is registered";
    for (const RegisteredKey& key : callers.keys) {
        const auto checked = check_jwt(token, key, now_ms);
        if (checked) return std::nullopt;
        problem = checked.error().message;
    }
    return denied("390144", problem);
}

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

std::optional<HttpAnswer> refuse_post(const http::Headers& headers, std::string_view query,
                                      const codec::JsonValue* body) {
    std::string_view content_type = header(headers, "Content-Type");
    content_type = trim(content_type.substr(0, content_type.find(';')));
    if (!equal_ignoring_case(content_type, "application/json")) {
        return api_failure(
            {.status = 415, .code = "390415", .message = "Content-Type is not application/json"});
    }
    std::string fault = body == nullptr ? "the body is no JSON" : fault_of_body(*body);
    if (fault.empty()) fault = fault_of_query(query);
    if (fault.empty() && !is_uuid(query_parameter(query, "requestId")))
        fault = "requestId is no UUID";
    if (fault.empty()) return std::nullopt;
    return api_failure({.code = "390142", .message = fault});
}

}  // namespace local
