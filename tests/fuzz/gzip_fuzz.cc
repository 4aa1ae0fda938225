// Any bytes as gzip: whole and in pieces come to the same, and a text that came out goes in again.
#include <array>

#include "common/codec/gzip.h"
#include "tests/fuzz/fuzz.h"

namespace {

constexpr std::size_t kBytesMax = 4UL * 1024 * 1024;

base::Result<std::string> read_in_pieces(std::string_view gzip, std::size_t piece) {
    codec::GzipReader reader;
    std::string text;
    std::array<char, 100> buffer{};
    while (!gzip.empty()) {
        std::string_view in = gzip.substr(0, piece);
        gzip.remove_prefix(in.size());
        for (bool more = true; more;) {
            const auto bytes = reader.read(in, buffer.data(), buffer.size());
            if (!bytes) return bytes.error();
            text.append(buffer.data(), *bytes);
            if (text.size() > kBytesMax) return base::Error{base::ErrorKind::data_invalid, "long"};
            more = *bytes != 0;
        }
        fuzz::expect(in.empty());
    }
    const auto whole = reader.finish();
    if (!whole) return whole.error();
    return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto whole = codec::gzip_decompress(bytes, kBytesMax);
    const auto pieces = read_in_pieces(bytes, size % 7 + 1);
    fuzz::expect(whole.ok() == pieces.ok());
    if (whole.ok()) fuzz::expect(*whole == *pieces);
    const auto back = codec::gzip_decompress(codec::gzip_compress(bytes, 1), size);
    fuzz::expect(back.ok() && *back == bytes);
    return 0;
}
