// The export calls of DynamoDB's JSON protocol upon ExportService, errors on demand.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "common/codec/json.h"
#include "common/http/http.h"
#include "tests/functions/table_export/export_service.h"

namespace tests {

class FakeDynamoDb : public ExportService {
  public:
    struct Call {
        std::string operation;
        std::string body;
    };

    using ExportService::ExportService;

    // The next call of `operation` is answered with this error instead.
    void fail_next(const std::string& operation, int status, const std::string& body) {
        failures_[operation].emplace_back(status, body);
    }
    void forget_failures() { failures_.clear(); }

    base::Result<http::Response> answer(const http::Request& request);

    std::vector<Call> calls;
    std::size_t page_size = 25;  // of ListExports

    [[nodiscard]] std::size_t count(const std::string& operation) const;

  private:
    http::Response start_export(const codec::JsonValue& request, const std::string& body);
    [[nodiscard]] http::Response list(const codec::JsonValue& request) const;
    [[nodiscard]] http::Response describe(const codec::JsonValue& request) const;
    [[nodiscard]] http::Response describe_backups(const codec::JsonValue& request) const;

    std::map<std::string, std::vector<std::pair<int, std::string>>> failures_;
};

// {"__type":"com.amazonaws.dynamodb.v20120810#Code","message":"…"}
std::string service_error(const std::string& code, const std::string& message);

}  // namespace tests
