#include "functions/glue_to_snowflake/plan/column_plan.h"

#include <map>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "functions/glue_to_snowflake/plan/plan.h"
#include "functions/glue_to_snowflake/plan/table_statements.h"

namespace glue_to_snowflake {
namespace {

// By name.
using ShownColumns = std::map<std::string_view, const snowflake::ShownColumn*>;

std::string_view base_type(std::string_view type) {
    return type.substr(0, type.find('('));
}

std::string change_text(const snowflake::VirtualColumn& column,
                        const snowflake::ShownColumn& shown) {
    const std::string_view from = base_type(shown.type);
    const std::string_view to = base_type(column.type.text());
    if (from == to) return fmt::format("column {}: its expression changed", column.name.name());
    return fmt::format("column {}: its type changed from {} to {}", column.name.name(), from, to);
}

// "column A is new", "columns A, B are new"
std::string columns_text(const std::vector<std::string>& names, std::string_view one,
                         std::string_view many) {
    return fmt::format("{} {} {}", names.size() == 1 ? "column" : "columns", list_text(names),
                       names.size() == 1 ? one : many);
}

class Comparison {
  public:
    Comparison(const snowflake::ExternalTable& table, const ColumnHashes& known)
        : table_(table), known_(known), wanted_(part_hashes(table).columns) {}

    void compare(const snowflake::VirtualColumn& column, const ShownColumns& shown) {
        const std::string& name = column.name.name();
        const auto found = shown.find(name);
        if (found == shown.end()) {
            new_.push_back(name);
            added_.push_back(
                planned_add_column(table_.name, column, columns_text({name}, "is new", "")));
            return;
        }
        const auto known = known_.find(name);
        if (known == known_.end()) {
            again(column);
        } else if (known->second != wanted_.at(name)) {
            changed_.push_back(change_text(column, *found->second));
        }
    }

    void drop(const std::string& name) {
        const auto identifier = snowflake::Identifier::from(name, "the column");
        if (!identifier) return;
        gone_.push_back(name);
        dropped_.push_back(
            planned_drop_column(table_.name, *identifier, columns_text({name}, "is gone", "")));
    }

    ColumnPlan take() {
        ColumnPlan plan{.replace_reason = list_text(changed_, "; "), .statements = again_};
        plan.statements.insert(plan.statements.end(), added_.begin(), added_.end());
        plan.statements.insert(plan.statements.end(), dropped_.begin(), dropped_.end());
        if (!again_.empty())
            plan.reasons.push_back(columns_text(anew_, "is made anew", "are made anew") +
                                   ", since an ALTER broke off");
        if (!new_.empty()) plan.reasons.push_back(columns_text(new_, "is new", "are new"));
        if (!gone_.empty()) plan.reasons.push_back(columns_text(gone_, "is gone", "are gone"));
        return plan;
    }

  private:
    void again(const snowflake::VirtualColumn& column) {
        const std::string reason =
            fmt::format("column {} was left by an ALTER that broke off", column.name.name());
        anew_.push_back(column.name.name());
        again_.push_back(planned_drop_column(table_.name, column.name, reason));
        again_.push_back(planned_add_column(table_.name, column, reason));
    }

    const snowflake::ExternalTable& table_;
    const ColumnHashes& known_;
    ColumnHashes wanted_;
    std::vector<std::string> changed_, anew_, new_, gone_;
    std::vector<PlannedStatement> again_, added_, dropped_;
};

}  // namespace

ColumnPlan plan_columns(const snowflake::ExternalTable& table,
                        const std::vector<snowflake::ShownColumn>& shown,
                        const ColumnHashes& known) {
    if (shown.empty()) return {.replace_reason = "its columns changed, and DESC shows none"};
    ShownColumns there;
    for (const snowflake::ShownColumn& column : shown)
        there.emplace(column.name, &column);
    std::set<std::string_view> wanted;
    Comparison comparison(table, known);
    for (const snowflake::VirtualColumn& column : table.columns) {
        comparison.compare(column, there);
        wanted.insert(column.name.name());
    }
    for (const snowflake::VirtualColumn& key : table.partition_columns)
        wanted.insert(key.name.name());
    // VALUE, which every external table has, is no virtual column.
    for (const snowflake::ShownColumn& column : shown) {
        if (column.is_virtual && !wanted.contains(column.name)) comparison.drop(column.name);
    }
    return comparison.take();
}

}  // namespace glue_to_snowflake
