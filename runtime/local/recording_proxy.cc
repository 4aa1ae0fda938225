#include "runtime/local/recording_proxy.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "runtime/local/put_records_fault.h"
#include "runtime/local/service_request.h"
#include "runtime/local/text.h"

namespace local {
namespace {

constexpr std::size_t kBodyBytesMax = 256U << 20U;
constexpr std::int64_t kForwardTimeoutMs = 120'000;
constexpr std::int64_t kDeadMs = 300'000;  // longer than any client waits
constexpr std::int64_t kLookMs = 5;
constexpr std::string_view kPutRecordsTarget = "Kinesis_20131202.PutRecords";

// What belongs to one connection only (RFC 9110, section 7.6.1), and the length, which is written
// anew.
bool is_hop_by_hop(std::string_view name) {
    constexpr std::array<std::string_view, 7> kNames{
        "Connection", "Keep-Alive", "Transfer-Encoding", "Expect",
        "TE",         "Trailer",    "Content-Length"};
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

HttpAnswer no_answer() {
    return {.end = AnswerEnd::none};
}

// S3 speaks XML, the others JSON.
HttpAnswer refused(const HttpExchange& exchange, int status, std::string_view code) {
    if (exchange.header("X-Amz-Target").empty()) {
        return {.status = status,
                .headers = {{"Content-Type", "application/xml"}},
                .body = fmt::format("<Error><Code>{}</Code><Message>by the fault dial</Message>"
                                    "</Error>",
                                    code)};
    }
    return {.status = status,
            .headers = {{"Content-Type", "application/x-amz-json-1.1"}},
            .body = fmt::format(R"({{"__type":"{}","message":"by the fault dial"}})", code)};
}

HttpAnswer throttled(const HttpExchange& exchange) {
    if (exchange.header("X-Amz-Target").empty()) return refused(exchange, 503, "SlowDown");
    if (exchange.header("X-Amz-Target").starts_with("Kinesis"))
        return refused(exchange, 400, "ProvisionedThroughputExceededException");
    return refused(exchange, 400, "ThrottlingException");
}

HttpAnswer failed(const HttpExchange& exchange) {
    return refused(exchange, 500,
                   exchange.header("X-Amz-Target").empty() ? "InternalError" : "InternalFailure");
}

// Until the caller has gone, at most that long.
void wait_while_there(const HttpExchange& exchange, std::int64_t limit_ms) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(limit_ms);
    while (!exchange.peer_gone() && std::chrono::steady_clock::now() < end)
        std::this_thread::sleep_for(std::chrono::milliseconds(kLookMs));
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

void RecordingProxy::set_faults(std::shared_ptr<FaultDial> dial, std::function<void()> kill) {
    const std::scoped_lock lock(mutex_);
    faults_ = {std::move(dial), std::move(kill)};
}

HttpAnswer RecordingProxy::answer(HttpExchange& exchange) {
    const MessageBody body = exchange.read_body(kBodyBytesMax);
    if (body.end != BodyEnd::complete)
        return unavailable(400, "the request's body did not come whole");
    Faults faults;
    {
        const std::scoped_lock lock(mutex_);
        faults = faults_;
    }
    return faults.dial ? answer_broken(exchange, body.bytes, faults)
                       : forward(exchange, body.bytes);
}

HttpAnswer RecordingProxy::answer_broken(HttpExchange& exchange, std::string_view body,
                                         const Faults& faults) {
    const bool is_put_records = exchange.header("X-Amz-Target") == kPutRecordsTarget;
    switch (faults.dial->draw(is_put_records)) {
        case Fault::none:
            return forward(exchange, body);
        case Fault::partial:
            return answer_partly(exchange, body, *faults.dial);
        case Fault::throttle:
            return throttled(exchange);
        case Fault::error:
            return failed(exchange);
        case Fault::reset_before:
            return no_answer();
        case Fault::reset_after:
            (void)forward(exchange, body);
            return no_answer();
        case Fault::slow: {
            HttpAnswer late = forward(exchange, body);
            wait_while_there(exchange, kSlowMs);
            return late;
        }
        case Fault::dead_before:
            wait_while_there(exchange, kDeadMs);
            return no_answer();
        case Fault::dead_after:
            (void)forward(exchange, body);
            wait_while_there(exchange, kDeadMs);
            return no_answer();
        case Fault::short_answer: {
            HttpAnswer whole = forward(exchange, body);
            if (auto shortened = shorten_put_records(whole.body, *faults.dial))
                whole.body = *std::move(shortened);
            return whole;
        }
        case Fault::kill_before:
            faults.kill();
            return no_answer();
        case Fault::kill_after:
            (void)forward(exchange, body);
            faults.kill();
            return no_answer();
    }
    return no_answer();
}

HttpAnswer RecordingProxy::answer_partly(HttpExchange& exchange, std::string_view body,
                                         FaultDial& dial) {
    const auto split = split_put_records(body, dial);
    if (!split) return forward(exchange, body);
    HttpAnswer answer{.headers = {{"Content-Type", "application/x-amz-json-1.1"}}};
    if (!split->body.empty()) answer = forward(exchange, split->body);
    if (answer.status != 200) return answer;
    auto merged = merge_put_records(split->refused, answer.body, dial);
    if (!merged) return unavailable(502, "the local AWS answered PutRecords in another form");
    answer.body = *std::move(merged);
    return answer;
}

HttpAnswer RecordingProxy::forward(HttpExchange& exchange, std::string_view body) {
    if (keeps_calls_) {
        RecordedCall call =
            identify_call(exchange.method(), exchange.target(), exchange.headers(), body);
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
                                 .body = body,
                                 .timeout_ms = kForwardTimeoutMs});
    if (!answer) return unavailable(502, answer.error().message);
    answer->headers = end_to_end(answer->headers);
    return *std::move(answer);
}

}  // namespace local
