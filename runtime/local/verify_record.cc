#include "runtime/local/verify_record.h"

#include <cassert>
#include <type_traits>

namespace local {
namespace {

// This process alone reads what it writes, so numbers stand there as in memory.
template <typename T>
void append_number(std::string& out, T value) {
    static_assert(std::is_trivially_copyable_v<T>);
    out.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

void append_text(std::string& out, std::string_view text) {
    append_number(out, static_cast<std::uint32_t>(text.size()));
    out += text;
}

class Unpacker {
  public:
    explicit Unpacker(std::string_view record) : rest_(record) {}

    template <typename T>
    T number() {
        assert(rest_.size() >= sizeof(T));
        T value{};
        rest_.copy(reinterpret_cast<char*>(&value), sizeof(T));
        rest_.remove_prefix(sizeof(T));
        return value;
    }
    std::string_view text() {
        const std::size_t size = number<std::uint32_t>();
        assert(rest_.size() >= size);
        const std::string_view text = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return text;
    }
    [[nodiscard]] std::string_view rest() const { return rest_; }

  private:
    std::string_view rest_;
};

}  // namespace

void pack_line(std::string_view key, const HistoryLine& line, std::string& out) {
    out.clear();
    append_text(out, key);
    append_text(out, line.sequence_number);
    append_number(out, line.time_ms);
    append_number(out, line.time);
    append_number(out, line.state.operation);
    append_number(out, line.state.has_image);
    append_number(out, line.state.origin.file);
    append_number(out, line.state.origin.line);
    out += line.state.image;
}

void pack_item(std::string_view key, std::string_view item, std::string& out) {
    out.clear();
    append_text(out, key);
    out += item;
}

LakeRecord unpack_line(std::string_view record) {
    Unpacker unpacker(record);
    LakeRecord unpacked{unpacker.text(), {}};
    HistoryLine& line = unpacked.line;
    line.sequence_number = unpacker.text();
    line.time_ms = unpacker.number<base::EpochMs>();
    line.time = unpacker.number<LineTime>();
    line.state.operation = unpacker.number<dynamodb::Operation>();
    line.state.has_image = unpacker.number<bool>();
    line.state.origin.file = unpacker.number<std::uint32_t>();
    line.state.origin.line = unpacker.number<std::uint64_t>();
    line.state.image = unpacker.rest();
    return unpacked;
}

ItemRecord unpack_item(std::string_view record) {
    Unpacker unpacker(record);
    const std::string_view key = unpacker.text();
    return {key, unpacker.rest()};
}

std::string_view key_of_record(std::string_view record) {
    return Unpacker(record).text();
}

}  // namespace local
