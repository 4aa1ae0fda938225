// A loopback Runtime API for one program under measurement: it starts the program, gives it events
// and takes the answers, all in the calling thread, and measures how long that takes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "bench/candidate.h"
#include "bench/request_reader.h"

namespace bench {

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

    struct Invocation {
        std::int64_t took_ns;  // from the event's first byte sent to the following `next` received
        std::string answer;
    };
    // Nothing where the program failed, ended or answered with an error.
    std::optional<Invocation> invoke(const std::string& event);

    // Of the running program: processor time of all its threads so far, and the largest resident
    // size so far. 0 where it cannot be told.
    [[nodiscard]] std::int64_t processor_ns() const;
    [[nodiscard]] std::int64_t peak_bytes() const;

  private:
    struct Connection {
        int socket;
        RequestReader reader;
    };
    struct Request {
        bool is_next;
        bool is_response;
        std::string body;
        std::size_t connection;
    };

    bool wait_for_request(Request& request);
    bool take_request(std::size_t connection, Request& request);
    void accept_connection();
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
