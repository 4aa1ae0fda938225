#include "runtime/local/recording_proxy.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "runtime/local/service_request.h"
#include "runtime/local/text.h"

namespace local {
namespace {

constexpr std::size_t kBodyBytesMax = 256U << 20U;
constexpr std::int64_t kForwardTimeoutMs = 120'000;

// What belongs to one connection only (RFC 9110, section 7.6.1), and the length, which is written
// anew.
bool is_hop_by_hop(std::string_view name) {
    constexpr std::array<std::string_view, 6> kNames{
        "Connection", "Keep-Alive", "Transfer-Encoding", "Expect", "TE", "Trailer"};
    return std::ranges::any_of(
        kNames, [&](std::string_view hop) { return equal_ignoring_case(hop, name); });
}

http::Headers end_to_end(const http::Headers& headers) {
    http::Headers kept;
    std::ranges::copy_if(headers, std::back_inserter(kept),
                         [](const http::Header& header) { return !is_hop_by_hop(header.name); });
    return kept;
}

HttpAnswer unavailable(int status, const std::string& message) {
    return {.status = status, .headers = {{"Content-Type", "text/plain"}}, .body = message + "\n"};
}

}  // namespace

base::Result<base::Done> RecordingProxy::start() {
    return server_.start([this](HttpExchange& exchange) { return answer(exchange); });
}

std::string RecordingProxy::url() const {
    return fmt::format("http://127.0.0.1:{}", server_.port());
}

void RecordingProxy::reset() {
    const std::scoped_lock lock(mutex_);
    calls_.clear();
}

std::vector<RecordedCall> RecordingProxy::calls() const {
    const std::scoped_lock lock(mutex_);
    return calls_;
}

HttpAnswer RecordingProxy::answer(HttpExchange& exchange) {
    const MessageBody body = exchange.read_body(kBodyBytesMax);
    if (body.end != BodyEnd::complete)
        return unavailable(400, "the request's body did not come whole");
    {
        RecordedCall call =
            identify_call(exchange.method(), exchange.target(), exchange.headers(), body.bytes);
        const std::scoped_lock lock(mutex_);
        calls_.push_back(std::move(call));
    }
    const std::uint16_t port = upstream_port_;
    if (port == 0) return unavailable(503, "no local AWS server runs for this event");
    http::Headers headers = end_to_end(exchange.headers());
    headers.push_back({"Connection", "close"});
    auto answer = call_loopback({.port = port,
                                 .method = exchange.method(),
                                 .target = exchange.target(),
                                 .headers = std::move(headers),
                                 .body = body.bytes,
                                 .timeout_ms = kForwardTimeoutMs});
    if (!answer) return unavailable(502, answer.error().message);
    answer->headers = end_to_end(answer->headers);
    return *std::move(answer);
}

}  // namespace local
