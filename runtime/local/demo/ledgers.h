// Which changes are where: what the stream had, what stands in the lake, and in which order Kinesis
// has the changes of each item. Pure: texts come in, counts go out.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace demo {

// A change is known by its sequence number: the demo's table has one stream of one shard.
using SequenceNumbers = std::set<std::string>;

// Change lines, as they stand in a folder's objects.
class LineLedger {
  public:
    // Gzipped lines. Kind data_invalid where it is none, or a line is no change line: what came
    // before it is counted.
    base::Result<base::Done> add_object(std::string_view gzipped);

    [[nodiscard]] const SequenceNumbers& changes() const { return changes_; }
    [[nodiscard]] std::int64_t objects() const { return objects_; }
    [[nodiscard]] std::int64_t stream_lines() const { return stream_lines_; }
    [[nodiscard]] std::int64_t snapshot_lines() const { return snapshot_lines_; }
    [[nodiscard]] std::int64_t duplicates() const {
        return stream_lines_ - static_cast<std::int64_t>(changes_.size());
    }

  private:
    base::Result<base::Done> add_line(std::string_view line);

    SequenceNumbers changes_;
    std::int64_t objects_ = 0;
    std::int64_t stream_lines_ = 0;
    std::int64_t snapshot_lines_ = 0;
};

// How many of the stream's changes are not among these.
std::int64_t lost(const SequenceNumbers& stream, const SequenceNumbers& arrived);

// The records of a Kinesis stream in its order.
class OrderLedger {
  public:
    // A record as stream_to_kinesis writes it (RECORD_FORMAT native). Kind data_invalid where it is
    // none.
    base::Result<base::Done> add_record(std::string_view data);

    [[nodiscard]] std::int64_t records() const { return records_; }
    // Items whose changes are not in the stream's order. That some come again is allowed where it
    // is a rewind: the first copies are in order, and so are the last ones.
    [[nodiscard]] std::int64_t items_out_of_order() const;

  private:
    std::map<std::string, std::vector<std::string>> numbers_;  // by item
    std::int64_t records_ = 0;
};

}  // namespace demo
