// Reads one HTTP/1.1 response (RFC 9112) out of the bytes of a connection. Pure: it owns the buffer
// that a socket is read into and says when the response is whole; it never touches the socket.
//
//   HTTP/1.1 200 OK CRLF, then Name: value CRLF …, CRLF, then the body, which ends
//   - after Content-Length bytes; or
//   - with the chunk of size 0 and its trailers (Transfer-Encoding: chunked): SIZE-IN-HEX CRLF,
//     bytes CRLF …; or
//   - where the server closes, if neither header is there. 204 and 304 have no body.
//
// The body is never copied to another place: it is handed out as a view into the buffer, which is
// reused for the next response. Chunks are joined in place. What breaks these rules is invalid, and
// so is what passes the limits below.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace runtime {

constexpr std::size_t kHeadBytesMax = std::size_t{4} << 20;
// Lambda's own limit is 6 MiB; this one only bounds memory.
constexpr std::size_t kBodyBytesMax = std::size_t{64} << 20;
constexpr int kInterimResponsesMax = 16;

class ResponseReader {
  public:
    enum class Progress { more, complete, invalid };

    // Forgets the last response; its views are no longer valid.
    void begin();

    // Where the next received bytes go; never empty, and never more than what is known to be left
    // of the body.
    std::span<char> room();
    // Whether all of room() is certain to come, so that one call can wait for it.
    [[nodiscard]] bool room_is_certain() const { return phase_ == Phase::length_body; }
    // `count` bytes were put into room().
    Progress received(std::size_t count);
    // The server closed.
    Progress closed();

    // The views hold until begin().
    [[nodiscard]] int status() const { return status_; }
    [[nodiscard]] std::string_view body() const;
    // The value of the first header of that name, whatever its case; empty where there is none.
    [[nodiscard]] std::string_view header(std::string_view name) const;

    // Whether the connection can carry another request after a complete response.
    [[nodiscard]] bool keeps_alive() const { return keep_alive_ && at_ == size_; }
    [[nodiscard]] bool received_any() const { return received_any_; }
    // What made the response invalid, and whether it was only that the server closed too early.
    [[nodiscard]] std::string_view fault() const { return fault_; }
    [[nodiscard]] bool ended_early() const { return ended_early_; }

  private:
    enum class Phase {
        head,
        length_body,
        chunk_size,
        chunk_data,
        chunk_end,
        trailers,
        close_body,
        complete,
        invalid
    };
    struct Slice {
        std::size_t begin = 0;
        std::size_t length = 0;
    };
    struct Header {
        Slice name;
        Slice value;
    };

    Progress advance();
    // Each takes one step; false where it needs more bytes.
    bool step();
    bool read_head();
    bool read_length_body();
    bool read_chunk_size();
    bool read_chunk_data();
    bool read_chunk_end();
    bool read_trailers();
    bool read_close_body();

    bool parse_status_line(std::string_view line);
    bool parse_header_line(std::size_t begin, std::string_view line);
    void skip_interim_response();
    void begin_body();
    bool begin_length_body();
    void begin_chunked_body();
    // Always true: the step is done, and was the last one.
    bool fail(std::string_view fault);
    void ensure_room(std::size_t bytes);
    [[nodiscard]] std::size_t count_headers(std::string_view name) const;
    [[nodiscard]] std::string_view text(Slice slice) const;
    [[nodiscard]] std::string_view unread() const;

    std::unique_ptr<char[]> buffer_;
    std::size_t capacity_ = 0;
    std::size_t size_ = 0;     // bytes received
    std::size_t at_ = 0;       // the first byte not yet read
    std::size_t scanned_ = 0;  // no end of head or of line begins before it
    std::size_t body_begin_ = 0;
    std::size_t body_end_ = 0;
    std::size_t left_ = 0;  // of the body, or of the chunk
    std::size_t trailer_bytes_ = 0;
    std::vector<Header> headers_;
    int status_ = 0;
    int interim_responses_ = 0;
    bool keep_alive_ = false;
    bool received_any_ = false;
    bool ended_early_ = false;
    Phase phase_ = Phase::head;
    std::string_view fault_;
};

}  // namespace runtime
