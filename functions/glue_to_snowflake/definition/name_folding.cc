#include "functions/glue_to_snowflake/definition/name_folding.h"

#include <cstdint>

namespace glue_to_snowflake {
namespace {

// Unicode's UnicodeData.txt, simple lower case mappings from U+0080 to U+052F.
std::uint32_t small_letter(std::uint32_t letter) {
    const auto between = [letter](std::uint32_t first, std::uint32_t last) {
        return letter >= first && letter <= last;
    };
    if (between(0xC0, 0xDE) && letter != 0xD7) return letter + 32;
    if (letter == 0x178) return 0xFF;
    if (between(0x100, 0x12F) || between(0x132, 0x137) || between(0x14A, 0x177)) return letter | 1U;
    if (between(0x139, 0x148) || between(0x179, 0x17E)) return letter + letter % 2;
    if (between(0x391, 0x3A9) && letter != 0x3A2) return letter + 32;
    if (between(0x400, 0x40F)) return letter + 80;
    if (between(0x410, 0x42F)) return letter + 32;
    if (between(0x460, 0x481) || between(0x48A, 0x4BF) || between(0x4D0, 0x52F)) return letter | 1U;
    return letter;
}

bool continues(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

}  // namespace

std::string folded_name(std::string_view name) {
    std::string folded;
    folded.reserve(name.size());
    for (std::size_t i = 0; i < name.size(); ++i) {
        const auto byte = static_cast<unsigned char>(name[i]);
        if (byte >= 'A' && byte <= 'Z') {
            folded += static_cast<char>(byte - 'A' + 'a');
        } else if (byte >= 0xC3 && byte <= 0xD4 && i + 1 < name.size() && continues(name[i + 1])) {
            const auto next = static_cast<unsigned char>(name[++i]);
            const std::uint32_t letter = small_letter((byte & 0x1FU) << 6U | (next & 0x3FU));
            folded += static_cast<char>(0xC0U | letter >> 6U);
            folded += static_cast<char>(0x80U | (letter & 0x3FU));
        } else {
            folded += name[i];
        }
    }
    return folded;
}

}  // namespace glue_to_snowflake
