// Firehose's delivery to Iceberg tables, as far as routing and operations go (developer guide,
// "Route incoming records to different Iceberg tables"): each row goes to the table that its
// otfMetadata names, is inserted, or replaces or removes the rows with its unique key. The tables
// are kept as rows of JSON; no Iceberg files are made. The codes are those that users see, but
// Iceberg.InvalidOtfMetadata and Iceberg.InvalidRecord, for which none is known.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "runtime/local/exact_json.h"
#include "runtime/local/firehose_response.h"

namespace local {

// `type` is an Iceberg type: int, long, float, double, decimal, boolean, string, timestamp,
// timestamptz, date, time, binary, fixed, uuid, list, map, struct.
struct IcebergColumn {
    std::string name = {};
    std::string type = "string";
    enum class Need { optional, required };
    Need need = Need::optional;
};

struct IcebergTable {
    std::string database = {};
    std::string name = {};
    std::vector<std::string> unique_keys = {};  // empty: append only
    std::vector<IcebergColumn> columns = {};    // empty: whatever the rows have
};

struct IcebergCounts {
    std::int64_t inserted = 0;
    std::int64_t updated = 0;
    std::int64_t deleted = 0;  // rows asked to be deleted, there or not
};

class IcebergTables {
  public:
    explicit IcebergTables(std::vector<IcebergTable> tables);

    // Nothing where the row was taken. A record without otfMetadata goes to the only table.
    [[nodiscard]] std::optional<TransformFailure> apply(const TransformedRecord& record);

    // The tables that changed since the last call: "database/table.jsonl" and all its rows.
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> take_changed();
    [[nodiscard]] const IcebergCounts& counts() const { return counts_; }

  private:
    struct Rows {
        IcebergTable table = {};
        std::map<std::size_t, std::string> lines = {};  // by order of insertion
        std::unordered_multimap<std::string, std::size_t> by_key = {};
        std::size_t next = 0;
        bool changed = false;
    };
    using Routed = std::variant<Rows*, TransformFailure>;

    Routed route(const std::optional<OtfMetadata>& otf);
    static void remove(Rows& rows, const std::string& key);
    static void insert(Rows& rows, const std::string& key, const ExactJson& row);

    std::vector<Rows> tables_;
    IcebergCounts counts_;
};

}  // namespace local
