// Names that hold {table} for the table's name: a stream for each table, a lake's folder, an
// Iceberg table.
#pragma once

#include <string>
#include <string_view>

namespace dynamodb {

// Whether the name depends on the table.
bool is_table_template(std::string_view name);

// The name with the table's in each place of {table}.
std::string fill_table_template(std::string_view name, std::string_view table_name);

}  // namespace dynamodb
