#include "functions/stream_to_kinesis/text_arena.h"

#include <algorithm>

namespace stream_to_kinesis {

char* TextArena::take(std::size_t bytes) {
    if (bytes > free_bytes_) {
        const std::size_t block_bytes = std::max(bytes, kBlockBytes);
        // NOLINTNEXTLINE(modernize-avoid-c-arrays)
        blocks_.push_back(std::make_unique_for_overwrite<char[]>(block_bytes));
        // A large text has a block of its own, and the block before it goes on being filled.
        if (bytes >= kBlockBytes) return blocks_.back().get();
        free_ = blocks_.back().get();
        free_bytes_ = block_bytes;
    }
    char* taken = free_;
    free_ += bytes;
    free_bytes_ -= bytes;
    return taken;
}

std::string_view TextArena::keep(std::string_view text) {
    char* copy = take(text.size());
    std::copy(text.begin(), text.end(), copy);
    return {copy, text.size()};
}

}  // namespace stream_to_kinesis
