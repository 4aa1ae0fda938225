#include "runtime/local/sql/setup.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace sql {
namespace {

constexpr std::array<std::string_view, 4> kKinds{"EXTERNAL TABLE", "ICEBERG TABLE", "TABLE",
                                                 "VIEW"};
constexpr std::array<std::string_view, 3> kPrivileges{"CREATE EXTERNAL TABLE",
                                                      "CREATE ICEBERG TABLE", "CREATE STAGE"};

base::Error fault(std::string_view operation, std::string_view message) {
    return {base::ErrorKind::data_invalid, fmt::format("snowflake: {}: {}", operation, message)};
}

std::string text_or_empty(const codec::JsonValue& body, std::string_view name) {
    return std::string(codec::find_text(body, name).value_or(std::string_view()));
}

base::Result<base::Done> create_schema(Catalog& catalog, const codec::JsonValue& body) {
    const std::string database = text_or_empty(body, "database");
    const std::string schema = text_or_empty(body, "schema");
    if (database.empty() || schema.empty())
        return fault("CreateSchema", "database or schema is missing");
    catalog.account().schemas.emplace(database, schema);
    return base::Done{};
}

base::Result<base::Done> create_stage(Catalog& catalog, const codec::JsonValue& body) {
    auto tokens = split(text_or_empty(body, "name"));
    Name name;
    bool is_name = std::holds_alternative<std::vector<Token>>(tokens);
    if (is_name) {
        TokenReader reader(std::get<std::vector<Token>>(std::move(tokens)));
        is_name = reader.name(name) && reader.peek().kind == TokenKind::end;
    }
    if (!is_name) return fault("CreateStage", "name is not DB.SCHEMA.STAGE");
    catalog.put_stage(name, {.url = text_or_empty(body, "url"),
                             .storage_integration = text_or_empty(body, "storage_integration")});
    return base::Done{};
}

base::Result<base::Done> create_existing(Catalog& catalog, const codec::JsonValue& body) {
    const Name name{text_or_empty(body, "database"), text_or_empty(body, "schema"),
                    text_or_empty(body, "object")};
    Table table;
    table.kind = text_or_empty(body, "kind");
    table.comment = text_or_empty(body, "comment");
    table.owner = text_or_empty(body, "owner");
    table.row_access_policy = text_or_empty(body, "row_access_policy");
    table.invalid_reason = text_or_empty(body, "invalid_reason");
    if (name.database.empty() || name.schema.empty() || name.object.empty())
        return fault("CreateExisting", "database, schema or object is missing");
    if (std::find(kKinds.begin(), kKinds.end(), table.kind) == kKinds.end())
        return fault("CreateExisting", "kind is EXTERNAL TABLE, ICEBERG TABLE, TABLE or VIEW");
    if (const codec::JsonValue* grants = codec::find_array(body, "grants"); grants != nullptr) {
        for (const codec::JsonValue& grant : grants->GetArray()) {
            if (!grant.IsString()) return fault("CreateExisting", "a grant is no text");
            table.grants.emplace(codec::text_of(grant));
        }
    }
    catalog.put_table(name, std::move(table));
    return base::Done{};
}

base::Result<base::Done> revoke(Catalog& catalog, const codec::JsonValue& body) {
    const std::string privilege = text_or_empty(body, "privilege");
    if (std::find(kPrivileges.begin(), kPrivileges.end(), privilege) == kPrivileges.end())
        return fault("Revoke",
                     "privilege is CREATE EXTERNAL TABLE, CREATE ICEBERG TABLE or CREATE STAGE");
    catalog.account().revoked.emplace(text_or_empty(body, "database"),
                                      text_or_empty(body, "schema"), privilege);
    return base::Done{};
}

base::Result<base::Done> execute(Catalog& catalog, const codec::JsonValue& body) {
    const Rows rows = catalog.run(text_or_empty(body, "statement"), text_or_empty(body, "role"));
    if (rows.refusal)
        return fault("Execute", fmt::format("{}: {}", rows.refusal->code, rows.refusal->message));
    return base::Done{};
}

base::Result<base::Done> create_named(Catalog& catalog, std::string_view operation,
                                      const codec::JsonValue& body) {
    const std::string name = text_or_empty(body, "name");
    if (name.empty()) return fault(operation, "name is missing");
    if (operation == "CreateStorageIntegration") {
        catalog.account().storage_integrations.insert(name);
    } else if (operation == "CreateExternalVolume") {
        catalog.account().external_volumes.insert(name);
    } else {
        catalog.account().iceberg_integrations[name] = {
            codec::find_bool(body, "vends_credentials").value_or(false)};
    }
    return base::Done{};
}

}  // namespace

base::Result<base::Done> set_up(Catalog& catalog, std::string_view operation,
                                const codec::JsonValue& body) {
    if (operation == "CreateSchema") return create_schema(catalog, body);
    if (operation == "CreateStage") return create_stage(catalog, body);
    if (operation == "CreateExisting") return create_existing(catalog, body);
    if (operation == "Revoke") return revoke(catalog, body);
    if (operation == "Execute") return execute(catalog, body);
    const bool is_named = operation == "CreateStorageIntegration" ||
                          operation == "CreateExternalVolume" ||
                          operation == "CreateIcebergIntegration";
    if (is_named) return create_named(catalog, operation, body);
    return fault(operation, "there is no such command");
}

}  // namespace sql
