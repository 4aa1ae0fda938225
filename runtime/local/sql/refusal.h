// How Snowflake refuses a statement: code, SQL state and words as its pages and its users' reports
// have them. Where only the refusal is known and not its code, the nearest of these is taken: tests
// must not tell those apart.
#pragma once

#include <string>
#include <string_view>

namespace sql {

struct Refusal {
    std::string code;
    std::string sql_state;
    std::string message;
};

Refusal syntax_error(std::size_t position, std::string_view unexpected);       // 001003
Refusal several_statements();                                                  // 000008
Refusal no_current_database();                                                 // 090105
Refusal missing(std::string_view kind, std::string_view name);                 // 002003
Refusal exists(std::string_view name);                                         // 002002
Refusal exists_as(std::string_view name, std::string_view kind);               // 002002
Refusal wrong_kind(std::string_view found, std::string_view wanted);           // 002203
Refusal duplicate_column(std::string_view column);                             // 002025
Refusal column_exists(std::string_view column);                                // 001430
Refusal invalid_identifier(std::string_view name);                             // 000904
Refusal name_too_long(std::string_view name);                                  // 000904
Refusal unknown_function(std::string_view name);                               // 002140
Refusal wrong_argument_count(std::string_view function, bool too_many);        // 000938, 000939
Refusal invalid_arguments(std::string_view function, std::string_view types);  // 001044
Refusal invalid_conversion(std::string_view function, std::string_view from_and_to);  // 001065
Refusal unsupported_type(std::string_view type);                                      // 002040
Refusal unsupported(std::string_view feature);                                        // 000002
Refusal insufficient(std::string_view kind, std::string_view name);                   // 003001
Refusal marked_invalid(std::string_view table, std::string_view reason);              // 091093

// Of a virtual column's definition (page "Virtual Columns", error reference).
Refusal type_mismatch(std::string_view column, std::string_view expected,
                      std::string_view found);                         // 001482
Refusal not_deterministic(std::string_view function);                  // 011201
Refusal subquery();                                                    // 011202
Refusal bind_variable();                                               // 011203
Refusal session_variable();                                            // 011204
Refusal positional_reference();                                        // 011205
Refusal column_is_used(std::string_view column, std::string_view by);  // 011208

}  // namespace sql
