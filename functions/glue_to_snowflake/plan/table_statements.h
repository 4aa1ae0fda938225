// The statements of plans, each with the subject that messages name it by.
#pragma once

#include <string>
#include <string_view>

#include "common/snowflake/show.h"
#include "functions/glue_to_snowflake/definition/table_definition.h"
#include "functions/glue_to_snowflake/plan/planned_statement.h"

namespace glue_to_snowflake {

PlannedStatement planned_create_stage(const snowflake::ExternalStage& stage, std::string reason);
PlannedStatement planned_drop_stage(const snowflake::TableName& stage, std::string reason);

PlannedStatement planned_create(const snowflake::ExternalTable& table, std::string_view comment,
                                std::string reason);
PlannedStatement planned_replace(const snowflake::ExternalTable& table, std::string_view comment,
                                 std::string reason);
PlannedStatement planned_create(const snowflake::IcebergTable& table, std::string_view comment,
                                std::string reason);
PlannedStatement planned_drop(snowflake::TableKind kind, const snowflake::TableName& name,
                              std::string reason);
PlannedStatement planned_rename(const snowflake::TableName& name, const snowflake::Identifier& to,
                                std::string reason);

PlannedStatement planned_add_column(const snowflake::TableName& name,
                                    const snowflake::VirtualColumn& added, std::string reason);
PlannedStatement planned_drop_column(const snowflake::TableName& name,
                                     const snowflake::Identifier& dropped, std::string reason);
PlannedStatement planned_set_auto_refresh(snowflake::TableKind kind,
                                          const snowflake::TableName& name,
                                          snowflake::AutoRefresh auto_refresh, std::string reason);
PlannedStatement planned_comment_on(const snowflake::TableName& name, std::string_view comment,
                                    std::string reason);
PlannedStatement planned_refresh(const snowflake::TableName& name, std::string_view path,
                                 std::string reason);

}  // namespace glue_to_snowflake
