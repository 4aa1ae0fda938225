#include "runtime/local/sql/refusal.h"

#include <fmt/format.h>

namespace sql {
namespace {

Refusal compilation(std::string_view code, std::string_view sql_state, std::string_view what) {
    return {std::string(code), std::string(sql_state),
            fmt::format("SQL compilation error:\n{}", what)};
}

}  // namespace

Refusal syntax_error(std::size_t position, std::string_view unexpected) {
    return compilation(
        "001003", "42000",
        fmt::format("syntax error line 1 at position {} unexpected '{}'.", position, unexpected));
}

Refusal several_statements() {
    return {"000008", "0A000",
            "Actual statement count 2 did not match the desired statement count 1."};
}

Refusal no_current_database() {
    return {"090105", "22000",
            "Cannot perform operation. This session does not have a current database. Call 'USE "
            "DATABASE', or use a qualified name."};
}

Refusal missing(std::string_view kind, std::string_view name) {
    return compilation("002003", "02000",
                       fmt::format("{} '{}' does not exist or not authorized.", kind, name));
}

Refusal exists(std::string_view name) {
    return compilation("002002", "42710", fmt::format("Object '{}' already exists.", name));
}

Refusal exists_as(std::string_view name, std::string_view kind) {
    return compilation("002002", "42710",
                       fmt::format("Object '{}' already exists as {}", name, kind));
}

Refusal wrong_kind(std::string_view found, std::string_view wanted) {
    return compilation(
        "002203", "42601",
        fmt::format("Object found is of type '{}', not specified type '{}'.", found, wanted));
}

Refusal duplicate_column(std::string_view column) {
    return compilation("002025", "42711", fmt::format("duplicate column name '{}'", column));
}

Refusal column_exists(std::string_view column) {
    return compilation("001430", "42601", fmt::format("column '{}' already exists", column));
}

Refusal invalid_identifier(std::string_view name) {
    return compilation("000904", "42000", fmt::format("invalid identifier '{}'", name));
}

Refusal name_too_long(std::string_view name) {
    return compilation("000904", "42000",
                       fmt::format("invalid identifier '{}': it is too long", name));
}

Refusal unknown_function(std::string_view name) {
    return compilation("002140", "42601", fmt::format("Unknown function {}", name));
}

Refusal wrong_argument_count(std::string_view function, bool too_many) {
    return compilation(too_many ? "000939" : "000938", "22023",
                       fmt::format("{} arguments for function [{}]",
                                   too_many ? "too many" : "not enough", function));
}

Refusal invalid_arguments(std::string_view function, std::string_view types) {
    return compilation(
        "001044", "42P13",
        fmt::format("Invalid argument types for function '{}': ({})", function, types));
}

Refusal invalid_conversion(std::string_view function, std::string_view from_and_to) {
    return compilation("001065", "22023",
                       fmt::format("Function {} cannot be used with arguments of types {}",
                                   function, from_and_to));
}

Refusal unsupported_type(std::string_view type) {
    return compilation("002040", "42601", fmt::format("Unsupported data type '{}'.", type));
}

Refusal unsupported(std::string_view feature) {
    return compilation("000002", "0A000", fmt::format("Unsupported feature '{}'.", feature));
}

Refusal insufficient(std::string_view kind, std::string_view name) {
    return {"003001", "42501",
            fmt::format("SQL access control error:\nInsufficient privileges to operate on {} '{}'",
                        kind, name)};
}

Refusal marked_invalid(std::string_view table, std::string_view reason) {
    return {"091093", "55000", fmt::format("External table {} marked invalid. {}", table, reason)};
}

Refusal type_mismatch(std::string_view column, std::string_view expected, std::string_view found) {
    return compilation(
        "001482", "22000",
        fmt::format("Data type of virtual column does not match the data type of its expression "
                    "for column '{}'. Expected data type '{}', found '{}'.",
                    column, expected, found));
}

Refusal not_deterministic(std::string_view function) {
    return compilation(
        "011201", "0A000",
        fmt::format("Invalid usage of non-deterministic {} function in virtual column definition.",
                    function));
}

Refusal subquery() {
    return compilation("011202", "0A000",
                       "Invalid usage of subquery in virtual column definition.");
}

Refusal bind_variable() {
    return compilation("011203", "0A000",
                       "Invalid usage of bind variable in virtual column definition.");
}

Refusal session_variable() {
    return compilation("011204", "0A000",
                       "Invalid usage of session variable in virtual column definition.");
}

Refusal positional_reference() {
    return compilation(
        "011205", "0A000",
        "Invalid usage of column positional reference in virtual column definition.");
}

Refusal column_is_used(std::string_view column, std::string_view by) {
    return compilation(
        "011208", "0A000",
        fmt::format("Cannot drop column '{}' because virtual column {} depends on it.", column,
                    by));
}

}  // namespace sql
