// The settings of the change line, shared by all functions that write it.
#pragma once

#include <string>

#include "common/base/environment.h"
#include "common/dynamodb/attribute_value.h"

namespace dynamodb {

enum class LineNames { keep, lower };
enum class LineShape { flat, envelope };

// Which metadata members a line has.
struct LineMetadata {
    bool operation = true;
    bool event_id = true;
    bool sequence_number = true;
    bool event_time_ms = true;
    bool ttl_delete = true;
};

constexpr LineMetadata kNoLineMetadata = {false, false, false, false, false};

struct LineSettings {
    LineNames names = LineNames::keep;
    LineShape shape = LineShape::flat;
    LineNumbers numbers = LineNumbers::number;
    LineMetadata metadata = {};
    std::string metadata_prefix = "__";
};

// LINE_NAMES, LINE_SHAPE, LINE_NUMBERS, LINE_METADATA, METADATA_PREFIX. `metadata` stands where
// LINE_METADATA is not set.
LineSettings read_line_settings(base::SettingsReader& settings, LineMetadata metadata = {});

}  // namespace dynamodb
