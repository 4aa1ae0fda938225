// The Glue Data Catalog: GetTable. API reference: "GetTable", "Table" and "StorageDescriptor" (AWS
// Glue). Members that a table does not have are left out by the service, or null.
//
//   {"CatalogId":"123456789012","DatabaseName":"sales__raw","Name":"orders"}
//   {"Table":{"Name":…,"DatabaseName":…,"CatalogId":…,"TableType":…,"Parameters":{…},
//             "PartitionKeys":[{"Name":…,"Type":…}],
//             "StorageDescriptor":{"Columns":[…],"Location":…,"InputFormat":…,"SerdeInfo":{…}}}}
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/aws/aws_client.h"
#include "common/base/deadline.h"
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
    std::string json;  // the table as the service wrote it
};

// What `answer`, the body of GetTable, holds. Kind data_invalid, naming the member that is not as
// the API reference has it.
base::Result<GlueTable> parse_glue_table(std::string_view answer);

class GlueClient {
  public:
    // The client outlives it.
    explicit GlueClient(Client& client) : client_(&client) {}

    // Error::code is EntityNotFoundException where there is no such table or database.
    base::Result<GlueTable> get_table(const GlueTableId& id, base::Deadline deadline);

  private:
    Client* client_;
};

}  // namespace aws
