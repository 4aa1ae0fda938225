#include "tests/functions/glue_to_snowflake/glue_catalog.h"

#include <algorithm>
#include <optional>

#include <gtest/gtest.h>

namespace tests {
namespace {

constexpr std::string_view kTargetPrefix = "AWSGlue.";

http::Response failure(const std::string& code) {
    return {400, {}, R"({"__type":")" + code + R"(","Message":"as the test has it"})"};
}

std::string text_of(const codec::JsonValue& body, std::string_view name) {
    return std::string(codec::find_text(body, name).value_or(""));
}

std::string partition_json(const std::vector<std::string>& values, const std::string& location) {
    codec::JsonWriter json;
    json.begin_object().key("Values").begin_array();
    for (const std::string& value : values)
        json.text(value);
    json.end_array().key("StorageDescriptor").begin_object().member("Location", location);
    json.end_object().end_object();
    return json.take();
}

// One page of `elements`; the token is the place where the next one begins.
std::string page(std::string_view name, const std::vector<std::string>& elements,
                 const codec::JsonValue& body) {
    const auto begin = static_cast<std::size_t>(std::stoul("0" + text_of(body, "NextToken")));
    const auto size =
        static_cast<std::size_t>(codec::find_integer(body, "MaxResults").value_or(100));
    codec::JsonWriter json;
    json.begin_object().key(name).begin_array();
    const std::size_t end = std::min(elements.size(), begin + size);
    for (std::size_t i = begin; i < end; ++i)
        json.raw(elements[i]);
    json.end_array();
    if (end < elements.size()) json.member("NextToken", std::to_string(end));
    json.end_object();
    return json.take();
}

}  // namespace

GlueCatalog::Table* GlueCatalog::find(const TableKey& key) {
    const auto database = databases_.find(key.first);
    if (database == databases_.end()) return nullptr;
    const auto table = database->second.find(key.second);
    return table == database->second.end() ? nullptr : &table->second;
}

void GlueCatalog::put_table(const TableKey& key, const std::string& members) {
    codec::JsonWriter names;
    names.begin_object().member("Name", key.second).member("DatabaseName", key.first);
    names.member("CatalogId", account_).end_object();
    std::string json = names.take();
    json.back() = ',';
    databases_[key.first][key.second].json = json + members + "}";
}

void GlueCatalog::delete_table(const TableKey& key) {
    databases_[key.first].erase(key.second);
}

void GlueCatalog::put_partition(const TableKey& key, const std::vector<std::string>& values,
                                const std::string& location) {
    find(key)->partitions[values] = location;
}

void GlueCatalog::delete_partition(const TableKey& key, const std::vector<std::string>& values) {
    find(key)->partitions.erase(values);
}

http::Response GlueCatalog::answer(const http::Request& request) {
    const auto target = http::find_header(request.headers, "X-Amz-Target");
    const auto document = codec::parse_json(request.body, "the request");
    EXPECT_TRUE(target && target->starts_with(kTargetPrefix) && document) << request.body;
    if (!target || !document) return failure("InvalidInputException");
    const std::string operation(target->substr(kTargetPrefix.size()));
    const std::string database = text_of(*document, "DatabaseName");
    const bool of_partitions = operation.starts_with("GetPartition");
    const TableKey key{database, text_of(*document, of_partitions ? "TableName" : "Name")};
    calls_.push_back(operation + (database.empty() ? "" : " " + database) +
                     (key.second.empty() ? "" : "." + key.second));
    const std::string catalog = text_of(*document, "CatalogId");
    if (!catalog.empty() && catalog != account_) return failure("EntityNotFoundException");
    if (operation == "GetDatabases") return {200, {}, get_databases()};
    if (operation == "GetTables") {
        const auto found = databases_.find(database);
        if (found == databases_.end()) return failure("EntityNotFoundException");
        return {200, {}, get_tables(found->second, *document)};
    }
    if (const auto refused = refused_.extract(key)) return failure(refused.mapped());
    Table* table = find(key);
    if (table == nullptr) return failure("EntityNotFoundException");
    if (operation == "GetTable") return {200, {}, R"({"Table":)" + table->json + "}"};
    if (operation == "GetPartitions") return {200, {}, get_partitions(*table, *document)};
    if (operation != "GetPartition") return failure("InvalidInputException");
    std::vector<std::string> values;
    for (const auto& value : codec::find_array(*document, "PartitionValues")->GetArray())
        values.emplace_back(codec::text_of(value));
    const auto partition = table->partitions.find(values);
    if (partition == table->partitions.end()) return failure("EntityNotFoundException");
    return {200, {}, R"({"Partition":)" + partition_json(values, partition->second) + "}"};
}

std::string GlueCatalog::get_tables(const Tables& tables, const codec::JsonValue& body) const {
    std::vector<std::string> elements;
    elements.reserve(tables.size());
    for (const auto& [name, table] : tables)
        elements.push_back(table.json);
    return page("TableList", elements, body);
}

std::string GlueCatalog::get_databases() const {
    codec::JsonWriter json;
    json.begin_object().key("DatabaseList").begin_array();
    for (const auto& [name, tables] : databases_)
        json.begin_object().member("Name", name).member("CatalogId", account_).end_object();
    json.end_array().end_object();
    return json.take();
}

std::string GlueCatalog::get_partitions(const Table& table, const codec::JsonValue& body) const {
    std::vector<std::string> elements;
    elements.reserve(table.partitions.size());
    for (const auto& [values, location] : table.partitions)
        elements.push_back(partition_json(values, location));
    return page("Partitions", elements, body);
}

}  // namespace tests
