#include "functions/stream_to_s3/csv_lines.h"

#include <algorithm>
#include <cassert>
#include <optional>

#include "common/codec/csv.h"
#include "common/dynamodb/json_scanner.h"

namespace stream_to_s3 {
namespace {

// What stands in the field; nothing for null.
std::optional<std::string> field_of(std::string_view json) {
    if (json == "null") return std::nullopt;
    if (!json.starts_with('"')) return std::string(json);
    return dynamodb::unescape_json(json.substr(1, json.size() - 2));
}

}  // namespace

void append_csv_header(const std::vector<std::string>& columns, std::string& out) {
    codec::CsvWriter csv(out);
    for (const std::string& column : columns)
        csv.text(column);
    csv.end_row();
}

std::size_t append_csv_row(std::string_view line, const std::vector<std::string>& columns,
                           std::string& out) {
    std::vector<std::string_view> values(columns.size());  // JSON; empty: not in the line
    std::size_t others = 0;
    dynamodb::JsonScanner scanner(line);
    scanner.open_object();
    for (std::string_view name; scanner.next_member(name);) {
        const std::string_view value = scanner.skip_value();
        const std::string plain = dynamodb::unescape_json(name);
        const auto found = std::find(columns.begin(), columns.end(), plain);
        if (found == columns.end()) {
            ++others;
        } else {
            values[static_cast<std::size_t>(found - columns.begin())] = value;
        }
    }
    assert(scanner.ok());
    codec::CsvWriter csv(out);
    for (const std::string_view value : values) {
        const auto field = value.empty() ? std::nullopt : field_of(value);
        if (field) {
            csv.text(*field);
        } else {
            csv.absent();
        }
    }
    csv.end_row();
    return others;
}

}  // namespace stream_to_s3
