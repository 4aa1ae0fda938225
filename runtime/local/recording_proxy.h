// Stands between a function and the local AWS: passes each request on byte for byte (so that its
// signature stays right) and keeps which call it was.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "runtime/local/http_server.h"
#include "runtime/local/recorded_call.h"

namespace local {

class RecordingProxy {
  public:
    base::Result<base::Done> start();
    // For AWS_ENDPOINT_URL.
    [[nodiscard]] std::string url() const;
    // The AWS server; a request before there is one is kept and answered 503.
    void forward_to(std::uint16_t port) { upstream_port_ = port; }
    void reset();
    [[nodiscard]] std::vector<RecordedCall> calls() const;

  private:
    HttpAnswer answer(HttpExchange& exchange);

    std::atomic<std::uint16_t> upstream_port_ = 0;
    mutable std::mutex mutex_;
    std::vector<RecordedCall> calls_;
    HttpServer server_;  // last: its threads use all of the above
};

}  // namespace local
