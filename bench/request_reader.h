// HTTP/1.1 requests from a connection, as they come in: with Content-Length or chunked. Only what
// the benches' servers need, in as few copies as can be, so that a program is measured and not
// them.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace bench {

struct HttpRequest {
    std::string target;  // "/2018-06-01/runtime/invocation/next"
    std::string body;
};

class RequestReader {
  public:
    // Reads once from the socket; false where it is closed or broken.
    bool receive(int socket);

    // The next request that is there whole.
    std::optional<HttpRequest> take();

    // Whether a request is waited for whose sender first wants to be told to go on. True once only.
    bool wants_continue();

  private:
    struct Head {
        std::size_t bytes = 0;
        std::string target = {};
        std::size_t content_length = 0;
        bool is_chunked = false;
        bool expects_continue = false;
    };

    [[nodiscard]] std::string_view received() const {
        return {buffer_.get() + begin_, end_ - begin_};
    }
    void make_room();
    bool read_head();
    bool read_chunks();
    HttpRequest finish(std::size_t bytes);

    std::unique_ptr<char[]> buffer_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;  // of what is not taken yet
    std::size_t end_ = 0;
    std::optional<Head> head_;   // of the request that is coming in
    std::size_t chunks_at_ = 0;  // behind the chunks read so far, from begin_
    std::string body_;           // of these
};

}  // namespace bench
