#include "common/dynamodb/table_template.h"

namespace dynamodb {
namespace {

constexpr std::string_view kTablePlace = "{table}";

}  // namespace

bool is_table_template(std::string_view name) {
    return name.find(kTablePlace) != std::string_view::npos;
}

std::string fill_table_template(std::string_view name, std::string_view table_name) {
    std::string filled(name);
    for (std::size_t at = filled.find(kTablePlace); at != std::string::npos;
         at = filled.find(kTablePlace, at + table_name.size())) {
        filled.replace(at, kTablePlace.size(), table_name);
    }
    return filled;
}

}  // namespace dynamodb
