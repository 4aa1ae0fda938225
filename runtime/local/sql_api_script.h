// What the SQL API double is told to answer instead of the truth, request by request.
//
//   {"on":"statements","responses":[{"status":429,"code":"390505","retry_after":"3"},…]}
//
// `on` says which requests the responses are for, each in order: "statements" (where it is left
// out: POSTs of a statement), "status" (looks at one), "partition", "cancel". One of:
//   {"status":200}                    the truth
//   {"status":202,"polls":2}          a statement that runs until it was looked at twice
//   {"status":503,"executed":true}    that status in its place, with "code", "sqlState", "message",
//                                     "retry_after" and "date" where given; the request is done all
//                                     the same where "executed" is true. 408 and 422 are the end
//                                     of a statement: one that has begun already keeps its own
//   {"status":200,"body":"<html>"}    that body in its place; "executed" as above: it also ends a
//                                     statement that still runs
//   {"reset":"before"|"after"}        the connection breaks before or after the request was done
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/codec/json.h"
#include "runtime/local/http_connection.h"

namespace local {

enum class ApiReset { none, before, after };

struct ScriptedAnswer {
    int status = 200;
    int polls = 0;
    bool executed = false;
    ApiReset reset = ApiReset::none;
    std::string code = {};
    std::string sql_state = {};
    std::string message = {};
    std::string retry_after = {};
    std::string date = {};
    std::optional<std::string> body = {};

    // Whether the request is done.
    [[nodiscard]] bool is_done() const {
        if (reset != ApiReset::none) return reset == ApiReset::after;
        return executed || is_true();
    }
    // Whether the truth is answered.
    [[nodiscard]] bool is_true() const {
        return reset == ApiReset::none && !body && (status == 200 || status == 202);
    }
};

class SqlApiScript {
  public:
    // Kind data_invalid where the command is not as above: then nothing of it is kept.
    base::Result<base::Done> add(const codec::JsonValue& command);
    // The next for a request of that kind: the truth, where there is none.
    ScriptedAnswer take(std::string_view on);
    void clear() { waiting_.clear(); }

  private:
    std::map<std::string, std::deque<ScriptedAnswer>, std::less<>> waiting_;
};

// What is sent where `scripted` is not the truth.
HttpAnswer write_scripted(const ScriptedAnswer& scripted, std::string_view handle);

}  // namespace local
