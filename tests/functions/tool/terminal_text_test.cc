#include "functions/tool/terminal_text.h"

#include <gtest/gtest.h>

namespace tool {
namespace {

TEST(ForTerminal, LeavesTextAsItIs) {
    EXPECT_EQ(for_terminal(""), "");
    EXPECT_EQ(for_terminal(R"(SELECT "A" || 'b\\' -- ü€😀)"), R"(SELECT "A" || 'b\\' -- ü€😀)");
}

TEST(ForTerminal, GivesTheTerminalNoCommands) {
    EXPECT_EQ(for_terminal("a\x1b[31mb"), R"(a\u001b[31mb)");
    EXPECT_EQ(for_terminal("a\r\nb\tc"), R"(a\u000d\u000ab\u0009c)");
    EXPECT_EQ(for_terminal("a\x7f"), R"(a\u007f)");
    EXPECT_EQ(for_terminal(std::string_view("a\0b", 3)), R"(a\u0000b)");
    EXPECT_EQ(for_terminal("\xc2\x9b"), R"(\u009b)");      // CSI as one C1 character
    EXPECT_EQ(for_terminal("\xe2\x80\xae"), R"(\u202e)");  // right to left from here on
    EXPECT_EQ(for_terminal("\xe2\x81\xa6"), R"(\u2066)");
    EXPECT_EQ(for_terminal("\xe2\x80\xa8"), R"(\u2028)");
    EXPECT_EQ(for_terminal("\xc2\xa0"), "\xc2\xa0");  // the first one after C1
}

TEST(ForTerminal, ReplacesBytesThatAreNoUtf8) {
    EXPECT_EQ(for_terminal("a\xff\xc3z"), "a\xEF\xBF\xBD\xEF\xBF\xBDz");
    EXPECT_EQ(for_terminal("\xed\xa0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");  // a surrogate
}

}  // namespace
}  // namespace tool
