// Stages for external tables whose location no other stage covers. A stage is never replaced: the
// tables on it are bound to the stage itself, not to its name. Snowflake's page: "CREATE STAGE".
#pragma once

#include <string>
#include <string_view>

#include "common/snowflake/sql.h"

namespace snowflake {

struct ExternalStage {
    TableName name;
    std::string url;  // s3://bucket/folder/
    Identifier storage_integration;
};

// CREATE STAGE IF NOT EXISTS … URL = '…' STORAGE_INTEGRATION = "…" COMMENT = '…'
Sql create_stage(const ExternalStage& stage, std::string_view comment);
// DROP STAGE IF EXISTS …
Sql drop_stage(const TableName& name);

}  // namespace snowflake
