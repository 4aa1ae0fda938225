// Expressions of virtual columns as trees, read from their text and written back as Snowflake
// does in DESC and GET_DDL: casts as CAST(… AS …), paths as GET($1, 'name').
#pragma once

#include <string>
#include <vector>

#include "runtime/local/sql/data_type.h"
#include "runtime/local/sql/token_reader.h"

namespace sql {

enum class ExpressionKind {
    literal,
    number,
    boolean,
    null,
    column,     // text: its name as it resolves; VALUE and METADATA$… too
    element,    // a path's step: what it is taken of, text: its name
    subscript,  // [ … ]: what it is taken of, the number or name
    cast,       // to `type`
    try_cast,
    call,       // text: the function
    operation,  // text: the operator
    condition,  // CASE: conditions and values in turn, the last one ELSE where it is odd
};

struct Expression {
    ExpressionKind kind = ExpressionKind::null;
    std::string text = {};
    DataType type = {};
    std::vector<Expression> parts = {};
};

bool read_expression(TokenReader& reader, Expression& expression);

std::string written(const Expression& expression);

}  // namespace sql
