// DynamoDB's attribute values -> plain JSON (API reference: AttributeValue). One tag each:
//   {"S":"text"} {"N":"12.5"} {"B":"base64"} {"BOOL":true} {"NULL":true}
//   {"SS":["…"]} {"NS":["…"]} {"BS":["…"]} {"L":[value,…]} {"M":{"name":value,…}}
// Strings and numbers keep their bytes. N becomes a JSON number where its text is one, else text;
// B its base64 text, checked; sets become arrays.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/dynamodb/json_scanner.h"

namespace dynamodb {

// How N and NS are written: as numbers where they can be, or always as text.
enum class LineNumbers { number, text };

// Appends the plain JSON of one attribute value, {"S":"x"} -> "x". On a fault (kind data_invalid)
// the message has the attribute's path and never its value, and `out` is as it was.
base::Result<base::Done> append_attribute_value(std::string_view value, LineNumbers numbers,
                                                std::string& out);

// The same for a map of them, such as an image: {"a":{"S":"x"}} -> {"a":"x"}.
base::Result<base::Done> append_attribute_map(std::string_view map, LineNumbers numbers,
                                              std::string& out);

// Passes one attribute value that the scanner stands at. On a fault the scanner fails and `path` is
// where, such as ".orders[2].price"; what was appended to `out` is then of no use.
bool write_attribute_value(JsonScanner& scanner, LineNumbers numbers, std::string& out,
                           std::string& path);

// Kind data_invalid: where the attribute is and why the scanner failed.
base::Error attribute_error(const JsonScanner& scanner, std::string_view path);

// Puts a step in front of a fault's path, while it still has room.
void prepend_step(std::string& path, std::string_view step);

// Whether a text is a number as JSON writes them (RFC 8259, section 6).
bool is_json_number(std::string_view text);

}  // namespace dynamodb
