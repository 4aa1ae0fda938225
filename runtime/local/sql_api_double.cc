#include "runtime/local/sql_api_double.h"

#include <fmt/format.h>

namespace local {
namespace {

constexpr std::size_t kBodyBytesMax = 16U << 20U;

}  // namespace

base::Result<base::Done> SqlApiDouble::start() {
    return server_.start([this](HttpExchange& exchange) {
        MessageBody body = exchange.read_body(kBodyBytesMax);
        return model_.answer({.method = exchange.method(),
                              .target = exchange.target(),
                              .headers = exchange.headers(),
                              .body = body.bytes});
    });
}

std::string SqlApiDouble::url() const {
    return fmt::format("http://127.0.0.1:{}", server_.port());
}

}  // namespace local
