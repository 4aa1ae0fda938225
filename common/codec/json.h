// The only door to RapidJSON. Parsing is iterative (its default parser recurses, and crashes on
// 100,000 brackets), depth is capped, text must be valid UTF-8, and nothing may follow the value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.h"

// The iterative parser holds its own stack; these settings hold for every source that includes this
// header.
#define RAPIDJSON_HAS_STDSTRING 1
#include <rapidjson/document.h>

namespace codec {

using JsonDocument = rapidjson::Document;
using JsonValue = rapidjson::Value;

constexpr std::size_t kJsonDepthMax = 128;

// How numbers are kept: as binary numbers, or as their own text (JsonValue is then a string; 38
// digits survive).
enum class JsonNumbers { binary, text };

// Kind data_invalid, with the byte offset and what is wrong; the text itself is not in the message.
// `what` names the thing that is parsed: "the answer of ListExports".
base::Result<JsonDocument> parse_json(std::string_view text, std::string_view what,
                                      JsonNumbers numbers = JsonNumbers::binary);

// Without white space. Valid for every value that parse_json gave.
std::string write_json(const JsonValue& value);

// The member of an object, or null where the value is no object or has none of that name.
const JsonValue* find_member(const JsonValue& value, std::string_view name);

// The same, of one type only.
std::optional<std::string_view> find_text(const JsonValue& value, std::string_view name);
std::optional<std::int64_t> find_integer(const JsonValue& value, std::string_view name);
std::optional<bool> find_bool(const JsonValue& value, std::string_view name);
const JsonValue* find_array(const JsonValue& value, std::string_view name);
const JsonValue* find_object(const JsonValue& value, std::string_view name);

inline std::string_view text_of(const JsonValue& value) {
    return {value.GetString(), value.GetStringLength()};
}

// Builds one JSON text front to back, with the commas in the right places:
//   JsonWriter json; json.begin_object().member("StreamName", name).key("Records").begin_array()…
// What is built must be well-formed (asserted at the end, in text()).
class JsonWriter {
  public:
    JsonWriter& begin_object();
    JsonWriter& end_object();
    JsonWriter& begin_array();
    JsonWriter& end_array();
    JsonWriter& key(std::string_view name);
    JsonWriter& text(std::string_view value);
    JsonWriter& integer(std::int64_t value);
    JsonWriter& boolean(bool value);
    JsonWriter& null();
    // A value that is JSON already.
    JsonWriter& raw(std::string_view json);

    JsonWriter& member(std::string_view name, std::string_view value) {
        return key(name).text(value);
    }
    JsonWriter& member(std::string_view name, const char* value) { return key(name).text(value); }
    JsonWriter& member_integer(std::string_view name, std::int64_t value) {
        return key(name).integer(value);
    }
    JsonWriter& member_boolean(std::string_view name, bool value) {
        return key(name).boolean(value);
    }

    [[nodiscard]] const std::string& written() const { return out_; }
    std::string take();

  private:
    void before_value();
    std::string out_;
    std::size_t depth_ = 0;
    bool comma_needed_ = false;
};

}  // namespace codec
