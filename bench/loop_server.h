// A loopback Runtime API for one program under measurement: it starts the program, gives it events
// and takes the answers, all in the calling thread, and measures how long that takes.
#pragma once

#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

namespace bench {

// A program and its arguments.
struct Candidate {
    std::string name;
    std::vector<std::string> command;
};

class LoopServer {
  public:
    explicit LoopServer(Candidate candidate);
    ~LoopServer();
    LoopServer(const LoopServer&) = delete;
    LoopServer& operator=(const LoopServer&) = delete;

    [[nodiscard]] const std::string& name() const { return candidate_.name; }

    // Starts the program and waits for its first `next`; the nanoseconds from before the start to
    // then. Less than 0 where the program ended or did not ask within ten seconds.
    std::int64_t start();
    void stop();

    // One invocation, from the event's first byte sent to the following `next` received, in
    // nanoseconds. Less than 0 where the program failed or did not give the event back.
    std::int64_t invoke(const std::string& event);

  private:
    struct Connection {
        int socket;
        std::string received;
    };
    struct Request {
        bool is_next;
        bool is_response;
        std::string body;
        std::size_t connection;
    };

    bool wait_for_request(Request& request);
    bool take_request(std::size_t connection, Request& request);
    bool spawn();
    bool send_to(std::size_t connection, const std::string& bytes);

    Candidate candidate_;
    int listener_ = -1;
    int port_ = 0;
    pid_t pid_ = -1;
    std::vector<Connection> connections_;
    std::size_t waiting_ = 0;  // the connection that waits in `next`
    std::uint64_t invocations_ = 0;
};

}  // namespace bench
