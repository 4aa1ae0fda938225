// JSON Pointer (RFC 6901) over a text: "/current/temp_c", "/days/0/high", "" for the whole. "~1" is
// a slash in a name and "~0" a tilde. The value comes back as its own bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace api_to_dynamodb {

class JsonPointer {
  public:
    // Kind config_invalid where the text is no pointer.
    static base::Result<JsonPointer> parse(std::string_view text);

    [[nodiscard]] const std::string& text() const { return text_; }
    // The value in `json`, which was checked as JSON; nothing where there is none. Of members with
    // one name the first counts.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view json) const;

  private:
    std::string text_;
    std::vector<std::string> steps_;
};

}  // namespace api_to_dynamodb
