// The commands of the SQL API double; sql_api_double.h lists them.
#include <algorithm>

#include <fmt/format.h>

#include "runtime/local/sql_api_model.h"

namespace local {
namespace {

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
    catalog_ = SqlCatalog();
    by_request_id_.clear();
    request_id_of_handle_.clear();
    calls_.clear();
    executed_.clear();
    rows_per_partition_ = 0;
    handles_ = 0;
}

base::Result<base::Done> SqlApiModel::command(std::string_view operation,
                                              const codec::JsonValue& body) {
    const std::scoped_lock lock(mutex_);
    if (operation == "RegisterPublicKey") return register_public_key(body);
    if (operation == "Script") return script_.add(body);
    if (operation == "CreateExisting") return create_existing(body);
    if (operation == "RegisterToken") {
        const std::string token = text_or_empty(body, "token");
        if (token.empty()) return fault("RegisterToken needs token and token_type");
        callers_.tokens[token] = text_or_empty(body, "token_type");
        return base::Done{};
    }
    if (operation == "CreateSchema") {
        const std::string database = text_or_empty(body, "database");
        const std::string schema = text_or_empty(body, "schema");
        if (database.empty() || schema.empty())
            return fault("CreateSchema needs database and schema");
        catalog_.create_schema(database, schema);
        return base::Done{};
    }
    if (operation == "CreateStage") {
        const std::string name = text_or_empty(body, "name");
        if (name.empty()) return fault("CreateStage needs name");
        catalog_.create_stage(name);
        return base::Done{};
    }
    if (operation == "SetPartitionRows") {
        const auto rows = codec::find_integer(body, "rows");
        if (!rows || *rows < 0) return fault("SetPartitionRows needs rows");
        rows_per_partition_ = static_cast<std::size_t>(*rows);
        return base::Done{};
    }
    return fault(fmt::format("there is no command {}", operation));
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

base::Result<base::Done> SqlApiModel::create_existing(const codec::JsonValue& body) {
    const SqlName name{text_or_empty(body, "database"), text_or_empty(body, "schema"),
                       text_or_empty(body, "object")};
    SqlObject object;
    object.kind = text_or_empty(body, "kind");
    object.comment = text_or_empty(body, "comment");
    if (name.database.empty() || name.schema.empty() || name.object.empty() || object.kind.empty())
        return fault("CreateExisting needs database, schema, object and kind");
    if (const codec::JsonValue* grants = codec::find_array(body, "grants"); grants != nullptr) {
        for (const codec::JsonValue& grant : grants->GetArray()) {
            if (!grant.IsString()) return fault("CreateExisting: a grant is no text");
            object.grants.emplace(codec::text_of(grant));
        }
    }
    catalog_.put_object(name, std::move(object));
    return base::Done{};
}

}  // namespace local
