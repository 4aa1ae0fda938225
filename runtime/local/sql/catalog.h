// What the SQL API double's account holds: schemas, stages, and the tables that statements made.
//
// Known of Snowflake (its pages; the rule book's sections 2.5 to 3.5) and kept to here:
//   a virtual column's base type is its expression's (001482); it reads VALUE, metadata and the
//   columns before it, by deterministic functions (011201 to 011205);
//   a partition column reads METADATA$FILENAME alone, of a table with partitions by the user
//   METADATA$EXTERNAL_TABLE_PARTITION alone, which no other column may read; there its name has at
//   most 32 characters, and there is no refresh, automatic or not, and no pattern;
//   a column that another one reads cannot be dropped (011208), nor one that partitions;
//   OR REPLACE loses grants without COPY GRANTS, and the row access policy and partitions always;
//   an ALTER keeps them all; a name that another kind of object has stays its own, and IF [NOT]
//   EXISTS does not hide that (002002, 002203);
//   an external table is bound to the stage, not to its name: when that is dropped or replaced, it
//   is invalid; SHOW gives at most 10,000 rows, by database, schema and name; a statement has at
//   most 1 MB.
// Assumed, where the pages are silent (a live account would tell):
//   COMMENT ON TABLE and ALTER TABLE … RENAME TO take external and Iceberg tables; ADD COLUMN takes
//   a table with partitions by the user; DROP PARTITION LOCATION of what is not there succeeds and
//   takes the locations below with it; FROM of a name that no row has gives no rows; a table's text
//   in GET_DDL and an expression's in DESC (only that they are not what was sent is known).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "runtime/local/sql/statement.h"

namespace sql {

constexpr std::size_t kShownRowsMax = 10'000;
constexpr std::size_t kStatementBytesMax = 1'048'576;

struct Rows {
    std::vector<std::string> columns;
    std::vector<std::vector<std::optional<std::string>>> rows;
    std::optional<Refusal> refusal;  // then there are no rows
};

struct Stage {
    std::int64_t id = 0;  // another one each time it is made
    std::string url = {};
    std::string storage_integration = {};
    std::string comment = {};
    std::string owner = {};
};

struct Table {
    std::string kind;   // EXTERNAL TABLE, ICEBERG TABLE, TABLE, VIEW
    std::string owner;  // empty: whoever asks
    std::string comment;
    std::set<std::string> grants;
    std::string row_access_policy;
    bool auto_refresh = false;
    std::vector<std::string> refreshes;  // paths, in order; the empty one is the whole table

    // Of an external table.
    std::vector<Column> columns;
    std::vector<std::string> partition_by;
    std::map<std::string, std::vector<std::pair<std::string, std::string>>> partitions;  // by path
    Name stage;
    std::int64_t stage_id = 0;  // 0: none
    std::string path;
    std::string pattern;
    FileFormat file_format;
    bool is_user_specified = false;
    std::string invalid_reason;

    // Of an Iceberg table.
    std::string external_volume;
    std::string catalog;
    std::string catalog_namespace;
    std::string catalog_table_name;
};

struct IcebergIntegration {
    bool vends_credentials = false;  // then no external volume is needed
};

// What there is before any statement, and who may not do what.
struct Account {
    std::set<std::pair<std::string, std::string>> schemas;
    std::set<std::string> storage_integrations;
    std::set<std::string> external_volumes;
    std::map<std::string, IcebergIntegration> iceberg_integrations;
    std::set<std::tuple<std::string, std::string, std::string>> revoked;  // database, schema, what
};

class Catalog {
  public:
    Account& account() { return account_; }
    void put_stage(const Name& name, Stage stage);
    void put_table(const Name& name, Table table);
    [[nodiscard]] const Table* find_table(const Name& name) const;
    // Why an external table cannot be read; empty where it can.
    [[nodiscard]] std::string invalid_reason(const Table& table) const;
    [[nodiscard]] const std::map<Name, Table>& tables() const { return tables_; }
    [[nodiscard]] const std::map<Name, Stage>& stages() const { return stages_; }
    [[nodiscard]] const Account& account() const { return account_; }

    // Runs one statement of this text as `role`, which then owns what it makes.
    Rows run(std::string_view text, std::string_view role);

  private:
    Rows apply(const CreateExternalTable& statement);
    Rows apply(const CreateIcebergTable& statement);
    Rows apply(const CreateStage& statement);
    Rows apply(const AddColumn& statement);
    Rows apply(const DropColumn& statement);
    Rows apply(const RenameTable& statement);
    Rows apply(const SetAutoRefresh& statement);
    Rows apply(const Refresh& statement);
    Rows apply(const AddPartition& statement);
    Rows apply(const DropPartition& statement);
    Rows apply(const CommentOnTable& statement);
    Rows apply(const Drop& statement);
    Rows apply(const Show& statement);
    Rows apply(const Describe& statement);
    Rows apply(const GetDdl& statement);

    // What a CREATE of a table comes to before it is made: refused, there already, or neither.
    std::optional<Rows> before_create(const CreateForm& form, std::string_view kind);
    // The new table in the old one's place; what of it stays is in `table` already.
    Rows finish_create(const CreateForm& form, Table table);
    Rows drop_stage(const Drop& statement);
    [[nodiscard]] std::optional<Refusal> refuse_in_schema(const Name& name,
                                                          std::string_view privilege) const;
    [[nodiscard]] bool may_change(std::string_view owner) const {
        return owner.empty() || owner == role_;
    }
    // The table that an ALTER names, of that kind ("" any that can be altered); else what is
    // answered instead.
    struct Found {
        Table* table = nullptr;
        Rows instead = {};
    };
    Found find_target(const Target& target, std::string_view kind);

    Account account_;
    std::map<Name, Stage> stages_;
    std::map<Name, Table> tables_;
    std::int64_t stage_ids_ = 0;
    std::string role_;
};

constexpr std::string_view kExternalTable = "EXTERNAL TABLE";
constexpr std::string_view kIcebergTable = "ICEBERG TABLE";

// One row of one column.
Rows status(std::string text);
Rows refused(Refusal refusal);

// CREATE … as GET_DDL has it.
std::string written_ddl(const Name& name, const Table& table);

}  // namespace sql
