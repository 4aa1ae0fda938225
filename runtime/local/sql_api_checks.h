// What the SQL API double looks at in a request before it looks at its statement.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/codec/json.h"
#include "runtime/local/http_connection.h"
#include "runtime/local/jwt_check.h"

namespace local {

// Who may ask.
struct ApiCallers {
    std::vector<RegisteredKey> keys;
    std::map<std::string, std::string> tokens;  // token -> type
};

// A 400 or 401, or nothing where the request may come in.
std::optional<HttpAnswer> refuse_caller(const http::Headers& headers, const ApiCallers& callers,
                                        base::EpochMs now_ms);

// The query's value of that name, not decoded: ours hold letters, digits and hyphens.
std::string_view query_parameter(std::string_view query, std::string_view name);

// A 400 or 415 for a POST of a statement that is not as the API has it.
std::optional<HttpAnswer> refuse_post(const http::Headers& headers, std::string_view query,
                                      const codec::JsonValue* body);

}  // namespace local
