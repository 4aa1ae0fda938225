#include "runtime/local/demo/orders_api.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "common/codec/uri.h"

namespace demo {
namespace {

constexpr auto kCustomers =
    std::to_array<std::string_view>({"Ada", "Blaise", "Charles", "Donald", "Edsger", "Frances",
                                     "Grace", "Hedy", "Ivan", "John", "Kathleen", "Leslie"});
constexpr std::string_view kFolder = "/customers/";
constexpr std::string_view kDocument = "/last-order";

// Numbers with more digits than a double has.
std::string last_order(std::size_t customer) {
    return fmt::format(R"({{"order":{{"number":9007199254740993{:022},"total":{}.05,)"
                       R"("note":"from the API, {}"}}}})",
                       customer, 1000 + customer, kCustomers.at(customer));
}

local::HttpAnswer answer(const local::HttpExchange& exchange) {
    std::string_view path = exchange.target();
    if (path.starts_with(kFolder) && path.ends_with(kDocument)) {
        path.remove_prefix(kFolder.size());
        path.remove_suffix(kDocument.size());
        const auto customer = codec::uri_decode(path);
        const auto* const found = std::ranges::find(kCustomers, customer ? *customer : "");
        if (found != kCustomers.end())
            return {.status = 200,
                    .headers = {{"Content-Type", "application/json"}},
                    .body = last_order(static_cast<std::size_t>(found - kCustomers.begin()))};
    }
    return {.status = 404, .headers = {}, .body = "no such customer"};
}

}  // namespace

base::Result<base::Done> OrdersApi::start() {
    return server_.start([](local::HttpExchange& exchange) { return answer(exchange); });
}

std::string OrdersApi::url() const {
    return fmt::format("http://127.0.0.1:{}{}{{place}}{}", server_.port(), kFolder, kDocument);
}

std::string OrdersApi::places() {
    return fmt::format("{}", fmt::join(kCustomers, ","));
}

std::string_view OrdersApi::item_map() {
    return R"({"customer":{"place":true},"orderId":"/order/number","total":"/order/total",)"
           R"("note":"/order/note","asked_at":{"now":"iso8601"},"source":{"const":"api"}})";
}

}  // namespace demo
