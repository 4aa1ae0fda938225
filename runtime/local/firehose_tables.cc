#include "runtime/local/firehose_tables.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <variant>

#include <fmt/format.h>

#include "common/base/clock.h"
#include "common/codec/base64.h"

namespace local {
namespace {

using Kind = ExactJson::Kind;

TransformFailure iceberg(std::string_view code, std::string message) {
    return {.code = fmt::format("Iceberg.{}", code), .message = std::move(message)};
}

bool is_integer(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_number(std::string_view text) {
    double number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    return !text.empty() && end == text.data() + text.size() &&
           problem != std::errc::invalid_argument;
}

bool has_form(std::string_view text, std::string_view form) {
    if (text.size() < form.size()) return false;
    return std::ranges::equal(form, text.substr(0, form.size()), [](char want, char is) {
        return want == '0' ? is >= '0' && is <= '9' : want == is;
    });
}

bool is_date(const ExactJson& value) {
    return value.kind == Kind::number
               ? is_integer(value.text)
               : value.text.size() == 10 && has_form(value.text, "0000-00-00");
}

bool is_timestamp(const ExactJson& value) {
    return is_integer(value.text) || has_form(value.text, "0000-00-00T00:00:00");
}

bool is_boolean(const ExactJson& value) {
    return value.kind == Kind::boolean || value.text == "true" || value.text == "false" ||
           (value.kind == Kind::number && (value.text == "0" || value.text == "1"));
}

// The developer guide's table of JSON to Iceberg types; a scalar has its bytes in `text`.
bool is_of_type(const ExactJson& value, std::string_view type) {
    const bool nested = value.kind == Kind::array || value.kind == Kind::object;
    if (type == "list") return value.kind == Kind::array || value.kind == Kind::text;
    if (type == "map" || type == "struct")
        return value.kind == Kind::object || value.kind == Kind::text;
    if (nested) return false;
    if (type == "boolean") return is_boolean(value);
    if (value.kind == Kind::boolean) return false;
    if (type == "int" || type == "long") return is_integer(value.text);
    if (type == "float" || type == "double" || type == "decimal") return is_number(value.text);
    if (type == "timestamp" || type == "timestamptz") return is_timestamp(value);
    if (type == "date") return is_date(value);
    if (type == "time") return is_integer(value.text) || has_form(value.text, "00:00:00");
    return value.kind == Kind::text;  // string, binary, fixed, uuid
}

bool is_absent(const ExactJson* value) {
    return value == nullptr || value->kind == Kind::null;
}

// What makes two rows the same: a number and its text are one key.
std::variant<std::string, TransformFailure> key_of(const ExactJson& row,
                                                   const IcebergTable& table) {
    std::string key;
    for (const std::string& name : table.unique_keys) {
        const ExactJson* value = row.find(name);
        if (is_absent(value))
            return iceberg("MissingColumnWithinRecord",
                           fmt::format("the unique key {} is not in the record", name));
        const bool scalar = value->kind == Kind::number || value->kind == Kind::text;
        const std::string text = scalar ? value->text : write_exact_json(*value);
        key += fmt::format("{}:{},", text.size(), text);
    }
    return key;
}

// A delete's row need hold no more than the key.
std::optional<TransformFailure> check_columns(const ExactJson& row, const IcebergTable& table,
                                              std::string_view operation) {
    for (const IcebergColumn& column : table.columns) {
        const ExactJson* value = row.find(column.name);
        if (is_absent(value)) {
            if (column.need == IcebergColumn::Need::required && operation != "delete")
                return iceberg("MissingColumnWithinRecord",
                               fmt::format("the column {} is not in the record", column.name));
        } else if (!is_of_type(*value, column.type)) {
            return iceberg("SchemaTypeMismatch",
                           fmt::format("the column {} is no {}", column.name, column.type));
        }
    }
    return std::nullopt;
}

// Without what the table has no column for.
ExactJson known_columns(const ExactJson& row, const IcebergTable& table) {
    if (table.columns.empty()) return row;
    ExactJson known{.kind = Kind::object};
    for (const auto& [name, value] : row.members) {
        if (std::ranges::find(table.columns, name, &IcebergColumn::name) != table.columns.end())
            known.members.emplace_back(name, value);
    }
    return known;
}

}  // namespace

IcebergTables::IcebergTables(std::vector<IcebergTable> tables) {
    for (IcebergTable& table : tables)
        tables_.push_back({.table = std::move(table)});
}

IcebergTables::Routed IcebergTables::route(const std::optional<OtfMetadata>& otf) {
    if (!otf && tables_.size() == 1) return &tables_.front();
    if (!otf || otf->database.empty() || otf->table.empty())
        return iceberg("InvalidOtfMetadata",
                       "destinationDatabaseName and destinationTableName are both needed");
    for (Rows& rows : tables_) {
        if (rows.table.database == otf->database && rows.table.name == otf->table) return &rows;
    }
    return iceberg("GlueTableNotFound",
                   fmt::format("there is no table {}.{}", otf->database, otf->table));
}

void IcebergTables::remove(Rows& rows, const std::string& key) {
    const auto [first, last] = rows.by_key.equal_range(key);
    for (auto row = first; row != last; ++row)
        rows.lines.erase(row->second);
    rows.by_key.erase(first, last);
}

void IcebergTables::insert(Rows& rows, const std::string& key, const ExactJson& row) {
    rows.lines.emplace(rows.next, write_exact_json(known_columns(row, rows.table)));
    rows.by_key.emplace(key, rows.next);
    ++rows.next;
}

std::optional<TransformFailure> IcebergTables::apply(const TransformedRecord& record) {
    const Routed routed = route(record.otf);
    if (const auto* failure = std::get_if<TransformFailure>(&routed)) return *failure;
    Rows& rows = **std::get_if<Rows*>(&routed);
    const std::string operation = record.otf ? record.otf->operation : "insert";
    if (operation != "insert" && operation != "update" && operation != "delete")
        return iceberg("InvalidOtfMetadata", "operation is none of insert, update, delete");
    if (operation != "insert" && rows.table.unique_keys.empty())
        return iceberg("UniqueKeysNotFound",
                       fmt::format("{} needs unique keys: {}.{} has none", operation,
                                   rows.table.database, rows.table.name));

    const auto row = parse_exact_json(record.data, "the record");
    if (!row || row->kind != Kind::object)
        return iceberg("InvalidRecord", "the record is not one JSON object");
    if (auto failure = check_columns(*row, rows.table, operation)) return failure;
    const auto key = key_of(*row, rows.table);
    if (const auto* failure = std::get_if<TransformFailure>(&key)) return *failure;

    const std::string& key_text = *std::get_if<std::string>(&key);
    if (operation != "insert") remove(rows, key_text);
    if (operation != "delete") insert(rows, key_text, *row);
    ++(operation == "insert"   ? counts_.inserted
       : operation == "update" ? counts_.updated
                               : counts_.deleted);
    rows.changed = true;
    return std::nullopt;
}

std::vector<std::pair<std::string, std::string>> IcebergTables::take_changed() {
    std::vector<std::pair<std::string, std::string>> objects;
    for (Rows& rows : tables_) {
        if (!std::exchange(rows.changed, false)) continue;
        std::string bytes;
        for (const auto& [order, line] : rows.lines)
            bytes.append(line).append("\n");
        objects.emplace_back(fmt::format("{}/{}.jsonl", rows.table.database, rows.table.name),
                             std::move(bytes));
    }
    return objects;
}

}  // namespace local
