#include "common/codec/gzip.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include <fmt/format.h>
#include <zlib.h>

namespace codec {
namespace {

constexpr int kWindowBitsGzip = 15 + 16;  // 32 KB window, gzip header and trailer
constexpr int kMemoryLevel = 8;
constexpr int kOsUnix = 3;

// The header's fixed part (RFC 1952): two bytes of magic, the method, the flags, the time, two
// more.
constexpr std::string_view kHeaderMagic = "\x1F\x8B\x08";
constexpr std::size_t kHeaderBytes = 10;
constexpr char kNameAlone = 8;  // the flags of a header with a name and nothing else

constexpr std::size_t kStepBytes = 64UL * 1024;
constexpr std::size_t kTakenBytesMax = 1UL << 30U;  // zlib counts in 32 bits

// zlib's interface wants a pointer to bytes that it does not change.
Bytef* input_of(std::string_view bytes) {
    return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
}

base::Error invalid(std::string fault) {
    return {base::ErrorKind::data_invalid, std::move(fault)};
}

}  // namespace

struct GzipWriter::State {
    z_stream stream{};
    gz_header header{};
    std::string name;
    std::array<char, kStepBytes> step;  // what deflate writes, on its way to the caller
    State() = default;                  // NOLINT(*-member-init): step is written before it is read
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() { deflateEnd(&stream); }
};

GzipWriter::GzipWriter(int level, std::string name) : state_(std::make_unique<State>()) {
    assert(level >= 1 && level <= 9);
    const int done = deflateInit2(&state_->stream, level, Z_DEFLATED, kWindowBitsGzip, kMemoryLevel,
                                  Z_DEFAULT_STRATEGY);
    assert(done == Z_OK);
    if (name.empty()) return;
    assert(name.find('\0') == std::string::npos);
    state_->name = std::move(name);
    state_->header.os = kOsUnix;
    state_->header.name = reinterpret_cast<Bytef*>(state_->name.data());
    const int set = deflateSetHeader(&state_->stream, &state_->header);
    assert(set == Z_OK);
}

GzipWriter::GzipWriter(GzipWriter&&) noexcept = default;
GzipWriter& GzipWriter::operator=(GzipWriter&&) noexcept = default;
GzipWriter::~GzipWriter() = default;

void GzipWriter::deflate_to(std::string_view piece, int flush, std::string& out) {
    z_stream& stream = state_->stream;
    do {
        const std::string_view taken = piece.substr(0, kTakenBytesMax);
        piece.remove_prefix(taken.size());
        stream.next_in = input_of(taken);
        stream.avail_in = static_cast<uInt>(taken.size());
        int done = Z_OK;
        do {
            stream.next_out = reinterpret_cast<Bytef*>(state_->step.data());
            stream.avail_out = static_cast<uInt>(kStepBytes);
            done = deflate(&stream, piece.empty() ? flush : Z_NO_FLUSH);
            // Z_BUF_ERROR says that there was nothing to do.
            assert(done == Z_OK || done == Z_STREAM_END || done == Z_BUF_ERROR);
            out.append(state_->step.data(), kStepBytes - stream.avail_out);
        } while (stream.avail_out == 0 && done != Z_STREAM_END);
    } while (!piece.empty());
}

void GzipWriter::write(std::string_view piece, std::string& out) {
    if (!piece.empty()) deflate_to(piece, Z_NO_FLUSH, out);
}

void GzipWriter::finish(std::string& out) {
    deflate_to({}, Z_FINISH, out);
    const int done = deflateReset(&state_->stream);
    assert(done == Z_OK);
}

struct GzipReader::State {
    z_stream stream{};
    std::uint64_t bytes_in = 0;
    std::uint64_t bytes_out = 0;
    std::uint64_t member_bytes_in = 0;
    std::uint64_t member_bytes_out = 0;
    bool in_member = false;
    std::uint64_t ratio_max;
    explicit State(std::uint64_t most) : ratio_max(most) {}
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() { inflateEnd(&stream); }

    [[nodiscard]] bool is_bomb(std::uint64_t in, std::uint64_t out) const {
        return out > kGzipRatioFreeBytes && out / ratio_max > in;
    }
    [[nodiscard]] base::Error bomb(std::uint64_t in) const {
        return invalid(
            fmt::format("gzip: {} bytes become more than {} times as many", in, ratio_max));
    }

