#include "runtime/local/sql/function_signature.h"

#include <algorithm>
#include <array>

namespace sql {
namespace {

constexpr std::size_t kMany = 100;

constexpr FunctionSignature fixed(std::string_view name, std::string_view arguments,
                                  std::size_t count_min, std::size_t count_max, BaseType base) {
    return {name, arguments, count_min, count_max, ResultType::fixed, base};
}

constexpr FunctionSignature text(std::string_view name, std::string_view arguments,
                                 std::size_t count_min, std::size_t count_max) {
    return fixed(name, arguments, count_min, count_max, BaseType::varchar);
}

constexpr std::array kFunctions{
    text("SPLIT_PART", "SSN", 3, 3),
    text("SUBSTR", "SN", 2, 3),
    text("SUBSTRING", "SN", 2, 3),
    text("REPLACE", "S", 2, 3),
    text("LOWER", "S", 1, 1),
    text("UPPER", "S", 1, 1),
    text("TRIM", "S", 1, 2),
    text("LTRIM", "S", 1, 2),
    text("RTRIM", "S", 1, 2),
    text("LEFT", "SN", 2, 2),
    text("RIGHT", "SN", 2, 2),
    text("LPAD", "SNS", 2, 3),
    text("RPAD", "SNS", 2, 3),
    text("CONCAT", "S", 1, kMany),
    text("REGEXP_REPLACE", "SSSNNS", 2, 6),
    text("REGEXP_SUBSTR", "SSNNSN", 2, 6),
    text("STRTOK", "SSN", 1, 3),
    text("TRANSLATE", "S", 3, 3),
    text("CHR", "N", 1, 1),
    text("TYPEOF", "V", 1, 1),
    text("TO_VARCHAR", "AS", 1, 2),
    text("TO_CHAR", "AS", 1, 2),
    text("TO_JSON", "V", 1, 1),
    text("BASE64_DECODE_STRING", "S", 1, 2),
    text("TRY_BASE64_DECODE_STRING", "S", 1, 2),
    text("HEX_DECODE_STRING", "S", 1, 1),
    text("TRY_HEX_DECODE_STRING", "S", 1, 1),
    text("ARRAY_TO_STRING", "VS", 2, 2),
    fixed("LENGTH", "S", 1, 1, BaseType::number),
    fixed("POSITION", "SSN", 2, 3, BaseType::number),
    fixed("CHARINDEX", "SSN", 2, 3, BaseType::number),
    fixed("REGEXP_COUNT", "SSNS", 2, 4, BaseType::number),
    fixed("REGEXP_INSTR", "SSNNNSN", 2, 7, BaseType::number),
    fixed("ARRAY_SIZE", "V", 1, 1, BaseType::number),
    fixed("STARTSWITH", "S", 2, 2, BaseType::boolean),
    fixed("ENDSWITH", "S", 2, 2, BaseType::boolean),
    fixed("CONTAINS", "S", 2, 2, BaseType::boolean),
    fixed("REGEXP_LIKE", "S", 2, 3, BaseType::boolean),
    fixed("IS_NULL_VALUE", "V", 1, 1, BaseType::boolean),
    fixed("GET", "VK", 2, 2, BaseType::variant),
    fixed("GET_IGNORE_CASE", "VT", 2, 2, BaseType::variant),
    fixed("GET_PATH", "VT", 2, 2, BaseType::variant),
    fixed("PARSE_JSON", "S", 1, 1, BaseType::variant),
    fixed("TRY_PARSE_JSON", "S", 1, 1, BaseType::variant),
    fixed("TO_VARIANT", "A", 1, 1, BaseType::variant),
    fixed("SPLIT", "S", 2, 2, BaseType::array),
    fixed("TO_DATE", "AS", 1, 2, BaseType::date),
    fixed("DATE_FROM_PARTS", "N", 3, 3, BaseType::date),
    fixed("TO_TIME", "AS", 1, 2, BaseType::time),
    fixed("TO_TIMESTAMP_NTZ", "AA", 1, 2, BaseType::timestamp_ntz),
    fixed("TO_TIMESTAMP_LTZ", "AA", 1, 2, BaseType::timestamp_ltz),
    fixed("TO_TIMESTAMP_TZ", "AA", 1, 2, BaseType::timestamp_tz),
    fixed("TO_NUMBER", "AAAA", 1, 4, BaseType::number),
    fixed("TO_DOUBLE", "AS", 1, 2, BaseType::floating),
    fixed("TO_BOOLEAN", "A", 1, 1, BaseType::boolean),
    fixed("TO_BINARY", "AS", 1, 2, BaseType::binary),
    fixed("BASE64_DECODE_BINARY", "S", 1, 2, BaseType::binary),
    fixed("TRY_BASE64_DECODE_BINARY", "S", 1, 2, BaseType::binary),
    fixed("TRY_HEX_DECODE_BINARY", "S", 1, 1, BaseType::binary),
    fixed("TRY_TO_DATE", "TS", 1, 2, BaseType::date),
    fixed("TRY_TO_TIME", "TS", 1, 2, BaseType::time),
    fixed("TRY_TO_TIMESTAMP_NTZ", "TS", 1, 2, BaseType::timestamp_ntz),
    fixed("TRY_TO_TIMESTAMP_LTZ", "TS", 1, 2, BaseType::timestamp_ltz),
    fixed("TRY_TO_TIMESTAMP_TZ", "TS", 1, 2, BaseType::timestamp_tz),
    fixed("TRY_TO_NUMBER", "TA", 1, 4, BaseType::number),
    fixed("TRY_TO_DECIMAL", "TA", 1, 4, BaseType::number),
    fixed("TRY_TO_NUMERIC", "TA", 1, 4, BaseType::number),
    fixed("TRY_TO_DOUBLE", "TS", 1, 2, BaseType::floating),
    fixed("TRY_TO_BOOLEAN", "T", 1, 1, BaseType::boolean),
    fixed("TRY_TO_BINARY", "TS", 1, 2, BaseType::binary),
    FunctionSignature{"NULLIF", "A", 2, 2, ResultType::first},
    FunctionSignature{"IFF", "BAA", 3, 3, ResultType::common, BaseType::null, 1},
    FunctionSignature{"COALESCE", "A", 2, kMany, ResultType::common},
    FunctionSignature{"NVL", "A", 2, 2, ResultType::common},
    FunctionSignature{"IFNULL", "A", 2, 2, ResultType::common},
};

constexpr std::array<std::string_view, 17> kNotDeterministic{"CURRENT_TIMESTAMP",
                                                             "CURRENT_DATE",
                                                             "CURRENT_TIME",
                                                             "SYSDATE",
                                                             "GETDATE",
                                                             "RANDOM",
                                                             "UUID_STRING",
                                                             "RANDSTR",
                                                             "UNIFORM",
                                                             "SUM",
                                                             "AVG",
                                                             "COUNT",
                                                             "MIN",
                                                             "MAX",
                                                             "ROW_NUMBER",
                                                             "RANK",
                                                             "LISTAGG"};

}  // namespace

const FunctionSignature* find_function(std::string_view name) {
    const auto* const found =
        std::find_if(kFunctions.begin(), kFunctions.end(),
                     [name](const FunctionSignature& each) { return each.name == name; });
    return found == kFunctions.end() ? nullptr : found;
}

bool is_not_deterministic(std::string_view name) {
    return std::find(kNotDeterministic.begin(), kNotDeterministic.end(), name) !=
           kNotDeterministic.end();
}

}  // namespace sql
