// CSV (RFC 4180): fields between commas; a field with a comma, a quote or a line end stands in
// quotes, and a quote in it is doubled.
//
// A row ends with a line feed alone (Hive, Athena and Snowflake all take it; Hive and Athena would
// take the CR of CRLF for data). An absent value is an empty field, and an empty text is "", which
// is how Snowflake and DuckDB tell them apart.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace codec {

// Appends rows to a text of the caller's.
class CsvWriter {
  public:
    explicit CsvWriter(std::string& out) : out_(out), row_at_(out.size()) {}

    void text(std::string_view value);
    void absent();
    // A row whose one field is absent would be an empty line, which readers skip: the field is
    // written as an empty text instead.
    void end_row();

  private:
    void before_field();

    std::string& out_;
    std::size_t row_at_;
    std::size_t fields_ = 0;
};

using CsvRow = std::vector<std::optional<std::string>>;

// Reads rows as CsvWriter writes them; a row may end with CRLF too, and the last line end may be
// missing. Kind data_invalid, naming the row: a quote within a field without quotes, text behind a
// closing quote, a quote that is never closed, a CR alone.
base::Result<std::vector<CsvRow>> parse_csv(std::string_view text);

}  // namespace codec
