#include "common/snowflake/stage.h"

namespace snowflake {

Sql create_stage(const ExternalStage& stage, std::string_view comment) {
    return Sql("CREATE STAGE IF NOT EXISTS ")
        .table(stage.name)
        .fixed(" URL = ")
        .literal(stage.url)
        .fixed(" STORAGE_INTEGRATION = ")
        .identifier(stage.storage_integration)
        .fixed(" COMMENT = ")
        .literal(comment);
}

Sql drop_stage(const TableName& name) {
    return Sql("DROP STAGE IF EXISTS ").table(name);
}

}  // namespace snowflake
