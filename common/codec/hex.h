// Hexadecimal text, two digits a byte.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"

namespace codec {

// "\x01\xAB" -> "01ab".
std::string hex_lower(std::string_view bytes);
// The same, into room for two characters a byte; gives where they end.
char* hex_lower_to(char* out, std::string_view bytes);

// Digits of both cases. An odd count and any other character are faults (kind data_invalid).
base::Result<std::string> hex_decode(std::string_view text);

}  // namespace codec
