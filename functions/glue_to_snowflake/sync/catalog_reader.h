// What the catalog wants of Snowflake for one table: read by GetTable, and defined.
#pragma once

#include <string>
#include <variant>

#include "common/aws/glue_client.h"
#include "common/base/deadline.h"
#include "common/base/result.h"
#include "functions/glue_to_snowflake/config.h"
#include "functions/glue_to_snowflake/definition/table_definition.h"
#include "functions/glue_to_snowflake/snowflake_settings.h"

namespace glue_to_snowflake {

// The catalog does not have the table.
struct Gone {};

struct Wanted {
    aws::GlueTableId source;    // as the mark has it
    aws::GlueTable table = {};  // empty where it is gone
    std::variant<TableDefinition, IcebergDefinition, Skip, Gone> definition = Gone{};
    // What makes the table; empty where nothing does. The same for two looks between which nothing
    // changed.
    std::string text = {};
};

class CatalogReader {
  public:
    // All outlive it.
    CatalogReader(const Config& config, const SnowflakeSettings& settings, aws::GlueClient& glue)
        : config_(config), settings_(settings), glue_(glue) {}

    // `name` is the table's in Snowflake.
    base::Result<Wanted> read(const aws::GlueTableId& source, const snowflake::TableName& name,
                              base::Deadline deadline);
    // The same of a table that a list gave.
    base::Result<Wanted> define(const aws::GlueTableId& source, const snowflake::TableName& name,
                                aws::GlueTable table) const;

    // `catalog_id`, or where it is empty, the id of the caller's own catalog.
    base::Result<std::string> catalog_of(const std::string& catalog_id, base::Deadline deadline);

  private:
    const Config& config_;
    const SnowflakeSettings& settings_;
    aws::GlueClient& glue_;
};

// Whether the catalog says that a table, database or partition is not there.
bool is_not_found(const base::Error& error);

}  // namespace glue_to_snowflake
