// A change line as a row of CSV: the values of the named columns, in order.
//   {"id":"a, b","n":1.50,"tags":["x"],"gone":null}  ->  "a, b",1.50,"[""x""]",
// Texts as they are, numbers, true and false with their own bytes, lists and maps as their JSON;
// null and what the line does not have are empty fields (csv.h).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace stream_to_s3 {

// The row of names.
void append_csv_header(const std::vector<std::string>& columns, std::string& out);

// `line` comes from ChangeLineWriter, flat. Gives the number of its members that no column names.
std::size_t append_csv_row(std::string_view line, const std::vector<std::string>& columns,
                           std::string& out);

}  // namespace stream_to_s3
