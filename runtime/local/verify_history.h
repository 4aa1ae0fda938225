// What the lake's lines of one key leave of its item at one moment.
//
// Lines with a sequence number come from a stream, all others from exports: a snapshot's, or an
// increment's. Which of two is newer:
// - both of a stream: the higher sequence number;
// - neither: the later event time; at the same one the increment's that is no INSERT, as a snapshot
//   holds what was written before its time, and an increment what was written from there on;
// - one of each: the stream's, unless its event time is before the second of the other's. Stream
//   times may be whole seconds, and an export in the midst of a second holds what the stream's
//   newest change of that second wrote, or less.
// Lines that are repeated count once. Where lines of the same rank do not agree, each of them
// counts.
//
// Of exports, lines up to the moment are used. A stream's times are approximate: its lines less
// than a second from the moment may have come before it or after it, so that every cut is possible.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/dynamodb/change_record.h"

namespace local {

// Less than this from the moment, a stream's line is at the boundary.
constexpr std::int64_t kBoundaryMs = 1'000;

// Where a line stood.
struct LineOrigin {
    std::uint32_t file = 0;
    std::uint64_t line = 0;
};

// What a line leaves of the item.
struct ItemState {
    dynamodb::Operation operation = dynamodb::Operation::insert;
    bool has_image = true;
    std::string image;  // empty after a REMOVE
    LineOrigin origin;

    [[nodiscard]] bool is_absent() const { return operation == dynamodb::Operation::remove; }
};

// When a line was written, as far as the moment of the export goes.
enum class LineTime { before, boundary, later };

// `of_this_export`: the line is of the snapshot that the export itself gave.
LineTime time_of(bool is_of_stream, bool of_this_export, base::EpochMs time_ms,
                 base::EpochMs moment_ms);

// A line of one key; `time` is before or boundary.
struct HistoryLine {
    std::string sequence_number;  // without leading zeros; empty: of an export
    base::EpochMs time_ms = 0;
    LineTime time = LineTime::before;
    ItemState state;
};

class History {
  public:
    // One moment in the key's history: the states that lines of the same rank leave, mostly one.
    struct Version {
        std::string sequence_number;
        base::EpochMs time_ms = 0;
        LineTime time = LineTime::before;
        std::vector<ItemState> states;
    };

    // Gives by how many bytes the history grew (less than 0 where an older version made room).
    std::int64_t add(HistoryLine line);

    // The versions that may be the one at the moment; null stands for no item. At least one.
    [[nodiscard]] std::vector<const Version*> candidates() const;
    // Of all versions the one that wins; null where there is none.
    [[nodiscard]] const Version* newest() const;

    bool seen = false;  // the export has the key

  private:
    static std::int64_t add_to(std::vector<Version>& versions, HistoryLine line);

    std::vector<Version> stream_;   // the newest before the boundary, and those at it
    std::vector<Version> exports_;  // the same
};

}  // namespace local
