#include "runtime/http_response.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cstring>
#include <optional>

namespace runtime {
namespace {

constexpr std::size_t kFirstCapacity = std::size_t{64} << 10;
constexpr std::size_t kSmallestRoom = 4096;
constexpr std::size_t kChunkLineBytesMax = 4096;
constexpr std::size_t kTrailerBytesMax = std::size_t{64} << 10;
constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kHeadEnd = "\r\n\r\n";

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    // As a rule the case is the same, and comparing bytes is faster.
    return a == b || std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view trim(std::string_view text) {
    const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back()))
        text.remove_suffix(1);
    return text;
}

// Whether a comma-separated header value has this element.
bool has_token(std::string_view value, std::string_view token) {
    while (!value.empty()) {
        const std::size_t comma = std::min(value.find(','), value.size());
        if (equals_ignoring_case(trim(value.substr(0, comma)), token)) return true;
        value.remove_prefix(std::min(comma + 1, value.size()));
    }
    return false;
}

// The bytes of a token (RFC 9110, 5.6.2), of which a field name consists.
constexpr std::array<bool, 256> make_token_bytes() {
    std::array<bool, 256> bytes = {};
    for (const char c : std::string_view("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
                                         "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        bytes[static_cast<unsigned char>(c)] = true;
    return bytes;
}
constexpr std::array<bool, 256> kTokenBytes = make_token_bytes();

bool is_token(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return kTokenBytes[static_cast<unsigned char>(c)];
    });
}

// Digits and nothing else, within the limit.
std::optional<std::size_t> parse_size(std::string_view text, int base, std::size_t limit) {
    std::size_t size = 0;
    const auto [stop, error] = std::from_chars(text.begin(), text.end(), size, base);
    if (error != std::errc() || stop != text.end() || size > limit) return std::nullopt;
    return size;
}

}  // namespace

void ResponseReader::begin() {
    size_ = at_ = scanned_ = body_begin_ = body_end_ = left_ = trailer_bytes_ = 0;
    headers_.clear();
    status_ = 0;
    interim_responses_ = 0;
    keep_alive_ = received_any_ = ended_early_ = false;
    phase_ = Phase::head;
    fault_ = {};
}

std::span<char> ResponseReader::room() {
    if (phase_ == Phase::length_body) {
        const std::size_t missing = body_begin_ + left_ - size_;
        ensure_room(missing);
        return {buffer_.get() + size_, missing};
    }
    ensure_room(phase_ == Phase::chunk_data ? left_ + kSmallestRoom : kSmallestRoom);
    return {buffer_.get() + size_, capacity_ - size_};
}

ResponseReader::Progress ResponseReader::received(std::size_t count) {
    assert(size_ + count <= capacity_);
    size_ += count;
    received_any_ = received_any_ || count > 0;
    return advance();
}

ResponseReader::Progress ResponseReader::closed() {
    keep_alive_ = false;
    if (phase_ == Phase::close_body) {
        body_end_ = at_ = size_;
        phase_ = Phase::complete;
    } else if (phase_ != Phase::complete) {
        ended_early_ = true;
        fail(received_any_ ? "the connection was closed within the response"
                           : "the connection was closed before the response");
    }
    return advance();
}

std::string_view ResponseReader::body() const {
    return {buffer_.get() + body_begin_, body_end_ - body_begin_};
}

std::string_view ResponseReader::header(std::string_view name) const {
    for (const Header& header : headers_) {
        if (equals_ignoring_case(text(header.name), name)) return text(header.value);
    }
    return {};
}

std::size_t ResponseReader::count_headers(std::string_view name) const {
    const auto count = std::ranges::count_if(headers_, [this, name](const Header& header) {
        return equals_ignoring_case(text(header.name), name);
    });
    return static_cast<std::size_t>(count);
}

ResponseReader::Progress ResponseReader::advance() {
    while (phase_ != Phase::complete && phase_ != Phase::invalid) {
        if (!step()) break;
    }
    if (phase_ == Phase::invalid) return Progress::invalid;
    return phase_ == Phase::complete ? Progress::complete : Progress::more;
}

