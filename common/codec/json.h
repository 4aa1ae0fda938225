// The only door to RapidJSON (RFC 8259). Parsing is iterative (its default parser recurses, and
// crashes on 100,000 brackets), depth is capped, text must be valid UTF-8 without a byte order mark
// and without lone surrogates, and nothing but white space may follow the value.
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

// Arrays and objects inside one another.
constexpr std::size_t kJsonDepthMax = 128;

// The caps that bound the memory of a hostile text. A value or a member's name takes at most 16
// bytes of the document and, while it is built, 24 more; a string takes its own length and one
// byte. So parsing takes at most 40 bytes for each value and name, and three times the text (the
// longest string grows in a buffer first): 300 MB at the worst, 20 to 40 MB for a real event of
// 6 MB. No event of Lambda's 6 MB can hold more values.
constexpr std::size_t kJsonBytesMax = 32UL * 1024 * 1024;
constexpr std::size_t kJsonValuesMax = 4'000'000;

// How numbers are kept: as binary numbers (the nearest double where they are no 64-bit integers;
// -0 becomes 0), or as their own text (JsonValue is then a string; 38 digits survive). A number
// beyond a double's range (1e400) is a fault either way.
enum class JsonNumbers { binary, text };

// Kind data_invalid, with the byte offset and what is wrong; the text itself is not in the message.
// `what` names the thing that is parsed: "the answer of ListExports". Where an object has a name
// twice, both members are kept, and find_member gives the first.
base::Result<JsonDocument> parse_json(std::string_view text, std::string_view what,
                                      JsonNumbers numbers = JsonNumbers::binary);

// Without white space. For values no deeper than kJsonDepthMax, which are all that parse_json gave.
// Numbers that were kept as text come out as strings.
std::string write_json(const JsonValue& value);

// The member of an object, or null where the value is no object or has none of that name.
const JsonValue* find_member(const JsonValue& value, std::string_view name);

// The same, of one type only. An integer is a number without fraction and exponent that fits.
std::optional<std::string_view> find_text(const JsonValue& value, std::string_view name);
std::optional<std::int64_t> find_integer(const JsonValue& value, std::string_view name);
std::optional<bool> find_bool(const JsonValue& value, std::string_view name);
const JsonValue* find_array(const JsonValue& value, std::string_view name);
const JsonValue* find_object(const JsonValue& value, std::string_view name);

inline std::string_view text_of(const JsonValue& value) {
    return {value.GetString(), value.GetStringLength()};
}

// Builds one JSON text front to back, with the commas in the right places:
//   JsonWriter json;
//   json.begin_object().member("StreamName", name).key("Records").begin_array()…
// What is built must be well-formed, which is asserted at each call, and must be whole at take().
// Bytes that are no UTF-8 become U+FFFD.
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

    // What stands there so far, whole or not.
    [[nodiscard]] const std::string& written() const { return out_; }
    // The whole text; the writer is empty afterwards.
    std::string take();

  private:
    void before_value();
    void open(char bracket);
    void close(char bracket);

    std::string out_;
    std::string open_;  // the brackets that wait for their end
    bool comma_needed_ = false;
    bool key_given_ = false;
};

}  // namespace codec
