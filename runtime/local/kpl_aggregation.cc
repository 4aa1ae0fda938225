#include "runtime/local/kpl_aggregation.h"

#include <cstdint>

#include "common/codec/digest.h"

namespace local {
namespace {

constexpr std::string_view kMagic = "\xF3\x89\x9A\xC2";
constexpr int kVarintBytesMax = 10;

enum class WireType : std::uint8_t { varint = 0, fixed64 = 1, length_delimited = 2, fixed32 = 5 };

struct Field {
    std::uint64_t number = 0;
    WireType type = WireType::varint;
    std::uint64_t integer = 0;    // of a varint
    std::string_view bytes = {};  // of what has a length
};

// Goes through the fields of one protobuf message.
class ProtobufReader {
  public:
    explicit ProtobufReader(std::string_view message) : rest_(message) {}

    [[nodiscard]] bool at_end() const { return rest_.empty(); }

    // Nothing where the bytes are no field.
    std::optional<Field> read_field() {
        const auto tag = read_varint();
        if (!tag || *tag >> 3U == 0) return std::nullopt;
        Field field{.number = *tag >> 3U, .type = static_cast<WireType>(*tag & 7U)};
        switch (field.type) {
            case WireType::varint: {
                const auto value = read_varint();
                if (!value) return std::nullopt;
                field.integer = *value;
                return field;
            }
            case WireType::length_delimited: {
                const auto length = read_varint();
                if (!length) return std::nullopt;
                return take(field, *length);
            }
            case WireType::fixed64:
                return take(field, 8);
            case WireType::fixed32:
                return take(field, 4);
        }
        return std::nullopt;  // groups, which nobody writes
    }

  private:
    std::optional<std::uint64_t> read_varint() {
        std::uint64_t value = 0;
        for (int i = 0; i < kVarintBytesMax && !rest_.empty(); ++i) {
            const auto byte = static_cast<unsigned char>(rest_.front());
            rest_.remove_prefix(1);
            value |= static_cast<std::uint64_t>(byte & 0x7FU) << (7U * static_cast<unsigned>(i));
            if ((byte & 0x80U) == 0) return value;
        }
        return std::nullopt;
    }

    std::optional<Field> take(Field field, std::uint64_t length) {
        if (length > rest_.size()) return std::nullopt;
        field.bytes = rest_.substr(0, length);
        rest_.remove_prefix(length);
        return field;
    }

    std::string_view rest_;
};

struct AggregatedRecord {
    std::vector<std::string_view> partition_keys = {};
    std::vector<std::string_view> explicit_hash_keys = {};
    std::vector<std::string_view> records = {};
};

bool has_length(const Field& field) {
    return field.type == WireType::length_delimited;
}

std::optional<AggregatedRecord> parse_aggregated(std::string_view message) {
    AggregatedRecord aggregated;
    ProtobufReader reader(message);
    while (!reader.at_end()) {
        const auto field = reader.read_field();
        if (!field) return std::nullopt;
        if (field->number < 1 || field->number > 3) continue;  // a later version's
        if (!has_length(*field)) return std::nullopt;
        auto& list = field->number == 1   ? aggregated.partition_keys
                     : field->number == 2 ? aggregated.explicit_hash_keys
                                          : aggregated.records;
        list.push_back(field->bytes);
    }
    return aggregated;
}

std::optional<KplUserRecord> parse_record(std::string_view message,
                                          const AggregatedRecord& aggregated) {
    std::optional<std::uint64_t> key;
    std::optional<std::uint64_t> hash_key;
    std::optional<std::string_view> data;
    ProtobufReader reader(message);
    while (!reader.at_end()) {
        const auto field = reader.read_field();
        if (!field) return std::nullopt;
        if (field->number == 1 && field->type == WireType::varint) key = field->integer;
        if (field->number == 2 && field->type == WireType::varint) hash_key = field->integer;
        if (field->number == 3 && has_length(*field)) data = field->bytes;
    }
    if (!key || !data || *key >= aggregated.partition_keys.size()) return std::nullopt;
    if (hash_key && *hash_key >= aggregated.explicit_hash_keys.size()) return std::nullopt;
    KplUserRecord record{.partition_key = std::string(aggregated.partition_keys[*key]),
                         .explicit_hash_key = std::nullopt,
                         .data = std::string(*data)};
    if (hash_key) record.explicit_hash_key = aggregated.explicit_hash_keys[*hash_key];
    return record;
}

}  // namespace

std::optional<std::vector<KplUserRecord>> take_apart_kpl_record(std::string_view data) {
    if (!data.starts_with(kMagic) || data.size() <= kMagic.size() + codec::kMd5Bytes)
        return std::nullopt;
    const std::string_view message =
        data.substr(kMagic.size(), data.size() - kMagic.size() - codec::kMd5Bytes);
    if (codec::md5(message) != data.substr(data.size() - codec::kMd5Bytes)) return std::nullopt;
    const auto aggregated = parse_aggregated(message);
    if (!aggregated || aggregated->records.empty()) return std::nullopt;
    std::vector<KplUserRecord> records;
    records.reserve(aggregated->records.size());
    for (const std::string_view bytes : aggregated->records) {
        auto record = parse_record(bytes, *aggregated);
        if (!record) return std::nullopt;
        records.push_back(*std::move(record));
    }
    return records;
}

}  // namespace local
