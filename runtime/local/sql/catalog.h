// What the SQL API double's account holds: schemas, stages, and the objects that statements made.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/local/sql/statement.h"

namespace local {

// A refusal as the SQL API words it (422).
struct SqlRefusal {
    std::string code;
    std::string sql_state;
    std::string message;
};

struct SqlRows {
    std::vector<std::string> columns;
    std::vector<std::vector<std::optional<std::string>>> rows;
    std::optional<SqlRefusal> refusal;  // then there are no rows
};

struct SqlObject {
    std::string kind;  // EXTERNAL TABLE, TABLE, VIEW
    std::string comment;
    std::string ddl;
    std::string location;
    std::string file_format_type;
    std::vector<SqlColumn> columns;
    std::set<std::string> grants;
};

class SqlCatalog {
  public:
    void create_schema(const std::string& database, const std::string& schema);
    void create_stage(const std::string& name) { stages_.insert(name); }
    void put_object(const SqlName& name, SqlObject object);
    [[nodiscard]] const SqlObject* find_object(const SqlName& name) const;

    // Runs one statement of this text.
    SqlRows run(std::string_view text);

  private:
    SqlRows create(const SqlStatement& statement, std::string_view text);
    [[nodiscard]] SqlRows show(const SqlStatement& statement) const;
    [[nodiscard]] SqlRows describe(const SqlStatement& statement) const;
    [[nodiscard]] SqlRows get_ddl(const SqlStatement& statement) const;
    SqlRows drop(const SqlStatement& statement);

    std::set<std::pair<std::string, std::string>> schemas_;
    std::set<std::string> stages_;
    std::map<SqlName, SqlObject> objects_;
};

}  // namespace local
