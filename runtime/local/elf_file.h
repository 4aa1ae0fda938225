// What an executable needs to start, read from its bytes: ELF, 64 bits, little-endian ("System V
// ABI", chapters 4 and 5; symbol versions: "ELF Symbol Versioning", LSB). Every offset is checked
// against the file.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace local {

enum class Machine { x86_64, arm64, other };

struct GlibcVersion {
    int major = 0;
    int minor = 0;
    auto operator<=>(const GlibcVersion&) const = default;
};

struct ElfFile {
    Machine machine = Machine::other;
    bool is_executable = false;            // an executable, or a shared object with an interpreter
    std::string interpreter = {};          // empty: static
    std::vector<std::string> needed = {};  // shared libraries, as they are named
    // The highest GLIBC_x.y of a symbol that it needs; nothing where it needs none.
    std::optional<GlibcVersion> glibc = {};

    [[nodiscard]] bool is_static() const { return interpreter.empty() && needed.empty(); }
};

bool is_elf(std::string_view bytes);

// Kind data_invalid where it is no such file, or is cut off.
base::Result<ElfFile> read_elf(std::string_view bytes);

}  // namespace local
