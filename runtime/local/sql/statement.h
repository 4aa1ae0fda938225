// The statements that the SQL API double understands, read from their text. Anything else is a
// syntax error, as a statement with a hole in its quoting must be: what is not in this grammar does
// not run.
//
//   CREATE [OR REPLACE] EXTERNAL TABLE [IF NOT EXISTS] <name> ( <column> <type> AS ( <expression>
//   ), … )
//       [PARTITION BY ( <column>, … )] LOCATION = @<stage>/<path>/
//       [PARTITION_TYPE = USER_SPECIFIED | [AUTO_REFRESH = TRUE|FALSE] [PATTERN = '…']]
//       FILE_FORMAT = ( TYPE = … ) [COPY GRANTS] [COMMENT = '…']
//   SHOW EXTERNAL TABLES [LIKE '<pattern>'] [IN SCHEMA <db>.<schema>]
//   DESC[RIBE] EXTERNAL TABLE <name>
//   SELECT GET_DDL('TABLE', '<name>')
//   DROP EXTERNAL TABLE [IF EXISTS] <name>
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace local {

enum class SqlKind { create, show, describe, get_ddl, drop };

// Parts as they resolve: unquoted ones in upper case.
struct SqlName {
    std::string database;
    std::string schema;
    std::string object;
    auto operator<=>(const SqlName&) const = default;
};

struct SqlColumn {
    std::string name;
    std::string type;
    std::string expression;
};

struct SqlStatement {
    SqlKind kind = SqlKind::show;
    SqlName name;
    bool or_replace = false;
    bool if_not_exists = false;
    bool if_exists = false;
    bool copy_grants = false;
    std::vector<SqlColumn> columns;
    std::vector<std::string> partition_by;
    std::string stage;  // DB.SCHEMA.STAGE, upper case
    std::string path;
    bool is_user_specified = false;
    std::string pattern;
    std::string file_format_type;
    std::string comment;
    std::optional<std::string> like;
};

// Kind data_invalid; the message is Snowflake's way to say it.
base::Result<SqlStatement> read_sql_statement(std::string_view text);

}  // namespace local
