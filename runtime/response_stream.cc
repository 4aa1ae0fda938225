#include "runtime/response_stream.h"

#include <array>
#include <cassert>
#include <span>

namespace runtime {

void ChunkedResponse::set_content_type(std::string_view content_type) {
    assert(!has_begun_);
    content_type_ = content_type;
}

base::Result<base::Done> ChunkedResponse::write(std::string_view bytes) {
    if (fault_) return *fault_;
    std::string head;
    if (!has_begun_) {
        auto made = streaming_response_head(connection_.server(), ids_, content_type_);
        if (!made) return std::move(made).error();
        head = *std::move(made);
        connection_.close_if_dead();
    }
    // A chunk of size 0 would be the last one.
    const std::string size_line = bytes.empty() ? "" : chunk_size_line(bytes.size());
    const std::string_view chunk_end = bytes.empty() ? "" : "\r\n";
    const std::array<std::string_view, 4> pieces = {head, size_line, bytes, chunk_end};
    auto sent = connection_.send(pieces);
    const bool reached = sent.ok() || sent.error().kind != base::ErrorKind::connect_failed;
    has_begun_ = has_begun_ || reached;
    if (!sent) fault_ = sent.error();
    return sent;
}

base::Result<HttpResponse> ChunkedResponse::finish(const std::optional<ErrorReport>& report) {
    if (!has_begun_) {
        auto begun = write("");
        if (!begun) return std::move(begun).error();
    }
    if (!fault_) {
        const std::string end =
            report ? streaming_response_error_end(*report) : std::string(streaming_response_end());
        const std::array<std::string_view, 1> pieces = {end};
        auto sent = connection_.send(pieces);
        if (!sent) fault_ = std::move(sent).error();
    }
    if (!connection_.is_open()) {
        const base::Error closed = {base::ErrorKind::outcome_unknown, "the connection is closed"};
        return fault_.value_or(closed);
    }
    auto response = connection_.receive();
    connection_.close();
    return response;
}

}  // namespace runtime