bool ResponseReader::step() {
    switch (phase_) {
        case Phase::head:
            return read_head();
        case Phase::length_body:
            return read_length_body();
        case Phase::chunk_size:
            return read_chunk_size();
        case Phase::chunk_data:
            return read_chunk_data();
        case Phase::chunk_end:
            return read_chunk_end();
        case Phase::trailers:
            return read_trailers();
        case Phase::close_body:
            return read_close_body();
        case Phase::complete:
        case Phase::invalid:
            break;
    }
    return false;
}

bool ResponseReader::read_head() {
    const std::string_view bytes(buffer_.get(), size_);
    const std::size_t end = bytes.find(kHeadEnd, scanned_);
    if (end == std::string_view::npos) {
        scanned_ = size_ < kHeadEnd.size() ? 0 : size_ - (kHeadEnd.size() - 1);
        return size_ > kHeadBytesMax && fail("the head of the response passes 4 MiB");
    }
    at_ = end + kHeadEnd.size();
    std::size_t line_begin = 0;
    while (line_begin < end + kLineEnd.size()) {
        const std::size_t line_end = bytes.find(kLineEnd, line_begin);
        const std::string_view line = bytes.substr(line_begin, line_end - line_begin);
        const bool parsed =
            line_begin == 0 ? parse_status_line(line) : parse_header_line(line_begin, line);
        if (!parsed) return true;
        line_begin = line_end + kLineEnd.size();
    }
    if (status_ == 101) {
        fail("the server switched protocols, which nobody asked for");
    } else if (status_ < 200) {
        skip_interim_response();
    } else {
        begin_body();
    }
    return true;
}

// "HTTP/1.1 200 OK"; the reason may be missing.
bool ResponseReader::parse_status_line(std::string_view line) {
    constexpr std::size_t kCodeAt = 9;
    constexpr std::size_t kCodeEnd = 12;
    if (line.size() < kCodeEnd || !line.starts_with("HTTP/1.") ||
        (line[kCodeAt - 2] != '0' && line[kCodeAt - 2] != '1') || line[kCodeAt - 1] != ' ')
        return !fail("the response does not begin with an HTTP/1.1 status line");
    if (line.size() > kCodeEnd && line[kCodeEnd] != ' ')
        return !fail("the status line has no three-digit code");
    const auto code = parse_size(line.substr(kCodeAt, kCodeEnd - kCodeAt), 10, 999);
    if (!code || *code < 100) return !fail("the status line has no three-digit code");
    status_ = static_cast<int>(*code);
    keep_alive_ = line[kCodeAt - 2] != '0';
    return true;
}

bool ResponseReader::parse_header_line(std::size_t begin, std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
        return !fail("a header line has no valid name");
    const std::string_view value = trim(line.substr(colon + 1));
    if (std::ranges::any_of(value, [](char c) { return c == '\r' || c == '\n' || c == '\0'; }))
        return !fail("a header value holds a line break or a NUL");
    const auto value_at = static_cast<std::size_t>(value.data() - line.data());
    headers_.push_back({{begin, colon}, {begin + value_at, value.size()}});
    return true;
}

void ResponseReader::skip_interim_response() {
    if (++interim_responses_ > kInterimResponsesMax) {
        fail("too many interim responses");
        return;
    }
    std::memmove(buffer_.get(), buffer_.get() + at_, size_ - at_);
    size_ -= at_;
    at_ = scanned_ = 0;
    headers_.clear();
}

void ResponseReader::begin_body() {
    body_begin_ = body_end_ = at_;
    const std::string_view connection = header("Connection");
    if (has_token(connection, "close")) keep_alive_ = false;
    if (has_token(connection, "keep-alive")) keep_alive_ = true;
    const bool chunked = count_headers("Transfer-Encoding") > 0;
    const bool has_length = count_headers("Content-Length") > 0;
    if (chunked && has_length) {
        fail("the response has both Content-Length and Transfer-Encoding");
    } else if (status_ == 204 || status_ == 304) {
        phase_ = Phase::complete;
    } else if (chunked) {
        begin_chunked_body();
    } else if (!has_length) {
        keep_alive_ = false;
        phase_ = Phase::close_body;
    } else if (begin_length_body()) {
        phase_ = Phase::length_body;
    }
}

