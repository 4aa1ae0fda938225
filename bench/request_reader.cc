#include "bench/request_reader.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <sys/socket.h>
#include <utility>

namespace bench {
namespace {

constexpr std::size_t kRoomBytes = 256UL * 1024;
constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kHeadEnd = "\r\n\r\n";

std::size_t parse_size(std::string_view text, int base) {
    std::size_t size = 0;
    std::from_chars(text.data(), text.data() + text.size(), size, base);
    return size;
}

// The value of a header in a head of lower-case letters; empty where it has none.
std::string_view header(std::string_view head, std::string_view name) {
    std::size_t at = head.find(name);
    if (at == std::string_view::npos) return {};
    at = head.find_first_not_of(' ', at + name.size());
    return head.substr(at, head.find(kLineEnd, at) - at);
}

}  // namespace

bool RequestReader::receive(int socket) {
    make_room();
    const ssize_t count = ::recv(socket, buffer_.get() + end_, capacity_ - end_, 0);
    if (count <= 0) return false;
    end_ += static_cast<std::size_t>(count);
    return true;
}

void RequestReader::make_room() {
    if (begin_ == end_) begin_ = end_ = 0;
    std::size_t wanted = kRoomBytes;
    if (head_ && !head_->is_chunked) {
        const std::size_t all = head_->bytes + head_->content_length;
        wanted = std::max(wanted, all - std::min(all, end_ - begin_));
    }
    if (capacity_ - end_ >= wanted) return;
    const std::size_t kept = end_ - begin_;
    if (capacity_ < kept + wanted) {
        capacity_ = std::max(kept + wanted, capacity_ * 2);
        auto larger = std::make_unique_for_overwrite<char[]>(capacity_);
        if (kept > 0) std::memcpy(larger.get(), buffer_.get() + begin_, kept);
        buffer_ = std::move(larger);
    } else {
        std::memmove(buffer_.get(), buffer_.get() + begin_, kept);
    }
    begin_ = 0;
    end_ = kept;
}

std::optional<HttpRequest> RequestReader::take() {
    if (!head_ && !read_head()) return std::nullopt;
    if (head_->is_chunked) {
        if (!read_chunks()) return std::nullopt;
        return finish(chunks_at_);
    }
    const std::size_t bytes = head_->bytes + head_->content_length;
    if (received().size() < bytes) return std::nullopt;
    body_ = received().substr(head_->bytes, head_->content_length);
    return finish(bytes);
}

bool RequestReader::wants_continue() {
    return head_ && std::exchange(head_->expects_continue, false);
}

bool RequestReader::read_head() {
    const std::size_t head_end = received().find(kHeadEnd);
    if (head_end == std::string_view::npos) return false;
    std::string text(received().substr(0, head_end + kLineEnd.size()));
    Head head = {.bytes = head_end + kHeadEnd.size()};
    const std::size_t target_at = text.find(' ') + 1;
    head.target = text.substr(target_at, text.find(' ', target_at) - target_at);
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    head.content_length = parse_size(header(text, "\r\ncontent-length:"), 10);
    head.is_chunked = header(text, "\r\ntransfer-encoding:") == "chunked";
    head.expects_continue = header(text, "\r\nexpect:") == "100-continue";
    chunks_at_ = head.bytes;
    head_ = std::move(head);
    return true;
}

// 5\r\nhello\r\n0\r\n\r\n; there may be trailers before the last empty line.
bool RequestReader::read_chunks() {
    for (;;) {
        const std::string_view rest = received().substr(chunks_at_);
        const std::size_t line_end = rest.find(kLineEnd);
        if (line_end == std::string_view::npos) return false;
        const std::size_t size = parse_size(rest.substr(0, line_end), 16);
        if (size == 0) {
            const std::size_t end = rest.find(kHeadEnd, line_end);
            if (end == std::string_view::npos) return false;
            chunks_at_ += end + kHeadEnd.size();
            return true;
        }
        const std::size_t chunk_end = line_end + kLineEnd.size() + size + kLineEnd.size();
        if (rest.size() < chunk_end) return false;
        body_ += rest.substr(line_end + kLineEnd.size(), size);
        chunks_at_ += chunk_end;
    }
}

HttpRequest RequestReader::finish(std::size_t bytes) {
    HttpRequest request = {.target = std::move(head_->target), .body = std::move(body_)};
    head_.reset();
    body_.clear();
    begin_ += bytes;
    return request;
}

}  // namespace bench
