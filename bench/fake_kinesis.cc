#include "bench/fake_kinesis.h"

#include <cstdlib>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "bench/request_reader.h"

namespace bench {
namespace {

// Each record has one such member, and base64 text holds no quotes.
std::size_t count_records(std::string_view body) {
    constexpr std::string_view kMember = R"("PartitionKey")";
    std::size_t count = 0;
    for (std::size_t at = body.find(kMember); at != std::string_view::npos;
         at = body.find(kMember, at + kMember.size()))
        ++count;
    return count;
}

bool send_all(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

}  // namespace

FakeKinesis::FakeKinesis(std::chrono::milliseconds latency) : latency_(latency) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 64) != 0 ||
        ::getsockname(listener_, generic, &size) != 0) {
        fmt::print(stderr, "bench: cannot listen on the loopback interface\n");
        std::exit(1);
    }
    port_ = ntohs(address.sin_port);
    accepting_ = std::thread([this] { accept_connections(); });
}

FakeKinesis::~FakeKinesis() {
    ::shutdown(listener_, SHUT_RDWR);
    accepting_.join();
    ::close(listener_);
    {
        const std::lock_guard lock(mutex_);
        for (const int socket : sockets_)
            ::shutdown(socket, SHUT_RDWR);
    }
    for (std::thread& connection : connections_)
        connection.join();
    for (const int socket : sockets_)
        ::close(socket);
}

std::string FakeKinesis::url() const {
    return fmt::format("http://127.0.0.1:{}", port_);
}

std::vector<std::string> FakeKinesis::take_bodies() {
    const std::lock_guard lock(mutex_);
    return std::exchange(bodies_, {});
}

void FakeKinesis::accept_connections() {
    for (;;) {
        const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) return;
        const int on = 1;
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        {
            const std::lock_guard lock(mutex_);
            sockets_.push_back(socket);
        }
        connections_.emplace_back([this, socket] { serve(socket); });
    }
}

// A socket is closed by the destructor alone, so that its number stays its own until then.
void FakeKinesis::serve(int socket) {
    RequestReader reader;
    for (;;) {
        auto request = reader.take();
        if (reader.wants_continue() && !send_all(socket, "HTTP/1.1 100 Continue\r\n\r\n")) break;
        if (!request) {
            if (!reader.receive(socket)) break;
            continue;
        }
        const auto answer_at = std::chrono::steady_clock::now() + latency_;
        const std::string answer = make_answer(request->body);
        if (keeps_bodies_) {
            const std::lock_guard lock(mutex_);
            bodies_.push_back(std::move(request->body));
        }
        std::this_thread::sleep_until(answer_at);
        if (!send_all(socket, answer)) break;
    }
    ::shutdown(socket, SHUT_RDWR);
}

std::string FakeKinesis::make_answer(const std::string& body) {
    const std::size_t records = count_records(body);
    std::string json = R"({"EncryptionType":"NONE","FailedRecordCount":0,"Records":[)";
    const std::uint64_t first = sequence_number_.fetch_add(records) + 1;
    for (std::uint64_t number = first; number < first + records; ++number) {
        fmt::format_to(std::back_inserter(json),
                       R"({}{{"SequenceNumber":"49671513460{:045}","ShardId":"shardId-{:012}"}})",
                       number == first ? "" : ",", number, 0);
    }
    json += "]}";
    return fmt::format(
        "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\n"
        "x-amzn-RequestId: c2d9a1f0-6f1e-4c8e-9a55-000000000001\r\nContent-Length: {}\r\n\r\n{}",
        json.size(), json);
}

}  // namespace bench