// The header may be there more than once, with one and the same value.
bool ResponseReader::begin_length_body() {
    const std::string_view first = header("Content-Length");
    for (const Header& header : headers_) {
        if (equals_ignoring_case(text(header.name), "Content-Length") &&
            text(header.value) != first)
            return !fail("the response has two different Content-Lengths");
    }
    const auto length = parse_size(first, 10, kBodyBytesMax);
    if (!length) return !fail("Content-Length is no number from 0 to 64 MiB");
    left_ = *length;
    return true;
}

void ResponseReader::begin_chunked_body() {
    if (count_headers("Transfer-Encoding") != 1 ||
        !equals_ignoring_case(header("Transfer-Encoding"), "chunked")) {
        fail("the response has a Transfer-Encoding other than chunked");
        return;
    }
    scanned_ = at_;
    phase_ = Phase::chunk_size;
}

bool ResponseReader::read_length_body() {
    if (size_ - body_begin_ < left_) return false;
    body_end_ = at_ = body_begin_ + left_;
    phase_ = Phase::complete;
    return true;
}

// "1a3f" or "1a3f;extension", CRLF.
bool ResponseReader::read_chunk_size() {
    const std::size_t line_length = unread().find(kLineEnd);
    if (line_length == std::string_view::npos)
        return unread().size() > kChunkLineBytesMax && fail("a chunk size does not end");
    std::string_view size_text = unread().substr(0, line_length);
    size_text = trim(size_text.substr(0, size_text.find(';')));
    const auto size = parse_size(size_text, 16, kBodyBytesMax);
    if (!size) return fail("a chunk size is no hexadecimal number up to 64 MiB");
    if (body_end_ - body_begin_ + *size > kBodyBytesMax)
        return fail("the body of the response passes 64 MiB");
    at_ += line_length + kLineEnd.size();
    left_ = *size;
    phase_ = left_ > 0 ? Phase::chunk_data : Phase::trailers;
    return true;
}

bool ResponseReader::read_chunk_data() {
    const std::size_t count = std::min(left_, size_ - at_);
    if (at_ != body_end_) std::memmove(buffer_.get() + body_end_, buffer_.get() + at_, count);
    body_end_ += count;
    at_ += count;
    left_ -= count;
    if (at_ == size_) at_ = size_ = body_end_;
    if (left_ > 0) return false;
    phase_ = Phase::chunk_end;
    return true;
}

bool ResponseReader::read_chunk_end() {
    if (unread().size() < kLineEnd.size()) return false;
    if (!unread().starts_with(kLineEnd)) return fail("a chunk is longer than its size says");
    at_ += kLineEnd.size();
    phase_ = Phase::chunk_size;
    return true;
}

// Trailers are read over: the Runtime API sends none.
bool ResponseReader::read_trailers() {
    const std::size_t line_length = unread().find(kLineEnd);
    if (trailer_bytes_ + std::min(line_length, unread().size()) > kTrailerBytesMax)
        return fail("the trailers of the response pass 64 KiB");
    if (line_length == std::string_view::npos) return false;
    at_ += line_length + kLineEnd.size();
    trailer_bytes_ += line_length + kLineEnd.size();
    if (line_length == 0) phase_ = Phase::complete;
    return true;
}

bool ResponseReader::read_close_body() {
    if (size_ - body_begin_ > kBodyBytesMax) return fail("the body of the response passes 64 MiB");
    at_ = body_end_ = size_;
    return false;
}

bool ResponseReader::fail(std::string_view fault) {
    fault_ = fault;
    phase_ = Phase::invalid;
    return true;
}

void ResponseReader::ensure_room(std::size_t bytes) {
    if (capacity_ - size_ >= bytes) return;
    const std::size_t capacity = std::max({kFirstCapacity, size_ + bytes, 2 * capacity_});
    auto grown = std::make_unique_for_overwrite<char[]>(capacity);
    if (size_ > 0) std::memcpy(grown.get(), buffer_.get(), size_);
    buffer_ = std::move(grown);
    capacity_ = capacity;
}

std::string_view ResponseReader::text(Slice slice) const {
    return {buffer_.get() + slice.begin, slice.length};
}

std::string_view ResponseReader::unread() const {
    return {buffer_.get() + at_, size_ - at_};
}

}  // namespace runtime
