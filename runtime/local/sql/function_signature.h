// The functions that an expression may call, by Snowflake's pages of them. One that is not here is
// unknown to the double, whatever Snowflake knows.
#pragma once

#include <string_view>

#include "runtime/local/sql/data_type.h"

namespace sql {

enum class ResultType {
    fixed,   // `base`
    first,   // the first argument's
    common,  // that all arguments share, from `common_from` on
};

struct FunctionSignature {
    std::string_view name;
    // A letter an argument: T text alone, S what becomes text, N a number or text, B a boolean,
    // V a VARIANT, OBJECT or ARRAY, K of GET: a name or an index, A anything. The last one goes for
    // all that follow.
    std::string_view arguments;
    std::size_t count_min;
    std::size_t count_max;
    ResultType result = ResultType::fixed;
    BaseType base = BaseType::varchar;
    std::size_t common_from = 0;
};

// Null where there is none.
const FunctionSignature* find_function(std::string_view name);

// CURRENT_TIMESTAMP, RANDOM …, COUNT: known, and refused in a virtual column.
bool is_not_deterministic(std::string_view name);

}  // namespace sql
