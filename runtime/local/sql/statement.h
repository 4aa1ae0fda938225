// The statements that the SQL API double understands, read from their text: those of Snowflake's
// pages that lakefeed sends, whole, and nothing else. What is not in this grammar does not run: a
// statement with a hole in its quoting must be a syntax error.
//
//   CREATE [OR REPLACE] EXTERNAL TABLE [IF NOT EXISTS] <name>
//       ( <column> <type> AS ( <expression> ) [NOT NULL], … ) [PARTITION BY ( <column>, … )]
//       then in any order, each once: [WITH] LOCATION = @<stage>[/<path>]  (must be there)
//       FILE_FORMAT = ( TYPE = … <options> )  (must be there)
//       REFRESH_ON_CREATE | AUTO_REFRESH = TRUE|FALSE, PATTERN = '…', AWS_SNS_TOPIC = '…',
//       PARTITION_TYPE = USER_SPECIFIED, TABLE_FORMAT = DELTA, COPY GRANTS, COMMENT = '…',
//       [WITH] ROW ACCESS POLICY <name> ON (VALUE)
//   CREATE [OR REPLACE] ICEBERG TABLE [IF NOT EXISTS] <name> and in any order, each once:
//       EXTERNAL_VOLUME, CATALOG, CATALOG_TABLE_NAME, CATALOG_NAMESPACE, COMMENT = '…',
//       AUTO_REFRESH, REPLACE_INVALID_CHARACTERS = TRUE|FALSE
//   CREATE [OR REPLACE] STAGE [IF NOT EXISTS] <name> and in any order, each once:
//       URL = '…' STORAGE_INTEGRATION = <identifier> [COMMENT = '…']
//   ALTER TABLE [IF EXISTS] <name> ADD [COLUMN] [IF NOT EXISTS] <column> <type> AS ( <expression> )
//                                | DROP [COLUMN] [IF EXISTS] <column> | RENAME TO <name>
//   ALTER EXTERNAL TABLE [IF EXISTS] <name> REFRESH ['<path>'] | SET AUTO_REFRESH = TRUE|FALSE
//                                | ADD PARTITION ( <column> = '<value>', … ) LOCATION '<path>'
//                                | DROP PARTITION LOCATION '<path>'
//   ALTER ICEBERG TABLE [IF EXISTS] <name> SET AUTO_REFRESH = TRUE|FALSE | REFRESH
//   COMMENT [IF EXISTS] ON TABLE <name> IS '…'
//   DROP EXTERNAL TABLE | ICEBERG TABLE | STAGE [IF EXISTS] <name>
//   SHOW EXTERNAL TABLES | ICEBERG TABLES | STAGES [LIKE '…']
//       [IN ACCOUNT | DATABASE <name> | SCHEMA <db>.<schema>] [STARTS WITH '…']
//       [LIMIT <rows> [FROM '…']]
//   DESC[RIBE] EXTERNAL TABLE <name>
//   SELECT GET_DDL('TABLE', '<name>')
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "runtime/local/sql/data_type.h"
#include "runtime/local/sql/expression.h"
#include "runtime/local/sql/refusal.h"
#include "runtime/local/sql/token_reader.h"

namespace sql {

enum class ObjectKind { external_table, iceberg_table, stage };

// What stands between CREATE and the name.
struct CreateForm {
    Name name;
    bool or_replace = false;
    bool if_not_exists = false;
};

struct Column {
    std::string name;
    DataType type;
    Expression expression;
};

struct FileFormat {
    std::string type;
    std::string text;  // TYPE = CSV SKIP_HEADER = 1
};

struct CreateExternalTable {
    CreateForm form;
    std::vector<Column> columns;
    std::vector<std::string> partition_by;
    Name stage;
    std::string path;
    FileFormat file_format;
    std::optional<bool> auto_refresh;
    std::optional<bool> refresh_on_create;
    std::optional<std::string> pattern;
    std::optional<std::string> sns_topic;
    bool is_user_specified = false;
    bool is_delta = false;
    bool copy_grants = false;
    std::string row_access_policy;
    std::string comment;
};

struct CreateIcebergTable {
    CreateForm form;
    std::string external_volume;
    std::string catalog;
    std::string catalog_table_name;
    std::string catalog_namespace;
    std::string comment;
    bool auto_refresh = false;
};

struct CreateStage {
    CreateForm form;
    std::string url;
    std::string storage_integration;
    std::string comment;
};

// What an ALTER or a COMMENT changes.
struct Target {
    Name name;
    bool if_exists = false;
};

struct AddColumn {
    Target target;
    Column column;
    bool if_not_exists = false;
};

struct DropColumn {
    Target target;
    std::string column;
    bool if_exists = false;
};

struct RenameTable {
    Target target;
    Name to;
};

struct SetAutoRefresh {
    Target target;
    ObjectKind kind = ObjectKind::external_table;
    bool auto_refresh = false;
};

struct Refresh {
    Target target;
    ObjectKind kind = ObjectKind::external_table;
    std::string path;
};

struct AddPartition {
    Target target;
    std::vector<std::pair<std::string, std::string>> values;
    std::string path;
};

struct DropPartition {
    Target target;
    std::string path;
};

struct CommentOnTable {
    Target target;
    std::string comment;
};

struct Drop {
    Target target;
    ObjectKind kind = ObjectKind::external_table;
};

struct Show {
    ObjectKind kind = ObjectKind::external_table;
    std::optional<std::string> like;
    std::string database;  // empty: of the account
    std::string schema;
    std::optional<std::string> starts_with;
    std::optional<std::int64_t> limit;
    std::optional<std::string> from;
};

struct Describe {
    Name name;
};

struct GetDdl {
    Name name;
};

using Statement = std::variant<CreateExternalTable, CreateIcebergTable, CreateStage, AddColumn,
                               DropColumn, RenameTable, SetAutoRefresh, Refresh, AddPartition,
                               DropPartition, CommentOnTable, Drop, Show, Describe, GetDdl>;

std::variant<Statement, Refusal> read_statement(std::string_view text);

// The parts of read_statement: behind CREATE, ALTER, COMMENT, DROP and SHOW. False as in
// token_reader.h.
bool read_create(TokenReader& reader, Statement& statement);
bool read_external_table(TokenReader& reader, CreateExternalTable& table);
bool read_file_format(TokenReader& reader, FileFormat& format);
bool read_column(TokenReader& reader, Column& column);
bool read_alter(TokenReader& reader, Statement& statement);
bool read_show(TokenReader& reader, Statement& statement);

}  // namespace sql
