// What the Glue Data Catalog holds: databases, tables and partitions, as the JSON of its answers.
// API reference: "Table", "StorageDescriptor", "Partition", "Database" (AWS Glue). Members that an
// entity does not have are left out by the service, or null; unknown ones are passed over.
//
//   {"Name":…,"DatabaseName":…,"CatalogId":…,"TableType":…,"Parameters":{…},
//    "PartitionKeys":[{"Name":…,"Type":…}],
//    "StorageDescriptor":{"Columns":[…],"Location":…,"InputFormat":…,
//                         "SerdeInfo":{"SerializationLibrary":…,"Parameters":{…}}}}
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace aws {

using GlueParameters = std::map<std::string, std::string, std::less<>>;

struct GlueColumn {
    std::string name;
    std::string type;
};

struct GlueSerdeInfo {
    std::string serialization_library;
    GlueParameters parameters;
};

struct GlueStorageDescriptor {
    std::vector<GlueColumn> columns;
    std::string location;
    std::vector<std::string> additional_locations;
    std::string input_format;
    GlueSerdeInfo serde_info;
    GlueParameters parameters;
    // The schema in Glue's schema registry that the columns are of (SchemaReference): its ARN, its
    // name or its version's id; empty where the table's columns are its own.
    std::string schema_reference = {};
};

// One partition. Where it has a storage descriptor of its own, `serialization_library` and
// `input_format` say how its files are read.
struct GluePartition {
    std::vector<std::string> values;  // in the order of the table's partition keys
    std::string location;
    std::string serialization_library;
    std::string input_format;
};

struct GlueTableId {
    std::string catalog_id;  // empty: the caller's account
    std::string database;
    std::string name;
};

struct GlueTable {
    GlueTableId id;
    std::string table_type;
    std::string description;
    std::string version_id;
    GlueParameters parameters;
    std::vector<GlueColumn> partition_keys;
    GlueStorageDescriptor storage_descriptor;  // empty where the table has none
    std::string view_original_text;
    bool is_resource_link = false;  // TargetTable
    bool is_federated = false;      // FederatedTable
    bool is_multi_dialect_view = false;
    bool is_materialized_view = false;
    std::string json;               // the table as the service wrote it
    GlueTableId target_table = {};  // of a resource link: its parts, empty where they are not said
};

struct GlueDatabase {
    std::string catalog_id;
    std::string name;
    bool is_resource_link = false;  // TargetDatabase: another catalog's database under this name
    bool is_federated = false;      // FederatedDatabase
};

// A page of a list. An element that cannot be read does not spoil the others.
struct GlueTablePage {
    struct Element {
        std::string name;  // empty where the catalog did not say
        base::Result<GlueTable> table;
    };
    std::vector<Element> tables;
    std::string next_token;  // empty: the last page
};

struct GlueDatabasePage {
    std::vector<base::Result<GlueDatabase>> databases;
    std::string next_token;
};

struct GluePartitionPage {
    std::vector<GluePartition> partitions;
    std::string next_token;
};

// What `answer`, the body of GetTable, GetTables, …, holds. Kind data_invalid, naming the member
// that is not as the API reference has it: "the answer of GetTable: Parameters is not an object".
base::Result<GlueTable> parse_glue_table(std::string_view answer);
base::Result<GlueTablePage> parse_glue_tables(std::string_view answer);
base::Result<GlueDatabasePage> parse_glue_databases(std::string_view answer);
base::Result<GluePartition> parse_glue_partition(std::string_view answer);
base::Result<GluePartitionPage> parse_glue_partitions(std::string_view answer);

}  // namespace aws
