#include "functions/tool/property_rows.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "common/codec/csv.h"
#include "common/codec/json.h"

namespace tool {
namespace {

constexpr std::string_view kProperty = "property";
constexpr std::string_view kValue = "property_value";
constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

using Cells = std::vector<std::string>;

std::string_view trim(std::string_view text) {
    const auto begin = text.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

bool is_name(std::string_view cell, std::string_view name) {
    return std::ranges::equal(trim(cell), name, [](char c, char lower) {
        return (c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) == lower;
    });
}

// Where the two columns stand in a table of cells.
struct Places {
    std::size_t property;
    std::size_t value;
    std::size_t columns;
};

std::optional<Places> find_places(const Cells& header) {
    const auto find = [&header](std::string_view name) {
        return static_cast<std::size_t>(
            std::ranges::find_if(header,
                                 [name](const std::string& cell) { return is_name(cell, name); }) -
            header.begin());
    };
    const Places places{find(kProperty), find(kValue), header.size()};
    if (places.property == places.columns || places.value == places.columns) return std::nullopt;
    return places;
}

// A row after its header. One with fewer cells is none: where the text was cut off, its value may
// be a part of the true one.
void add_row(const Places& places, Cells& cells, std::vector<PropertyRow>& rows) {
    if (cells.size() != places.columns) return;
    rows.push_back({std::move(cells[places.property]), std::move(cells[places.value])});
}

std::string cell_of(const codec::JsonValue& value) {
    if (value.IsString()) return std::string(codec::text_of(value));
    return value.IsNull() ? std::string() : codec::write_json(value);
}

void add_objects(const codec::JsonValue& value, std::vector<PropertyRow>& rows) {
    if (value.IsArray()) {
        for (const codec::JsonValue& element : value.GetArray())
            add_objects(element, rows);  // parse_json bounds the depth
        return;
    }
    const codec::JsonValue* property = codec::find_member(value, kProperty);
    const codec::JsonValue* property_value = codec::find_member(value, kValue);
    if (property != nullptr && property_value != nullptr)
        rows.push_back({cell_of(*property), cell_of(*property_value)});
}

void add_result_set(const codec::JsonValue& types, const codec::JsonValue& data,
                    std::vector<PropertyRow>& rows) {
    Cells header;
    for (const codec::JsonValue& type : types.GetArray())
        header.emplace_back(codec::find_text(type, "name").value_or(""));
    const auto places = find_places(header);
    if (!places) return;
    for (const codec::JsonValue& row : data.GetArray()) {
        if (!row.IsArray()) continue;
        Cells cells;
        for (const codec::JsonValue& cell : row.GetArray())
            cells.push_back(cell_of(cell));
        add_row(*places, cells, rows);
    }
}

base::Result<std::vector<PropertyRow>> rows_of_json(std::string_view text) {
    const auto document = codec::parse_json(text, "the answer of DESC INTEGRATION");
    if (!document) return document.error();
    std::vector<PropertyRow> rows;
    const codec::JsonValue* metadata = codec::find_object(*document, "resultSetMetaData");
    const codec::JsonValue* types =
        metadata == nullptr ? nullptr : codec::find_array(*metadata, "rowType");
    const codec::JsonValue* data = codec::find_array(*document, "data");
    if (types != nullptr && data != nullptr) {
        add_result_set(*types, *data, rows);
    } else {
        add_objects(*document, rows);
    }
    return rows;
}

// The cells between a line's bars; none where the line is not a row.
Cells cells_of_line(std::string_view line) {
    line = trim(line);
    Cells cells;
    if (line.size() < 2 || line.front() != '|' || line.back() != '|' || line.starts_with("|-") ||
        line.starts_with("|="))
        return cells;
    line.remove_prefix(1);
    while (!line.empty()) {
        const auto end = line.find('|');
        cells.emplace_back(trim(line.substr(0, end)));
        line.remove_prefix(end + 1);
    }
    return cells;
}

std::vector<PropertyRow> rows_of_table(std::string_view text) {
    std::vector<PropertyRow> rows;
    std::optional<Places> places;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        Cells cells = cells_of_line(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (auto found = find_places(cells)) {
            places = found;
        } else if (places && cells.size() == places->columns) {
            if (cells[places->property].empty() && !rows.empty()) {
                rows.back().value += cells[places->value];
            } else {
                add_row(*places, cells, rows);
            }
        }
    }
    return rows;
}

base::Result<std::vector<PropertyRow>> rows_of_csv(std::string_view text) {
    auto table = codec::parse_csv(text);
    if (!table) return std::move(table).error();
    std::vector<PropertyRow> rows;
    std::optional<Places> places;
    for (const codec::CsvRow& row : *table) {
        Cells cells;
        for (const auto& field : row)
            cells.push_back(field.value_or(""));
        if (auto found = find_places(cells)) {
            places = found;
        } else if (places) {
            add_row(*places, cells, rows);
        }
    }
    return rows;
}

}  // namespace

base::Result<std::vector<PropertyRow>> read_property_rows(std::string_view text) {
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    text = trim(text);
    if (text.starts_with('[') || text.starts_with('{')) return rows_of_json(text);
    if (text.starts_with('|') || text.find("\n|") != std::string_view::npos)
        return rows_of_table(text);
    return rows_of_csv(text);
}

}  // namespace tool
