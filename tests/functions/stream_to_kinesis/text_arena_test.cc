#include "functions/stream_to_kinesis/text_arena.h"

#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace {

using stream_to_kinesis::TextArena;

TEST(TextArena, TextsStayWhatTheyWere) {
    TextArena arena;
    std::vector<std::string> texts;
    std::vector<std::string_view> kept;
    for (std::size_t i = 0; i < 3'000; ++i) {
        // Of all sizes around a block of 64 KiB now and then.
        const std::size_t bytes = i % 500 == 7 ? 65'535 + i / 500 : i % 97;
        texts.emplace_back(bytes, static_cast<char>('a' + i % 26));
        kept.push_back(arena.keep(texts.back()));
    }
    for (std::size_t i = 0; i < texts.size(); ++i)
        EXPECT_EQ(kept[i], texts[i]) << i;
}

TEST(TextArena, GivesRoomThatIsTheCallersAlone) {
    TextArena arena;
    char* first = arena.take(10);
    char* second = arena.take(65'536);
    char* third = arena.take(10);
    std::memset(second, 's', 65'536);
    std::memset(first, 'f', 10);
    std::memset(third, 't', 10);
    EXPECT_EQ(std::string_view(first, 10), "ffffffffff");
    EXPECT_EQ(std::string_view(second, 65'536).find_first_not_of('s'), std::string_view::npos);
    EXPECT_EQ(std::string_view(third, 10), "tttttttttt");
}

}  // namespace
