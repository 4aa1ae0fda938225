// The change line: one JSON object and a newline for each change, for the data lake.
//   flat:     {attributes of the image…,"__operation":"MODIFY","__event_id":"…",
//              "__sequence_number":"…","__event_time_ms":1684934517000,"__ttl_delete":false}
//   envelope: {"keys":{…},"new":{…},"old":{…}, the same metadata}
// INSERT and MODIFY carry the new image, else the keys; REMOVE the old image, else the keys.
//
// An attribute keeps its name and value; a metadata member of the same name takes its prefix once
// more. The attributes' names are compared as the texts they stand for, whatever their escapes.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "common/base/result.h"
#include "common/dynamodb/change_record.h"
#include "common/dynamodb/line_settings.h"

namespace dynamodb {

// A member computed from the change that follows the attributes. Where an attribute has its name,
// it takes the metadata prefix. `json` is its value.
struct LineColumn {
    std::string_view name;
    std::string json;
};

class ChangeLineWriter {
  public:
    explicit ChangeLineWriter(LineSettings settings) : settings_(std::move(settings)) {}

    // Appends the line with its newline. On a fault (kind data_invalid: no image and no keys, or an
    // attribute that is no attribute value) `out` is as it was.
    base::Result<base::Done> append(const ChangeRecord& record, std::string& out,
                                    std::span<const LineColumn> columns = {});

    [[nodiscard]] const LineSettings& settings() const { return settings_; }

  private:
    LineSettings settings_;
};

// The image that a flat line carries; empty where the record has neither image nor keys.
std::string_view line_image(const ChangeRecord& record);

}  // namespace dynamodb
