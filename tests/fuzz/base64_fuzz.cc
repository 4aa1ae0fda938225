// Any bytes as base64: what is taken is the one text of its bytes, OpenSSL reads the same in it,
// and all ways of asking agree.
#include <algorithm>
#include <vector>

#include <openssl/evp.h>

#include "common/codec/base64.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    // Buffers of the exact size, so that a byte too many is seen.
    std::vector<char> buffer(codec::base64_decoded_size_max(size));
    const auto bytes = codec::base64_decode_to(buffer.data(), text);
    const auto decoded = codec::base64_decode(text);
    fuzz::expect(decoded.ok() == bytes.has_value());
    fuzz::expect(codec::is_base64(text) == decoded.ok());
    if (decoded.ok()) {
        fuzz::expect(std::string_view(buffer.data(), bytes.value_or(0)) == *decoded);
        fuzz::expect(codec::base64_encode(*decoded) == text);
        std::vector<unsigned char> second(size + 1);
        const int second_size = EVP_DecodeBlock(second.data(), data, static_cast<int>(size));
        fuzz::expect(second_size >= static_cast<int>(decoded->size()));
        fuzz::expect(std::equal(decoded->begin(), decoded->end(),
                                reinterpret_cast<const char*>(second.data())));
    }
    std::vector<char> encoded(codec::base64_encoded_size(size));
    codec::base64_encode_to(encoded.data(), text);
    const auto back = codec::base64_decode({encoded.data(), encoded.size()});
    fuzz::expect(back.ok() && *back == text);
    return 0;
}
