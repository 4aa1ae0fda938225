// Data types of columns and casts: what may be written, and how Snowflake writes it back.
#pragma once

#include <cstdint>
#include <string>

#include "runtime/local/sql/token_reader.h"

namespace sql {

enum class BaseType {
    null,
    boolean,
    number,
    floating,
    varchar,
    binary,
    date,
    time,
    timestamp_ntz,
    timestamp_ltz,
    timestamp_tz,
    variant,
    object,
    array,
};

struct DataType {
    BaseType base = BaseType::variant;
    std::int64_t size =
        -1;  // of VARCHAR and BINARY, NUMBER's precision, a time's digits; -1: none said
    std::int64_t scale = -1;  // of NUMBER
};

// NUMBER(38,0), VARCHAR(16777216), TIMESTAMP_NTZ(9): with the sizes that were left out.
std::string written(const DataType& type);
std::string written(BaseType base);

// Synonyms become their type (STRING, INT, DOUBLE …). Refuses types that an external table cannot
// have: structured ones, GEOGRAPHY, Hive's own.
bool read_data_type(TokenReader& reader, DataType& type);

}  // namespace sql
