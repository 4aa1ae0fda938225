// What the fuzz targets share. Each target is one LLVMFuzzerTestOneInput: libFuzzer drives it where
// clang compiles (tests/fuzz/run), and replay.cc over its corpus in every test run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer fixes the name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace fuzz {

inline void expect(bool holds) {
    if (!holds) std::abort();
}

}  // namespace fuzz
