// The words of a SQL text: identifiers, literals, numbers, stage paths and single characters.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace local {

enum class SqlTokenKind { word, quoted, literal, number, stage, symbol, end };

struct SqlToken {
    SqlTokenKind kind = SqlTokenKind::end;
    std::string
        text;  // a word in upper case; the inside of quotes, unescaped; a stage path without @
};

// Comments are refused: no statement of ours has one. The last token is `end`.
base::Result<std::vector<SqlToken>> split_sql(std::string_view text);

}  // namespace local
