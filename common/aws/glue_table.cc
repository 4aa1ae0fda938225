#include "common/aws/glue_table.h"

#include <utility>

#include <fmt/format.h>

#include "common/codec/json.h"

namespace aws {
namespace {

// Reads members of one type, and keeps the first that has another.
class MemberReader {
  public:
    std::string text(const codec::JsonValue& object, std::string_view name) {
        const codec::JsonValue* member = present(object, name);
        if (member == nullptr) return "";
        if (!member->IsString()) return fault(name, "a text"), "";
        return std::string(codec::text_of(*member));
    }

    bool flag(const codec::JsonValue& object, std::string_view name) {
        const codec::JsonValue* member = present(object, name);
        if (member == nullptr) return false;
        if (!member->IsBool()) return fault(name, "true or false"), false;
        return member->GetBool();
    }

    const codec::JsonValue* object(const codec::JsonValue& parent, std::string_view name) {
        const codec::JsonValue* member = present(parent, name);
        if (member == nullptr || member->IsObject()) return member;
        fault(name, "an object");
        return nullptr;
    }

    GlueParameters parameters(const codec::JsonValue& parent, std::string_view name) {
        GlueParameters parameters;
        const codec::JsonValue* map = object(parent, name);
        if (map == nullptr) return parameters;
        for (const auto& [key, value] : map->GetObject()) {
            if (!value.IsString()) {
                fault(name, "a map of texts");
                continue;
            }
            parameters.emplace(codec::text_of(key), codec::text_of(value));
        }
        return parameters;
    }

    std::vector<std::string> texts(const codec::JsonValue& parent, std::string_view name) {
        std::vector<std::string> texts;
        for (const codec::JsonValue* element : elements(parent, name)) {
            if (element->IsString()) {
                texts.emplace_back(codec::text_of(*element));
            } else {
                fault(name, "an array of texts");
            }
        }
        return texts;
    }

    std::vector<GlueColumn> columns(const codec::JsonValue& parent, std::string_view name) {
        std::vector<GlueColumn> columns;
        for (const codec::JsonValue* element : elements(parent, name)) {
            if (element->IsObject()) {
                columns.push_back({text(*element, "Name"), text(*element, "Type")});
            } else {
                fault(name, "an array of columns");
            }
        }
        return columns;
    }

    [[nodiscard]] const std::string& fault() const { return fault_; }

  private:
    static const codec::JsonValue* present(const codec::JsonValue& object, std::string_view name) {
        const codec::JsonValue* member = codec::find_member(object, name);
        return member == nullptr || member->IsNull() ? nullptr : member;
    }

    std::vector<const codec::JsonValue*> elements(const codec::JsonValue& parent,
                                                  std::string_view name) {
        std::vector<const codec::JsonValue*> elements;
        const codec::JsonValue* member = present(parent, name);
        if (member == nullptr) return elements;
        if (!member->IsArray()) {
            fault(name, "an array");
            return elements;
        }
        for (const codec::JsonValue& element : member->GetArray())
            elements.push_back(&element);
        return elements;
    }

    void fault(std::string_view name, std::string_view expected) {
        if (fault_.empty()) fault_ = fmt::format("{} is not {}", name, expected);
    }

