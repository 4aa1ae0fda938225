#include "common/base/json_text.h"

#include <string>

#include <gtest/gtest.h>

namespace base {
namespace {

// RFC 8259, section 7; and what is no ASCII, or DEL, is not plain here.
bool is_plain_byte(int byte) {
    return byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\';
}

TEST(PlainJsonText, IsJudgedByEachByteInEachPlace) {
    EXPECT_TRUE(is_plain_json_text(""));
    for (std::size_t size = 1; size <= 20; ++size) {
        for (std::size_t place = 0; place < size; ++place) {
            for (int byte = 0; byte < 256; ++byte) {
                std::string text(size, '~');
                text[place] = static_cast<char>(byte);
                ASSERT_EQ(is_plain_json_text(text), is_plain_byte(byte))
                    << byte << " at " << place << " of " << size;
            }
        }
    }
}

TEST(PlainJsonText, OneByteDoesNotHideBehindAnother) {
    for (const int first : {0x00, 0x1F, 0x21, 0x23, 0x5B, 0x5D, 0x7E, 0x7F, 0x80, 0xFF}) {
        for (int second = 0; second < 256; ++second) {
            std::string text(8, ' ');
            text[3] = static_cast<char>(first);
            text[4] = static_cast<char>(second);
            ASSERT_EQ(is_plain_json_text(text), is_plain_byte(first) && is_plain_byte(second))
                << first << ' ' << second;
        }
    }
}

TEST(JsonText, EscapesWhereverItStands) {
    for (std::size_t before = 0; before < 18; ++before) {
        std::string out;
        append_json_text(out, std::string(before, 'a') + "\"\\\n\x01é\xFF" + "bcdefghij");
        EXPECT_EQ(out, "\"" + std::string(before, 'a') +
                           R"(\"\\\n\u0001é)"
                           "\xEF\xBF\xBD" +
                           "bcdefghij\"");
    }
}

}  // namespace
}  // namespace base
