#include "functions/stream_to_kinesis/item_key.h"

#include <charconv>
#include <cstring>
#include <utility>

#include "common/codec/hex.h"

namespace stream_to_kinesis {

std::uint64_t ItemKey::item() const {
    std::uint64_t bits = 0;
    std::memcpy(&bits, digest.data(), sizeof bits);
    return bits;
}

void ItemKey::write_partition_key(char* out) const {
    codec::hex_lower_to(out, {digest.data(), digest.size()});
}

base::Result<ItemKey> ItemKeyReader::read(std::string_view keys) {
    dynamodb::JsonScanner scanner(keys);
    std::string_view name;
    std::size_t count = 0;
    scanner.open_object();
    while (scanner.next_member(name)) {
        if (count == kAttributesMax) {
            scanner.fail("more than two attributes");
            break;
        }
        attributes_[count].name = plain(name, unescaped_[count][0]);
        read_attribute(scanner, count++);
    }
    if (scanner.ok() && count == 0) scanner.fail("no attribute");
    if (!scanner.ok()) return scanner.error("the record's Keys");

    if (count == 2 && attributes_[1].name < attributes_[0].name)
        std::swap(attributes_[0], attributes_[1]);
    canonical_.clear();
    for (std::size_t i = 0; i < count; ++i) {
        write(attributes_[i].name);
        write(attributes_[i].tag);
        write(attributes_[i].value);
    }
    ItemKey key;
    sha256_.update(canonical_);
    sha256_.finish_to(key.digest.data());
    return key;
}

// The text that a string's contents stand for; `buffer` holds it where it is not the contents.
std::string_view ItemKeyReader::plain(std::string_view contents, std::string& buffer) const {
    if (contents.find('\\') == std::string_view::npos) return contents;
    buffer = dynamodb::unescape_json(contents);
    return buffer;
}

// {"S":"a"}, one tag of the three that a key may have.
void ItemKeyReader::read_attribute(dynamodb::JsonScanner& scanner, std::size_t index) {
    Attribute& attribute = attributes_[index];
    std::string_view tag;
    int tags = 0;
    scanner.open_object();
    while (scanner.next_member(tag)) {
        attribute.tag = plain(tag, unescaped_[index][1]);
        attribute.value = plain(scanner.read_string(), unescaped_[index][2]);
        ++tags;
    }
    const bool known =
        tags == 1 && (attribute.tag == "S" || attribute.tag == "N" || attribute.tag == "B");
    if (!known) scanner.fail("a key attribute that is neither S, N nor B");
}

void ItemKeyReader::write(std::string_view text) {
    std::array<char, 20> digits = {};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), text.size()).ptr;
    canonical_.append(digits.data(), end).append(1, ':').append(text);
}

}  // namespace stream_to_kinesis