    std::string fault_;
};

std::string read_schema_reference(MemberReader& reader, const codec::JsonValue& descriptor) {
    const codec::JsonValue* reference = reader.object(descriptor, "SchemaReference");
    if (reference == nullptr) return "";
    if (const codec::JsonValue* id = reader.object(*reference, "SchemaId"); id != nullptr) {
        std::string arn = reader.text(*id, "SchemaArn");
        return arn.empty() ? reader.text(*id, "SchemaName") : arn;
    }
    return reader.text(*reference, "SchemaVersionId");
}

GlueStorageDescriptor read_storage_descriptor(MemberReader& reader,
                                              const codec::JsonValue& descriptor) {
    GlueStorageDescriptor storage;
    storage.columns = reader.columns(descriptor, "Columns");
    storage.location = reader.text(descriptor, "Location");
    storage.additional_locations = reader.texts(descriptor, "AdditionalLocations");
    storage.input_format = reader.text(descriptor, "InputFormat");
    storage.parameters = reader.parameters(descriptor, "Parameters");
    storage.schema_reference = read_schema_reference(reader, descriptor);
    if (const codec::JsonValue* serde = reader.object(descriptor, "SerdeInfo"); serde != nullptr) {
        storage.serde_info.serialization_library = reader.text(*serde, "SerializationLibrary");
        storage.serde_info.parameters = reader.parameters(*serde, "Parameters");
    }
    return storage;
}

GlueTableId read_target_table(MemberReader& reader, const codec::JsonValue& target) {
    return {.catalog_id = reader.text(target, "CatalogId"),
            .database = reader.text(target, "DatabaseName"),
            .name = reader.text(target, "Name")};
}

base::Error not_as_expected(std::string message) {
    return {base::ErrorKind::data_invalid, std::move(message)};
}

base::Result<GlueTable> read_table(const codec::JsonValue& value) {
    if (!value.IsObject()) return not_as_expected("the table is not an object");
    MemberReader reader;
    GlueTable table;
    table.id = read_target_table(reader, value);
    table.table_type = reader.text(value, "TableType");
    table.description = reader.text(value, "Description");
    table.version_id = reader.text(value, "VersionId");
    table.parameters = reader.parameters(value, "Parameters");
    table.partition_keys = reader.columns(value, "PartitionKeys");
    table.view_original_text = reader.text(value, "ViewOriginalText");
    if (const codec::JsonValue* target = reader.object(value, "TargetTable"); target != nullptr) {
        table.is_resource_link = true;
        table.target_table = read_target_table(reader, *target);
    }
    table.is_federated = reader.object(value, "FederatedTable") != nullptr;
    table.is_multi_dialect_view = reader.flag(value, "IsMultiDialectView");
    table.is_materialized_view = reader.flag(value, "IsMaterializedView");
    const codec::JsonValue* descriptor = reader.object(value, "StorageDescriptor");
    if (descriptor != nullptr)
        table.storage_descriptor = read_storage_descriptor(reader, *descriptor);
    if (!reader.fault().empty()) return not_as_expected(reader.fault());
    table.json = codec::write_json(value);
    return table;
}

base::Result<GlueDatabase> read_database(const codec::JsonValue& value) {
    if (!value.IsObject()) return not_as_expected("a database is not an object");
    MemberReader reader;
    GlueDatabase database{.catalog_id = reader.text(value, "CatalogId"),
                          .name = reader.text(value, "Name"),
                          .is_resource_link = reader.object(value, "TargetDatabase") != nullptr,
                          .is_federated = reader.object(value, "FederatedDatabase") != nullptr};
    if (!reader.fault().empty()) return not_as_expected("a database: " + reader.fault());
    if (database.name.empty()) return not_as_expected("a database has no Name");
    return database;
}

base::Result<GluePartition> read_partition(const codec::JsonValue& value) {
    if (!value.IsObject()) return not_as_expected("a partition is not an object");
    MemberReader reader;
    GluePartition partition;
    partition.values = reader.texts(value, "Values");
    const codec::JsonValue* descriptor = reader.object(value, "StorageDescriptor");
    if (descriptor != nullptr) {
        GlueStorageDescriptor storage = read_storage_descriptor(reader, *descriptor);
        partition.location = std::move(storage.location);
        partition.serialization_library = std::move(storage.serde_info.serialization_library);
        partition.input_format = std::move(storage.input_format);
    }
    if (!reader.fault().empty()) {
        return not_as_expected(
            fmt::format("partition ({}): {}", fmt::join(partition.values, ", "), reader.fault()));
    }
    return partition;
}

// The elements of a list and the token of its next page.
struct Page {
    codec::JsonDocument document;
    const codec::JsonValue* elements = nullptr;
    std::string next_token;
};

base::Result<Page> parse_page(std::string_view answer, std::string_view operation,
                              std::string_view list) {
    const std::string what = fmt::format("the answer of {}", operation);
    auto document = codec::parse_json(answer, what);
    if (!document) return std::move(document).error();
    Page page;
    page.document = *std::move(document);
    page.elements = codec::find_array(page.document, list);
    if (page.elements == nullptr) return not_as_expected(fmt::format("{} has no {}", what, list));
    MemberReader reader;
    page.next_token = reader.text(page.document, "NextToken");
    if (!reader.fault().empty())
        return not_as_expected(fmt::format("{}: {}", what, reader.fault()));
    return page;
}

// The one entity of an answer.
template <typename T>
base::Result<T> parse_entity(std::string_view answer, std::string_view operation,
                             std::string_view member,
                             base::Result<T> (*read)(const codec::JsonValue&)) {
    const std::string what = fmt::format("the answer of {}", operation);
    const auto document = codec::parse_json(answer, what);
    if (!document) return document.error();
    const codec::JsonValue* value = codec::find_object(*document, member);
    if (value == nullptr) return not_as_expected(fmt::format("{} has no {}", what, member));
    auto entity = read(*value);
    if (!entity) return not_as_expected(fmt::format("{}: {}", what, entity.error().message));
    return entity;
}

}  // namespace

base::Result<GlueTable> parse_glue_table(std::string_view answer) {
    return parse_entity(answer, "GetTable", "Table", read_table);
}

base::Result<GlueTablePage> parse_glue_tables(std::string_view answer) {
    auto page = parse_page(answer, "GetTables", "TableList");
    if (!page) return std::move(page).error();
    GlueTablePage tables{.tables = {}, .next_token = std::move(page->next_token)};
    for (const codec::JsonValue& element : page->elements->GetArray()) {
        tables.tables.push_back(
            {std::string(codec::find_text(element, "Name").value_or("")), read_table(element)});
    }
    return tables;
}

base::Result<GlueDatabasePage> parse_glue_databases(std::string_view answer) {
    auto page = parse_page(answer, "GetDatabases", "DatabaseList");
    if (!page) return std::move(page).error();
    GlueDatabasePage databases{.databases = {}, .next_token = std::move(page->next_token)};
    for (const codec::JsonValue& element : page->elements->GetArray())
        databases.databases.push_back(read_database(element));
    return databases;
}

base::Result<GluePartition> parse_glue_partition(std::string_view answer) {
    return parse_entity(answer, "GetPartition", "Partition", read_partition);
}

base::Result<GluePartitionPage> parse_glue_partitions(std::string_view answer) {
    auto page = parse_page(answer, "GetPartitions", "Partitions");
    if (!page) return std::move(page).error();
    GluePartitionPage partitions{.partitions = {}, .next_token = std::move(page->next_token)};
    for (const codec::JsonValue& element : page->elements->GetArray()) {
        auto partition = read_partition(element);
        if (!partition)
            return not_as_expected("the answer of GetPartitions: " + partition.error().message);
        partitions.partitions.push_back(*std::move(partition));
    }
    return partitions;
}

}  // namespace aws
