// Stands between a function and the local AWS: passes each request on byte for byte (so that its
// signature stays right) and keeps which call it was. With a fault dial it breaks some of them:
// what is kept is then what the local AWS was asked, and a PutRecords that lost entries is passed
// on with the signature that it had.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "runtime/local/fault_dial.h"
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
    // From now on requests suffer what the dial says. `kill` ends the function at once; it is
    // called by the proxy's threads and must not wait for them.
    void set_faults(std::shared_ptr<FaultDial> dial, std::function<void()> kill);
    // Calls are kept unless this was said: a long run would fill the memory with them.
    void keep_no_calls() { keeps_calls_ = false; }
    void reset();
    [[nodiscard]] std::vector<RecordedCall> calls() const;

  private:
    struct Faults {
        std::shared_ptr<FaultDial> dial;
        std::function<void()> kill;
    };
    HttpAnswer answer(HttpExchange& exchange);
    HttpAnswer answer_broken(HttpExchange& exchange, std::string_view body, const Faults& faults);
    HttpAnswer answer_partly(HttpExchange& exchange, std::string_view body, FaultDial& dial);
    // Keeps the call and passes it on.
    HttpAnswer forward(HttpExchange& exchange, std::string_view body);

    std::atomic<std::uint16_t> upstream_port_ = 0;
    std::atomic<bool> keeps_calls_ = true;
    mutable std::mutex mutex_;
    std::vector<RecordedCall> calls_;
    Faults faults_;
    HttpServer server_;  // last: its threads use all of the above
};

}  // namespace local
