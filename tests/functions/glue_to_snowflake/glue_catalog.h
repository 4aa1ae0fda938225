// A Glue Data Catalog in memory, answering the calls that a sync and a reconcile make as the API
// reference has them: EntityNotFoundException, pages, names as they are stored.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "common/codec/json.h"
#include "common/http/http.h"

namespace tests {

class GlueCatalog {
  public:
    using TableKey = std::pair<std::string, std::string>;  // database, table

    explicit GlueCatalog(std::string account) : account_(std::move(account)) {}

    void put_database(const std::string& name) { databases_[name]; }
    // Its tables go with it.
    void delete_database(const std::string& name) { databases_.erase(name); }
    // `members` are those of a Table but its names: "\"StorageDescriptor\":{…}".
    void put_table(const TableKey& key, const std::string& members);
    void delete_table(const TableKey& key);
    // `location` is a folder of the table's.
    void put_partition(const TableKey& key, const std::vector<std::string>& values,
                       const std::string& location);
    void delete_partition(const TableKey& key, const std::vector<std::string>& values);
    // The next GetTable of the table fails: "AccessDeniedException".
    void refuse(const TableKey& key, const std::string& code) { refused_[key] = code; }

    http::Response answer(const http::Request& request);
    // "GetTable a__b.t", in order.
    [[nodiscard]] const std::vector<std::string>& calls() const { return calls_; }
    void forget_calls() { calls_.clear(); }

  private:
    struct Table {
        std::string json;
        std::map<std::vector<std::string>, std::string> partitions;
    };
    using Tables = std::map<std::string, Table>;

    Table* find(const TableKey& key);
    std::string get_tables(const Tables& tables, const codec::JsonValue& body) const;
    std::string get_databases() const;
    std::string get_partitions(const Table& table, const codec::JsonValue& body) const;

    std::string account_;
    std::map<std::string, Tables> databases_;
    std::map<TableKey, std::string> refused_;
    std::vector<std::string> calls_;
};

}  // namespace tests
