#include "functions/glue_to_snowflake/definition/name_folding.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace {

using glue_to_snowflake::folded_name;

TEST(NameFolding, MakesLettersSmall) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"", ""},
        {"OrderId_9", "orderid_9"},
        {"GRÖSSE", "grösse"},
        {"ÀÞ×", "àþ×"},
        {"Ÿ", "ÿ"},
        {"ĀŽŁŃŐ", "āžłńő"},
        {"ΑΩΣ", "αωσ"},
        {"ДАТА Ё Ђ", "дата ё ђ"},
        {"Ґ", "ґ"},
        // No case, or a small letter of another length: they stay.
        {"日本", "日本"},
        {"ßĸŉ", "ßĸŉ"},
        {"İı", "İı"}};
    for (const auto& [name, small] : cases)
        EXPECT_EQ(folded_name(name), small);
}

TEST(NameFolding, KeepsBytesThatAreNoUtf8) {
    for (const std::string bytes : {"\xC3",
                                    "\xC3"
                                    "A",
                                    "\x80\xFF", "\xCE\xCE"})
        EXPECT_EQ(folded_name(bytes).size(), bytes.size());
    EXPECT_EQ(folded_name("A\xC3"), "a\xC3");
}

}  // namespace
