// What names an item: its key attributes, in one form whatever the stream's JSON looks like.
//
// The canonical text is the key attributes sorted by name (by the names' bytes), each as three
// texts in UTF-8: name, type tag and value as the stream writes it (N in its digits, B in base64),
// and each text as its length in bytes, a colon, and itself. The partition key is the canonical
// text's SHA-256 in lower-case hex: {"pk":{"S":"a"},"n":{"N":"12"}} gives
// sha256("1:n1:N2:122:pk1:S1:a"). In Python:
//   "".join(f"{len(t.encode())}:{t}" for name in sorted(keys, key=str.encode)
//           for tag, value in keys[name].items() for t in (name, tag, value))
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/codec/digest.h"
#include "common/dynamodb/json_scanner.h"

namespace stream_to_kinesis {

inline constexpr std::size_t kPartitionKeyBytes = 2 * codec::kSha256Bytes;

struct ItemKey {
    std::array<char, codec::kSha256Bytes> digest = {};  // of the canonical text

    // The digest's first 64 bits: what order is kept by (send.h).
    [[nodiscard]] std::uint64_t item() const;
    // Writes kPartitionKeyBytes characters to `out`.
    void write_partition_key(char* out) const;
};

// Keeps its buffers and its digest from one key to the next.
class ItemKeyReader {
  public:
    // `keys` is "Keys" of a record. Kind data_invalid where it is no key.
    base::Result<ItemKey> read(std::string_view keys);

  private:
    struct Attribute {
        std::string_view name;
        std::string_view tag;
        std::string_view value;
    };
    static constexpr std::size_t kAttributesMax = 2;

    std::string_view plain(std::string_view contents, std::string& buffer) const;
    void read_attribute(dynamodb::JsonScanner& scanner, std::size_t index);
    void write(std::string_view text);

    std::array<Attribute, kAttributesMax> attributes_;
    std::array<std::array<std::string, 3>, kAttributesMax> unescaped_;
    std::string canonical_;
    codec::Sha256 sha256_;
};

}  // namespace stream_to_kinesis
