// A line of the lake, read back: which change it tells, and what it leaves of the item. It follows
// the contract of the change line (change_line.h): attributes come first, then the metadata in its
// order, each under the first name of its own that no attribute has.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/dynamodb/change_record.h"
#include "common/dynamodb/line_settings.h"
#include "runtime/local/verify_key.h"

namespace local {

// How the writers of the lake were set.
struct LakeSettings {
    dynamodb::LineSettings line;
    std::string timestamp_attribute;  // TIMESTAMP_ATTRIBUTE of firehose_transform
};

struct LakeLine {
    dynamodb::Operation operation = dynamodb::Operation::insert;
    std::string sequence_number;  // without leading zeros; empty: of a snapshot or an increment
    base::EpochMs time_ms = 0;
    std::string key;         // verify_key.h
    std::string image = {};  // {"a":1,…}; empty for a REMOVE
    bool has_image = true;   // false: an envelope's INSERT or MODIFY without a new image
};

// Kind data_invalid where it is no such line.
base::Result<LakeLine> parse_lake_line(std::string_view text, const KeySchema& schema,
                                       const LakeSettings& settings);

// The names in the `keys` of an envelope; none where the line is no envelope or has no keys.
std::vector<std::string> key_names_of_envelope(std::string_view text);

}  // namespace local
