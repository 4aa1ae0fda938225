#include "functions/glue_to_snowflake/plan/table_statements.h"

#include <fmt/format.h>

namespace glue_to_snowflake {
namespace {

std::string text_of(const snowflake::TableName& name) {
    return snowflake::Sql().table(name).text();
}

std::string text_of(const snowflake::Identifier& name) {
    return snowflake::quote_identifier(name.name());
}

std::string_view kind_text(snowflake::TableKind kind) {
    return kind == snowflake::TableKind::external ? "EXTERNAL TABLE" : "ICEBERG TABLE";
}

}  // namespace

PlannedStatement planned_create_stage(const snowflake::ExternalStage& stage, std::string reason) {
    return {snowflake::create_stage(stage, "lakefeed: the location of one external table"),
            fmt::format("CREATE STAGE {}", text_of(stage.name)), std::move(reason)};
}

PlannedStatement planned_drop_stage(const snowflake::TableName& stage, std::string reason) {
    return {snowflake::drop_stage(stage), fmt::format("DROP STAGE {}", text_of(stage)),
            std::move(reason)};
}

PlannedStatement planned_create(const snowflake::ExternalTable& table, std::string_view comment,
                                std::string reason) {
    return {create_external_table(table, snowflake::CreateMode::if_not_exists, comment),
            fmt::format("CREATE EXTERNAL TABLE {}", text_of(table.name)), std::move(reason),
            /*ends_where_there=*/true};
}

PlannedStatement planned_replace(const snowflake::ExternalTable& table, std::string_view comment,
                                 std::string reason) {
    return {create_external_table(table, snowflake::CreateMode::replace, comment),
            fmt::format("CREATE OR REPLACE EXTERNAL TABLE {}", text_of(table.name)),
            std::move(reason)};
}

PlannedStatement planned_create(const snowflake::IcebergTable& table, std::string_view comment,
                                std::string reason) {
    return {create_iceberg_table(table, comment),
            fmt::format("CREATE ICEBERG TABLE {}", text_of(table.name)), std::move(reason),
            /*ends_where_there=*/true};
}

PlannedStatement planned_drop(snowflake::TableKind kind, const snowflake::TableName& name,
                              std::string reason) {
    return {kind == snowflake::TableKind::external ? drop_external_table(name)
                                                   : drop_iceberg_table(name),
            fmt::format("DROP {} {}", kind_text(kind), text_of(name)), std::move(reason)};
}

PlannedStatement planned_rename(const snowflake::TableName& name, const snowflake::Identifier& to,
                                std::string reason) {
    return {rename_table(name, to),
            fmt::format("ALTER TABLE {} RENAME TO {}", text_of(name), text_of(to)),
            std::move(reason)};
}

PlannedStatement planned_add_column(const snowflake::TableName& name,
                                    const snowflake::VirtualColumn& added, std::string reason) {
    return {snowflake::add_column(name, added),
            fmt::format("ALTER TABLE {} ADD COLUMN {}", text_of(name), text_of(added.name)),
            std::move(reason)};
}

PlannedStatement planned_drop_column(const snowflake::TableName& name,
                                     const snowflake::Identifier& dropped, std::string reason) {
    return {snowflake::drop_column(name, dropped),
            fmt::format("ALTER TABLE {} DROP COLUMN {}", text_of(name), text_of(dropped)),
            std::move(reason)};
}

PlannedStatement planned_set_auto_refresh(snowflake::TableKind kind,
                                          const snowflake::TableName& name,
                                          snowflake::AutoRefresh auto_refresh, std::string reason) {
    return {kind == snowflake::TableKind::external ? set_auto_refresh(name, auto_refresh)
                                                   : set_iceberg_auto_refresh(name, auto_refresh),
            fmt::format("ALTER {} {} SET AUTO_REFRESH", kind_text(kind), text_of(name)),
            std::move(reason)};
}

PlannedStatement planned_comment_on(const snowflake::TableName& name, std::string_view comment,
                                    std::string reason) {
    return {comment_on_table(name, comment), fmt::format("COMMENT ON TABLE {}", text_of(name)),
            std::move(reason)};
}

PlannedStatement planned_refresh(const snowflake::TableName& name, std::string_view path,
                                 std::string reason) {
    return {snowflake::refresh(name, path),
            fmt::format("ALTER EXTERNAL TABLE {} REFRESH", text_of(name)), std::move(reason)};
}

}  // namespace glue_to_snowflake
