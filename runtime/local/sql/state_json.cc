#include "runtime/local/sql/state_json.h"

#include <fmt/format.h>

namespace sql {
namespace {

template <typename Texts>
void write_texts(codec::JsonWriter& json, std::string_view name, const Texts& texts) {
    json.key(name).begin_array();
    for (const std::string& text : texts)
        json.text(text);
    json.end_array();
}

void write_columns(codec::JsonWriter& json, const std::vector<Column>& columns) {
    json.key("columns").begin_array();
    for (const Column& column : columns) {
        json.begin_object().member("name", column.name).member("type", written(column.type));
        json.member("expression", written(column.expression)).end_object();
    }
    json.end_array();
}

void write_partitions(codec::JsonWriter& json, const Table& table) {
    write_texts(json, "partition_by", table.partition_by);
    json.member("partition_type", table.is_user_specified ? "USER_SPECIFIED" : "EXPRESSION");
    json.key("partitions").begin_object();
    for (const auto& [path, values] : table.partitions) {
        json.key(path).begin_object();
        for (const auto& [column, value] : values)
            json.member(column, value);
        json.end_object();
    }
    json.end_object();
}

void write_table(codec::JsonWriter& json, const Catalog& catalog, const Table& table) {
    json.begin_object().member("kind", table.kind).member("owner", table.owner);
    json.member("comment", table.comment);
    write_texts(json, "grants", table.grants);
    json.member("row_access_policy", table.row_access_policy);
    json.member_boolean("auto_refresh", table.auto_refresh);
    write_texts(json, "refreshes", table.refreshes);
    json.member("invalid_reason", catalog.invalid_reason(table));
    if (table.kind == kExternalTable) {
        write_columns(json, table.columns);
        write_partitions(json, table);
        json.member("location", fmt::format("@{}/{}", written(table.stage), table.path));
        json.member("pattern", table.pattern).member("file_format", table.file_format.text);
    } else if (table.kind == kIcebergTable) {
        json.member("external_volume", table.external_volume).member("catalog", table.catalog);
        json.member("catalog_namespace", table.catalog_namespace);
        json.member("catalog_table_name", table.catalog_table_name);
    }
    json.end_object();
}

}  // namespace

void write_state(const Catalog& catalog, codec::JsonWriter& json) {
    json.begin_object().key("schemas").begin_array();
    for (const auto& [database, schema] : catalog.account().schemas)
        json.text(fmt::format("{}.{}", database, schema));
    json.end_array().key("stages").begin_object();
    for (const auto& [name, stage] : catalog.stages()) {
        json.key(written(name)).begin_object().member("url", stage.url);
        json.member("storage_integration", stage.storage_integration);
        json.member("comment", stage.comment).member("owner", stage.owner).end_object();
    }
    json.end_object().key("tables").begin_object();
    for (const auto& [name, table] : catalog.tables()) {
        json.key(written(name));
        write_table(json, catalog, table);
    }
    json.end_object().end_object();
}

}  // namespace sql
