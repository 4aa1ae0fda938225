// A small model of Snowflake's external tables, Iceberg tables and stages: it reads the text of
// statements and changes its tables as Snowflake's pages say. It knows nothing of the product's
// code, and takes no statement of a form that the product need not send.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tests {

enum class ModelKind { external, iceberg, other };

struct ModelColumn {
    std::string name;
    std::string type;        // VARCHAR(20)
    std::string expression;  // without the brackets around it
    bool operator==(const ModelColumn&) const = default;
};

struct ModelTable {
    ModelKind kind = ModelKind::other;
    std::vector<ModelColumn> columns = {};       // in order, without VALUE
    std::vector<std::string> partition_by = {};  // names of columns
    std::string location = {};                   // @DB.S.STAGE/path/
    std::string file_format = {};                // without the brackets around it
    std::string pattern = {};
    bool auto_refresh = false;
    bool user_specified = false;
    std::map<std::string, std::string> partitions = {};  // path -> "K" = 'v', …
    std::string catalog = {};                            // of an Iceberg table: its clauses
    std::string comment = {};
    std::set<std::string> grants = {};
    int builds = 1;  // a replace is one more
    bool operator==(const ModelTable&) const = default;
};

enum class ModelAnswer { done, already_there, refused };

class SnowflakeModel {
  public:
    // `refused` is what Snowflake answers with an error; fault() says which.
    ModelAnswer execute(std::string_view statement);
    [[nodiscard]] const std::string& fault() const { return fault_; }

    // Whether its stage is there no more.
    [[nodiscard]] bool is_invalid(const ModelTable& table) const;

    // By the name as statements write it: "DB"."S"."T".
    std::map<std::string, ModelTable> tables = {};
    // Those in quotes, of the tables' own schema; stages of unquoted names are always there.
    std::map<std::string, std::string> stages = {};
    int refreshes = 0;

  private:
    ModelAnswer refuse(std::string fault);

    std::string fault_;
};

}  // namespace tests