    void end_member() {
        in_member = false;
        member_bytes_in = 0;
        member_bytes_out = 0;
        inflateReset(&stream);
    }

    // One call of zlib; the error says where in the compressed text it was.
    base::Result<int> inflate_once(std::string_view& in, char* out, std::size_t room) {
        const std::size_t given = std::min(in.size(), kTakenBytesMax);
        const std::size_t wanted = std::min(room, kTakenBytesMax);
        stream.next_in = input_of(in);
        stream.avail_in = static_cast<uInt>(given);
        stream.next_out = reinterpret_cast<Bytef*>(out);
        stream.avail_out = static_cast<uInt>(wanted);
        const int done = inflate(&stream, Z_NO_FLUSH);
        const std::size_t taken = given - stream.avail_in;
        in.remove_prefix(taken);
        bytes_in += taken;
        bytes_out += wanted - stream.avail_out;
        member_bytes_in += taken;
        member_bytes_out += wanted - stream.avail_out;
        // Z_BUF_ERROR says that nothing could be done for now: no input, or no room.
        if (done == Z_OK || done == Z_BUF_ERROR || done == Z_STREAM_END) return done;
        return invalid(fmt::format("gzip: {} (near byte {})",
                                   stream.msg == nullptr ? "damaged" : stream.msg, bytes_in));
    }
};

GzipReader::GzipReader(std::uint64_t ratio_max) : state_(std::make_unique<State>(ratio_max)) {
    const int done = inflateInit2(&state_->stream, kWindowBitsGzip);
    assert(done == Z_OK);
}

GzipReader::GzipReader(GzipReader&&) noexcept = default;
GzipReader& GzipReader::operator=(GzipReader&&) noexcept = default;
GzipReader::~GzipReader() = default;

base::Result<std::size_t> GzipReader::read(std::string_view& in, char* out, std::size_t room) {
    assert(room > 0);
    State& state = *state_;
    const std::uint64_t before = state.bytes_out;
    while (state.bytes_out == before) {
        if (!in.empty()) state.in_member = true;
        if (!state.in_member) break;
        const std::size_t left = in.size();
        const auto done = state.inflate_once(in, out, room);
        if (!done) return done.error();
        if (state.is_bomb(state.member_bytes_in, state.member_bytes_out))
            return state.bomb(state.member_bytes_in);
        if (*done == Z_STREAM_END) {
            state.end_member();
        } else if (state.bytes_out == before && in.size() == left) {
            break;
        }
    }
    if (state.is_bomb(state.bytes_in, state.bytes_out)) return state.bomb(state.bytes_in);
    return static_cast<std::size_t>(state.bytes_out - before);
}

base::Result<base::Done> GzipReader::finish() const {
    if (state_->bytes_in == 0) return invalid("gzip: nothing there, not even a header");
    if (state_->in_member)
        return invalid(fmt::format("gzip: cut off after {} bytes", state_->bytes_in));
    return base::Done{};
}

std::uint64_t GzipReader::bytes_in() const {
    return state_->bytes_in;
}

std::uint64_t GzipReader::bytes_out() const {
    return state_->bytes_out;
}

std::string_view gzip_name(std::string_view head) {
    if (!head.starts_with(kHeaderMagic) || head.size() < kHeaderBytes) return {};
    if (head[kHeaderMagic.size()] != kNameAlone) return {};
    head.remove_prefix(kHeaderBytes);
    const std::size_t end = head.find('\0');
    return end == std::string_view::npos ? std::string_view() : head.substr(0, end);
}

std::string gzip_compress(std::string_view bytes, int level) {
    GzipWriter writer(level);
    std::string out;
    writer.write(bytes, out);
    writer.finish(out);
    return out;
}

base::Result<std::string> gzip_decompress(std::string_view bytes, std::size_t bytes_max) {
    GzipReader reader;
    std::string out;
    std::array<char, kStepBytes> step;  // NOLINT(*-member-init): written before it is read
    while (true) {
        const auto read = reader.read(bytes, step.data(), step.size());
        if (!read) return read.error();
        if (*read == 0) break;
        if (*read > bytes_max - out.size())
            return invalid(fmt::format("gzip: becomes more than {} bytes", bytes_max));
        out.append(step.data(), *read);
    }
    const auto whole = reader.finish();
    if (!whole) return whole.error();
    return out;
}

}  // namespace codec
