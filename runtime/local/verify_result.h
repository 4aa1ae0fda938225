// What a verification found: counts, and the first differences by key.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/dynamodb/change_record.h"

namespace local {

enum class DifferenceKind {
    missing,    // the export has the item, the lake's lines leave none
    extra,      // the lake's lines leave an item that the export does not have
    different,  // both have it, and an attribute differs
    keys_only,  // the lake's newest line carries no image, so that nothing can be rebuilt of it
};
constexpr std::size_t kDifferenceKinds = 4;

std::string_view name_of(DifferenceKind kind);

// The newest line of a key up to the export's time.
struct NewestLine {
    dynamodb::Operation operation = dynamodb::Operation::insert;
    std::string sequence_number;  // empty: of a snapshot or an increment
    base::EpochMs time_ms = 0;
    std::string file;
    std::uint64_t line = 0;
};

struct KeyDifference {
    std::string key;  // verify_key.h
    DifferenceKind kind = DifferenceKind::missing;
    std::string detail;  // which attribute and why; empty where the kind says it all
    std::optional<NewestLine> newest;
};

// A line of the lake that is none, or a file that is broken from that line on.
struct BadLakeLine {
    std::string file;
    std::uint64_t line = 0;
    std::string reason;
};

struct VerifyCounts {
    std::int64_t items = 0;           // of the export
    std::int64_t equal_items = 0;     // …that are what the lake's lines rebuild
    std::int64_t boundary_items = 0;  // …of which lines lie at the boundary: any cut was taken
    std::array<std::int64_t, kDifferenceKinds> differences = {};
    std::int64_t lake_files = 0;
    std::int64_t lake_lines = 0;
    std::int64_t later_lines = 0;           // after the export's time, so not used
    std::int64_t later_snapshot_lines = 0;  // …those of exports
    std::int64_t snapshot_lines = 0;        // of exports, all
    std::int64_t bad_lines = 0;

    [[nodiscard]] std::int64_t of(DifferenceKind kind) const {
        return differences[static_cast<std::size_t>(kind)];
    }
};

struct VerifyResult {
    std::string export_arn;
    std::string table_name;
    base::EpochMs export_time_ms = 0;
    std::vector<std::string> key_names;
    VerifyCounts counts;
    std::optional<base::EpochMs> lake_newest_ms;  // of all lines
    std::vector<KeyDifference> differences;       // the first by key
    std::vector<BadLakeLine> bad_lines;           // the first by file and line
    std::vector<std::string> warnings;

    [[nodiscard]] bool is_equal() const;
};

// Gathers what several threads find; keeps the first of each list alone.
class VerifyTally {
  public:
    explicit VerifyTally(std::size_t list_max) : list_max_(list_max) {}

    void add(const VerifyCounts& counts);
    void add(KeyDifference difference);    // counted too
    void add(BadLakeLine line);            // counted too
    void see_time(base::EpochMs time_ms);  // of a line of the lake

    // Into the result.
    void finish(VerifyResult& result);

  private:
    const std::size_t list_max_;
    std::mutex mutex_;
    VerifyCounts counts_;
    std::optional<base::EpochMs> newest_ms_;
    std::vector<KeyDifference> differences_;
    std::vector<BadLakeLine> bad_lines_;
};

}  // namespace local
