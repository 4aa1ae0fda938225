// Runs a fuzz target over the files of its corpus, each also cut at every length (up to a bound)
// and with each of its first bytes changed.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/fuzz/fuzz.h"

namespace {

constexpr std::size_t kVariantsMax = 512;

void run(const std::string& bytes) {
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

void run_variants(const std::string& bytes) {
    run(bytes);
    const std::size_t variants = std::min(bytes.size(), kVariantsMax);
    for (std::size_t i = 0; i < variants; ++i) {
        run(bytes.substr(0, i));
        for (const unsigned bits : {0x01U, 0x20U, 0x80U, 0xFFU}) {
            std::string changed = bytes;
            changed[i] = static_cast<char>(static_cast<unsigned char>(changed[i]) ^ bits);
            run(changed);
        }
    }
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 2) {
        std::fprintf(stderr, "usage: %s CORPUS_FOLDER\n", arguments[0]);
        return 2;
    }
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(arguments[1])) {
        std::ifstream file(entry.path(), std::ios::binary);
        // Named before it is run, so that a crash tells the file.
        std::printf("%s\n", entry.path().filename().c_str());
        std::fflush(stdout);
        run_variants({std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()});
        ++files;
    }
    std::printf("%zu files\n", files);
    return files > 0 ? 0 : 1;
}
