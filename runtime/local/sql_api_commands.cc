// The commands of the SQL API double; sql_api_double.h lists them.
#include <fmt/format.h>

#include "runtime/local/sql/setup.h"
#include "runtime/local/sql_api_model.h"

namespace local {
namespace {

constexpr std::int64_t kLatencyMsMax = 60'000;

base::Error fault(std::string_view message) {
    return {base::ErrorKind::data_invalid, fmt::format("snowflake: {}", message)};
}

std::string text_or_empty(const codec::JsonValue& body, std::string_view name) {
    return std::string(codec::find_text(body, name).value_or(std::string_view()));
}

}  // namespace

void SqlApiModel::reset() {
    const std::scoped_lock lock(mutex_);
    callers_ = {};
    script_.clear();
    catalog_ = sql::Catalog();
    by_request_id_.clear();
    request_id_of_handle_.clear();
    calls_.clear();
    executed_.clear();
    rows_per_partition_ = 0;
    latency_ms_ = 0;
    handles_ = 0;
}

base::Result<base::Done> SqlApiModel::command(std::string_view operation,
                                              const codec::JsonValue& body) {
    const std::scoped_lock lock(mutex_);
    if (operation == "RegisterPublicKey") return register_public_key(body);
    if (operation == "Script") return script_.add(body);
    if (operation == "RegisterToken") {
        const std::string token = text_or_empty(body, "token");
        if (token.empty()) return fault("RegisterToken needs token and token_type");
        callers_.tokens[token] = text_or_empty(body, "token_type");
        return base::Done{};
    }
    if (operation == "SetPartitionRows") {
        const auto rows = codec::find_integer(body, "rows");
        if (!rows || *rows < 0) return fault("SetPartitionRows needs rows");
        rows_per_partition_ = static_cast<std::size_t>(*rows);
        return base::Done{};
    }
    if (operation == "SetLatency") {
        const auto ms = codec::find_integer(body, "ms");
        if (!ms || *ms < 0 || *ms > kLatencyMsMax) return fault("SetLatency needs ms, up to 60000");
        latency_ms_ = *ms;
        return base::Done{};
    }
    return sql::set_up(catalog_, operation, body);
}

base::Result<base::Done> SqlApiModel::register_public_key(const codec::JsonValue& body) {
    const std::string account = text_or_empty(body, "account");
    const std::string user = text_or_empty(body, "user");
    std::string pem = text_or_empty(body, "public_key_pem");
    if (account.empty() || user.empty())
        return fault("RegisterPublicKey needs account, user and public_key_pem");
    if (auto checked = check_public_key(pem); !checked) return checked;
    callers_.keys.push_back({fmt::format("{}.{}", account, user), std::move(pem)});
    return base::Done{};
}

}  // namespace local
