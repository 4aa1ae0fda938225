// Whether a line of the lake holds the item that an export has. The export's types guide it: N are
// exact decimals, sets have no order, lists have one, objects have none, binaries are their base64.
// It is written against the contract of the change line, not with the code that writes lines.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/dynamodb/line_settings.h"

namespace local {

struct ItemDifference {
    std::string path;    // of the attribute: "orders[2].price"
    std::string reason;  // "is not in the lake", …; never a value
};

// `item` is the export's: {"id":{"S":"x"},…}. `image` is the line's: {"id":"x",…}. The first
// difference, or nothing. Kind data_invalid where the item is none, or the image is no JSON object.
base::Result<std::optional<ItemDifference>> compare_item(std::string_view item,
                                                         std::string_view image,
                                                         const dynamodb::LineSettings& settings);

}  // namespace local
