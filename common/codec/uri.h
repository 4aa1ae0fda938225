// Percent-encoding (RFC 3986) by the rule of AWS signatures. Page: "Create a signed AWS API
// request", function UriEncode: A-Z a-z 0-9 - . _ ~ stay, every other byte becomes % and two
// upper-case hexadecimal digits; a space is %20; the slash is encoded but in an object key.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"

namespace codec {

enum class KeepSlash { no, yes };

std::string uri_encode(std::string_view bytes, KeepSlash keep_slash = KeepSlash::no);

// Puts the bytes back. "+" stays a plus sign. A "%" without two hexadecimal digits behind it is a
// fault (kind data_invalid). The result may be any bytes.
base::Result<std::string> uri_decode(std::string_view text);

}  // namespace codec
