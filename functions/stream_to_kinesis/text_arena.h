// Texts that live as long as the arena, and never move.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace stream_to_kinesis {

class TextArena {
  public:
    // Room for `bytes`, which is the caller's to fill.
    char* take(std::size_t bytes);
    // A copy.
    std::string_view keep(std::string_view text);

  private:
    static constexpr std::size_t kBlockBytes = std::size_t{64} << 10U;

    std::vector<std::unique_ptr<char[]>> blocks_;  // NOLINT(modernize-avoid-c-arrays)
    char* free_ = nullptr;
    std::size_t free_bytes_ = 0;
};

}  // namespace stream_to_kinesis
