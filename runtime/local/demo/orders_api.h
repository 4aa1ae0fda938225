// A small HTTP API on a loopback port, from which api_to_dynamodb loads the first items:
// GET /customers/{place}/last-order -> {"order":{"number":9007199254740993000000000000000000…,…}}
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"
#include "runtime/local/http_server.h"

namespace demo {

class OrdersApi {
  public:
    base::Result<base::Done> start();
    // For API_URL, PLACES and ITEM_MAP.
    [[nodiscard]] std::string url() const;
    [[nodiscard]] static std::string places();
    [[nodiscard]] static std::string_view item_map();

  private:
    local::HttpServer server_;
};

}  // namespace demo
