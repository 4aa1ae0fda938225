// A raw TCP server on a free loopback port that answers HTTP requests with the very bytes it was
// told, however broken, cut into pieces or cut off. Each connection has a thread of its own.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace tests {

struct ServerRequest {
    std::string head;    // up to the blank line, and that line
    std::string body;    // the bytes behind the head: chunk sizes and trailers stand in it
    int connection = 0;  // 0 for the first that was accepted, and so on
};

enum class AfterAnswer {
    keep,   // the connection is kept for the next request
    close,  // closed in an orderly way
    reset,  // closed with a TCP reset
    hang,   // nothing more happens until the client goes
    stop    // closed, and the server listens no more: connections are refused
};

struct ServerAnswer {
    std::string bytes;
    AfterAnswer after = AfterAnswer::keep;
    std::size_t piece_bytes = 0;  // of one send; 0: all at once
};

class ScriptedServer {
  public:
    // Called for each request, by one thread at a time.
    using Responder = std::function<ServerAnswer(const ServerRequest&)>;

    // Answers the requests in this order; a request beyond the script gets AfterAnswer::stop.
    explicit ScriptedServer(std::vector<ServerAnswer> script);
    explicit ScriptedServer(Responder responder);
    ~ScriptedServer();
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;

    // Answers as soon as the head is there, and leaves the body unread.
    void leave_bodies_unread() { reads_bodies_ = false; }

    // "127.0.0.1:PORT".
    [[nodiscard]] std::string address() const;
    [[nodiscard]] std::vector<ServerRequest> requests() const;
    // Waits until as many requests came, for ten seconds at most; whether they did.
    bool wait_for_requests(std::size_t count);
    // Waits in the same way until the server has closed that connection.
    bool wait_for_close(int connection);

  private:
    void accept_connections();
    void serve(int socket, int connection);
    bool read_request(int socket, std::string& unread, ServerRequest& request) const;
    ServerAnswer answer_to(const ServerRequest& request);
    void stop_listening();

    Responder responder_;
    int listener_ = -1;
    int port_ = 0;
    bool reads_bodies_ = true;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<ServerRequest> requests_;
    std::vector<int> sockets_;
    std::vector<std::thread> connections_;
    std::thread acceptor_;
};

// An answer of that status with a JSON body and a Content-Length.
ServerAnswer answer(int status, const std::string& body = R"({"status":"OK"})",
                    const std::string& more_headers = "");

// The answer of `next` with an event: a request id, and whatever headers are added.
ServerAnswer event_answer(const std::string& event, const std::string& request_id = "id-1",
                          const std::string& more_headers = "");

// The value of a header in a request's head; "(none)" where it is not there.
std::string header_of(const ServerRequest& request, const std::string& name);
std::string request_line_of(const ServerRequest& request);

}  // namespace tests
