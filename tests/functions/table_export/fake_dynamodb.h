// DynamoDB's export calls as its API reference tells them, in memory: client tokens (8 hours,
// conflicts), point-in-time recovery and its window, pages of ListExports, states of an export.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/codec/json.h"
#include "common/http/http.h"
#include "tests/support/fakes.h"
#include "tests/support/scripted_http.h"

namespace tests {

class FakeDynamoDb {
  public:
    struct Table {
        bool recovery_enabled = true;
        base::EpochMs earliest_restorable_ms = 0;
    };
    struct Export {
        std::string arn;
        std::string status = "IN_PROGRESS";
        std::string failure_code;
        std::string table_arn;
        std::string request;  // the request's body
        std::string token;
        base::EpochMs started_ms = 0;
    };
    struct Call {
        std::string operation;
        std::string body;
    };

    explicit FakeDynamoDb(const FakeClock& clock) : clock_(clock) {}

    void add_table(const std::string& table_arn) { tables_[table_arn] = {}; }
    Table& table(const std::string& table_arn) { return tables_.at(table_arn); }
    // The next call of `operation` is answered with this error instead.
    void fail_next(const std::string& operation, int status, const std::string& body) {
        failures_[operation].emplace_back(status, body);
    }

    base::Result<http::Response> answer(const http::Request& request);

    std::vector<Export> exports;
    std::vector<Call> calls;
    std::size_t page_size = 25;  // of ListExports

    [[nodiscard]] std::size_t count(const std::string& operation) const;

  private:
    http::Response start(const codec::JsonValue& request, const std::string& body);
    [[nodiscard]] http::Response list(const codec::JsonValue& request) const;
    [[nodiscard]] http::Response describe(const codec::JsonValue& request) const;
    [[nodiscard]] http::Response describe_backups(const codec::JsonValue& request) const;

    const FakeClock& clock_;
    std::map<std::string, Table> tables_;
    std::map<std::string, std::vector<std::pair<int, std::string>>> failures_;
};

// {"__type":"com.amazonaws.dynamodb.v20120810#Code","message":"…"}
std::string service_error(const std::string& code, const std::string& message);

}  // namespace tests
