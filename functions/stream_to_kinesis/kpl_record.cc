#include "functions/stream_to_kinesis/kpl_record.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstdint>

namespace stream_to_kinesis {
namespace {

constexpr std::string_view kMagic = "\xF3\x89\x9A\xC2";

// Field number and wire type in one byte: 0 varint, 2 length-delimited.
constexpr char kPartitionKeyTable = 1 << 3 | 2;
constexpr char kExplicitHashKeyTable = 2 << 3 | 2;
constexpr char kRecord = 3 << 3 | 2;
constexpr char kPartitionKeyIndex = 1 << 3 | 0;
constexpr char kExplicitHashKeyIndex = 2 << 3 | 0;
constexpr char kData = 3 << 3 | 2;

// Seven bits a byte.
std::size_t varint_bytes(std::size_t number) {
    return std::max<std::size_t>(1, (static_cast<std::size_t>(std::bit_width(number)) + 6) / 7);
}

// Its tag, its length and itself.
std::size_t delimited_bytes(std::size_t bytes) {
    return 1 + varint_bytes(bytes) + bytes;
}

char* put_varint(char* out, std::size_t number) {
    for (; number >= 0x80; number >>= 7U)
        *out++ = static_cast<char>(0x80U | (number & 0x7FU));
    *out++ = static_cast<char>(number);
    return out;
}

char* put_length(char* out, char tag, std::size_t bytes) {
    *out++ = tag;
    return put_varint(out, bytes);
}

char* put_text(char* out, std::string_view text) {
    return std::copy(text.begin(), text.end(), out);
}

std::size_t data_bytes(const KplMember& member) {
    return member.data.size() + member.data_end.size();
}

// What stands in a Record: two indices, of which the second is always 0, and the data.
std::size_t record_bytes(const KplMember& member, std::size_t key_index) {
    return 1 + varint_bytes(key_index) + 2 + delimited_bytes(data_bytes(member));
}

}  // namespace

KplRecord::KplRecord(std::string_view explicit_hash_key)
    : explicit_hash_key_(explicit_hash_key),
      bytes_(kMagic.size() + delimited_bytes(explicit_hash_key.size()) + codec::kMd5Bytes) {}

void KplRecord::add(const KplMember& member) {
    const Entry entry = entry_of(member);
    bytes_ += added_bytes(entry);
    if (entry.is_first_of_key) keys_.emplace(member.partition_key, entry.key_index);
    members_.push_back(entry);
}

std::size_t KplRecord::bytes_with(const KplMember& member) const {
    return bytes_ + added_bytes(entry_of(member));
}

KplRecord::Entry KplRecord::entry_of(const KplMember& member) const {
    const auto found = keys_.find(member.partition_key);
    if (found != keys_.end()) return {member, found->second, false};
    return {member, keys_.size(), true};
}

std::size_t KplRecord::added_bytes(const Entry& entry) {
    const std::size_t key_bytes =
        entry.is_first_of_key ? delimited_bytes(entry.member.partition_key.size()) : 0;
    return key_bytes + delimited_bytes(record_bytes(entry.member, entry.key_index));
}

void KplRecord::write(char* out, codec::Md5& md5) const {
    const char* const begin = out;
    out = put_text(out, kMagic);
    const char* const message = out;
    for (const Entry& entry : members_) {
        if (!entry.is_first_of_key) continue;
        out = put_length(out, kPartitionKeyTable, entry.member.partition_key.size());
        out = put_text(out, entry.member.partition_key);
    }
    out = put_length(out, kExplicitHashKeyTable, explicit_hash_key_.size());
    out = put_text(out, explicit_hash_key_);
    for (const Entry& entry : members_) {
        out = put_length(out, kRecord, record_bytes(entry.member, entry.key_index));
        out = put_length(out, kPartitionKeyIndex, entry.key_index);
        out = put_length(out, kExplicitHashKeyIndex, 0);
        out = put_length(out, kData, data_bytes(entry.member));
        out = put_text(put_text(out, entry.member.data), entry.member.data_end);
    }
    md5.update({message, static_cast<std::size_t>(out - message)});
    md5.finish_to(out);
    assert(static_cast<std::size_t>(out - begin) + codec::kMd5Bytes == bytes_);
}

}  // namespace stream_to_kinesis
