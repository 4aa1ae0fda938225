#include "functions/glue_to_snowflake/plan/definition_hash.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "common/codec/digest.h"
#include "common/codec/hex.h"

namespace glue_to_snowflake {
namespace {

constexpr std::size_t kDefinitionDigits = 32;
constexpr std::size_t kPartDigits = 8;

// One algorithm for the many small texts of a table.
class Hasher {
  public:
    std::string hash(std::string_view text, std::size_t digits) {
        sha256_.update(text);
        return codec::hex_lower(sha256_.finish()).substr(0, digits);
    }

  private:
    codec::Sha256 sha256_;
};

std::string joined(const std::vector<std::string>& texts, std::string_view separator) {
    std::string out;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (i > 0) out += separator;
        out += texts[i];
    }
    return out;
}

std::string_view base_type(const snowflake::VirtualColumn& column) {
    const std::string_view type = column.type.text();
    return type.substr(0, type.find('('));
}

std::string content_of(const snowflake::VirtualColumn& column) {
    std::string text(base_type(column));
    text += " AS (";
    text += column.expression.text();
    return text += ')';
}

std::string with_name(const snowflake::VirtualColumn& column) {
    return snowflake::quote_identifier(column.name.name()) + " " + content_of(column);
}

std::string partitions_of(const snowflake::ExternalTable& table) {
    std::vector<std::string> keys;
    keys.reserve(table.partition_columns.size());
    for (const snowflake::VirtualColumn& key : table.partition_columns)
        keys.push_back(with_name(key));
    const bool is_expression = table.partition_type == snowflake::PartitionType::expression;
    return (is_expression ? "" : "USER_SPECIFIED ") + joined(keys, ", ");
}

}  // namespace

PartHashes part_hashes(const snowflake::ExternalTable& table) {
    Hasher hasher;
    PartHashes hashes{.location = hasher.hash(table.location.text(), kPartDigits),
                      .file_format = hasher.hash(table.file_format.text(), kPartDigits),
                      .partitions = hasher.hash(partitions_of(table), kPartDigits),
                      .columns = {}};
    for (const snowflake::VirtualColumn& column : table.columns)
        hashes.columns.emplace(column.name.name(), hasher.hash(content_of(column), kPartDigits));
    return hashes;
}

std::string definition_hash(const snowflake::ExternalTable& table) {
    const bool is_expression = table.partition_type == snowflake::PartitionType::expression;
    const auto auto_refresh = is_expression ? table.auto_refresh : snowflake::AutoRefresh::off;
    std::vector<std::string> lines{table.location.text(), table.file_format.text(),
                                   partitions_of(table),
                                   snowflake::auto_refresh_clause(auto_refresh).text(),
                                   is_expression ? snowflake::pattern_clause().text() : ""};
    std::vector<const snowflake::VirtualColumn*> sorted;
    sorted.reserve(table.columns.size());
    for (const snowflake::VirtualColumn& column : table.columns)
        sorted.push_back(&column);
    std::sort(sorted.begin(), sorted.end(), [](const auto* left, const auto* right) {
        return left->name.name() < right->name.name();
    });
    for (const snowflake::VirtualColumn* column : sorted)
        lines.push_back(with_name(*column));
    return Hasher().hash(joined(lines, "\n"), kDefinitionDigits);
}

std::string definition_hash(const snowflake::IcebergTable& table) {
    std::vector<std::string> lines;
    for (const snowflake::Sql& clause : iceberg_clauses(table))
        lines.push_back(clause.text());
    return Hasher().hash(joined(lines, "\n"), kDefinitionDigits);
}

}  // namespace glue_to_snowflake
