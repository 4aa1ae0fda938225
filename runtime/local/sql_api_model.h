// The SQL API double without its socket: requests in, answers out. Safe to call from many threads.
#pragma once

#include <cstdint>
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
#include "runtime/local/recorded_call.h"
#include "runtime/local/sql/catalog.h"
#include "runtime/local/sql_api_checks.h"
#include "runtime/local/sql_api_script.h"

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
    // What the account holds (sql/state_json.h), and "executed" as below.
    [[nodiscard]] std::string state() const;
    // How long each POST of a statement takes, for whoever sends the answers.
    [[nodiscard]] std::int64_t latency_ms() const;
    // The statements that came to their end, in order: a cancelled one is not among them.
    [[nodiscard]] std::vector<std::string> executed() const;

  private:
    enum class RunState { running, done, cancelled };
    // A statement, by the request that brought it.
    struct Run {
        std::string handle;
        std::string body;  // of the request
        std::string statement;
        std::string role;
        RunState state = RunState::running;
        int polls_left = 0;
        sql::Rows rows;
    };

    HttpAnswer post_statement(const SqlApiRequest& request, std::string_view query);
    HttpAnswer get_statement(std::string_view handle, std::string_view query);
    HttpAnswer cancel(std::string_view handle);
    Run& begin(std::string_view request_id, const SqlApiRequest& request, int polls);
    // The statement takes effect now.
    void finish(Run& run);
    [[nodiscard]] HttpAnswer state_of(const Run& run) const;
    Run* find(std::string_view handle);
    base::Result<base::Done> register_public_key(const codec::JsonValue& body);

    const base::Clock& clock_;
    mutable std::mutex mutex_;
    ApiCallers callers_;
    SqlApiScript script_;
    sql::Catalog catalog_;
    std::map<std::string, Run, std::less<>> by_request_id_;
    std::map<std::string, std::string, std::less<>> request_id_of_handle_;
    std::vector<RecordedCall> calls_;
    std::vector<std::string> executed_;
    std::size_t rows_per_partition_ = 0;  // 0: all in one
    std::int64_t latency_ms_ = 0;
    int handles_ = 0;
};

}  // namespace local
