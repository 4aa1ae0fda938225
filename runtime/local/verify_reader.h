// The lines of an object, gzip or plain (told by its first bytes), with the memory of one line.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/lake/object_store.h"

namespace local {

// An item of 400 KB three times (keys, new and old image), each byte as an escape of six.
constexpr std::size_t kLineBytesMax = 16UL * 1024 * 1024;

// What is wrong with the object itself, such as gzip that is cut off.
struct ContentFault {
    std::uint64_t line = 0;  // the one that is not whole, from 1
    std::string reason;
};

struct LineSink {
    // Blank lines are not given.
    std::function<base::Result<base::Done>(std::string_view line, std::uint64_t number)> take;
    // The object's own bytes, as they come; may be empty.
    std::function<void(std::string_view bytes)> see_bytes = {};
};

// An error where the store cannot read on, or the sink gives one. What is broken in the object
// itself is no error: it is given back, and the lines before it were taken.
base::Result<std::optional<ContentFault>> read_lines(lake::ObjectReader& object,
                                                     const LineSink& sink);

}  // namespace local
