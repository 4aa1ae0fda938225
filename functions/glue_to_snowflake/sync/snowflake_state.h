// What Snowflake has now, read by SHOW and DESC: they need no warehouse. Snowflake's pages: "SHOW
// EXTERNAL TABLES", "SHOW ICEBERG TABLES", "DESCRIBE EXTERNAL TABLE".
//
// Errors are those of SqlApiClient::execute(), and data_invalid for rows that are not as these
// pages have them; the message names the statement. Where the schema is not there, or the role may
// not see it, which Snowflake does not tell apart, the message says what to do.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/deadline.h"
#include "common/base/result.h"
#include "common/snowflake/show.h"
#include "common/snowflake/sql_api_client.h"
#include "functions/glue_to_snowflake/config.h"

namespace glue_to_snowflake {

using ShownTables = std::map<std::string, snowflake::ShownTable, std::less<>>;  // by name

class SnowflakeState {
  public:
    // The client outlives it. Iceberg tables are looked for where they are configured.
    SnowflakeState(snowflake::SqlApiClient& client, const Config& config)
        : client_(client), has_iceberg_(!config.iceberg_catalog_integration.empty()) {}

    struct Query {
        std::string_view query_tag;
        base::Deadline deadline;
    };

    // The table of this very name, of any kind that lakefeed makes; nothing where there is none.
    // `first` is the kind that is looked for first.
    base::Result<std::optional<snowflake::ShownTable>> table(const snowflake::TableName& name,
                                                             snowflake::TableKind first,
                                                             const Query& query);

    // All of a schema: one SHOW for each kind and 10,000 tables.
    base::Result<ShownTables> tables_in(const snowflake::SchemaName& schema, const Query& query);

    // Of an external table, in their order.
    base::Result<std::vector<snowflake::ShownColumn>> columns(const snowflake::TableName& name,
                                                              const Query& query);

  private:
    base::Result<snowflake::ResultSet> read(snowflake::Sql sql, const std::string& subject,
                                            const Query& query);
    base::Result<base::Done> add_tables(ShownTables& tables, snowflake::TableKind kind,
                                        const snowflake::SchemaName& schema, const Query& query);

    snowflake::SqlApiClient& client_;
    bool has_iceberg_;
};

}  // namespace glue_to_snowflake
