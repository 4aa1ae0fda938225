// The SQL API double without its socket: requests in, answers out. Safe to call from many threads.
#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/codec/json.h"
#include "common/http/http.h"
#include "runtime/local/http_connection.h"
#include "runtime/local/jwt_check.h"
#include "runtime/local/recorded_call.h"
#include "runtime/local/sql_catalog.h"

namespace local {

struct SqlApiRequest {
    std::string_view method;
    std::string_view target;  // path and query
    const http::Headers& headers;
    std::string_view body;
};

class SqlApiModel {
  public:
    explicit SqlApiModel(const base::Clock& clock) : clock_(clock) {}

    HttpAnswer answer(const SqlApiRequest& request);
    base::Result<base::Done> command(std::string_view operation, const codec::JsonValue& body);
    void reset();
    [[nodiscard]] std::vector<RecordedCall> calls() const;
    // Of an object: what COPY GRANTS keeps.
    [[nodiscard]] std::set<std::string> grants(const SqlName& name) const;

  private:
    struct Scripted {
        int status = 200;
        int polls = 0;
        bool executed = false;
        std::string code;
        std::string sql_state;
        std::string message;
        std::string retry_after;
    };
    // A statement that ran: its answer, and how many polls come before it is given.
    struct Ran {
        HttpAnswer answer;
        int polls_left = 0;
        std::string handle;
    };

    [[nodiscard]] std::optional<HttpAnswer> refuse_caller(const SqlApiRequest& request) const;
    HttpAnswer post_statement(const SqlApiRequest& request, std::string_view query);
    HttpAnswer get_statement(std::string_view handle);
    HttpAnswer cancel(std::string_view handle);
    Ran run(std::string_view statement);
    static HttpAnswer still_running(std::string_view handle);
    base::Result<base::Done> read_script(const codec::JsonValue& body);
    base::Result<base::Done> create_existing(const codec::JsonValue& body);
    base::Result<base::Done> register_public_key(const codec::JsonValue& body);

    const base::Clock& clock_;
    mutable std::mutex mutex_;
    std::vector<RegisteredKey> keys_;
    std::map<std::string, std::string> tokens_;  // token -> type
    std::deque<Scripted> script_;
    SqlCatalog catalog_;
    std::map<std::string, Ran, std::less<>> by_request_id_;
    std::map<std::string, std::string, std::less<>> request_id_of_handle_;
    std::vector<RecordedCall> calls_;
    int handles_ = 0;
};

}  // namespace local
