#include "runtime/local/sql_api_double.h"

#include <chrono>
#include <thread>

#include <fmt/format.h>

namespace local {
namespace {

constexpr std::size_t kBodyBytesMax = 16U << 20U;

}  // namespace

base::Result<base::Done> SqlApiDouble::start() {
    return server_.start([this](HttpExchange& exchange) {
        MessageBody body = exchange.read_body(kBodyBytesMax);
        HttpAnswer answer = model_.answer({.method = exchange.method(),
                                           .target = exchange.target(),
                                           .headers = exchange.headers(),
                                           .body = body.bytes});
        if (exchange.method() == "POST" && model_.latency_ms() > 0)
            std::this_thread::sleep_for(std::chrono::milliseconds(model_.latency_ms()));
        return answer;
    });
}

std::string SqlApiDouble::url() const {
    return fmt::format("http://127.0.0.1:{}", server_.port());
}

}  // namespace local
