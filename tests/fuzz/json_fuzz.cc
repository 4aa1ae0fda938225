// Any bytes as JSON: both ways of keeping numbers judge alike, and what was read comes out as text
// that reads as the same again.
#include "common/codec/json.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using codec::JsonNumbers;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto binary = codec::parse_json(text, "it", JsonNumbers::binary);
    const auto kept = codec::parse_json(text, "it", JsonNumbers::text);
    fuzz::expect(binary.ok() || binary.error().kind == base::ErrorKind::data_invalid);
    // A number's text may pass where the number itself is beyond a double.
    fuzz::expect(kept.ok() || !binary.ok());
    for (const auto* document : {&binary, &kept}) {
        if (!document->ok()) continue;
        const std::string written = codec::write_json(**document);
        const auto again = codec::parse_json(written, "it");
        fuzz::expect(again.ok());
        fuzz::expect(codec::write_json(*again) == written);
    }
    return 0;
}
