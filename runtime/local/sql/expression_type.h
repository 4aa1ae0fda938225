// The type of a virtual column's expression, and what it reads: as far as the base type, which is
// all that Snowflake holds against the column's type in an external table (page "Virtual Columns").
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "runtime/local/sql/expression.h"
#include "runtime/local/sql/refusal.h"

namespace sql {

// What an expression reads.
struct Sources {
    bool value = false;      // VALUE or $1
    bool file_name = false;  // METADATA$FILENAME
    bool partition = false;  // METADATA$EXTERNAL_TABLE_PARTITION
    bool other_metadata = false;
    std::set<std::string> columns = {};
};

struct TypedExpression {
    BaseType base = BaseType::null;
    Sources sources = {};
    std::optional<Refusal> refusal = {};
};

// `columns` are those that the expression may name: the table's earlier ones.
TypedExpression type_expression(const Expression& expression,
                                const std::map<std::string, BaseType>& columns);

}  // namespace sql
