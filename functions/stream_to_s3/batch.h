// What becomes of each record of an event, before anything is stored.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/dynamodb/change_line.h"
#include "functions/stream_to_s3/config.h"
#include "functions/stream_to_s3/lake_object.h"

namespace stream_to_s3 {

enum class Fate {
    stored,    // part of an object; done once that is there
    filtered,  // left out by the settings: done
    faulty,    // it can never be stored: reported as failed
};

struct BatchRecord {
    Fate fate = Fate::stored;
    std::string_view sequence_number;  // empty where it cannot be read
    std::string_view event_id;
    std::optional<base::EpochMs> event_time_ms;
    std::string fault;
};

// Views point into the event.
struct Batch {
    std::vector<BatchRecord> records;  // one for each of the event's, in their order
    std::vector<LakeObject> objects;
    std::size_t members_left_out = 0;  // of rows: what no column names
};

// Kind event_invalid where it is no event of a DynamoDB stream. A record without an event time goes
// by `now_ms`.
base::Result<Batch> read_batch(std::string_view event, const Config& config,
                               dynamodb::ChangeLineWriter& writer, base::EpochMs now_ms);

}  // namespace stream_to_s3
