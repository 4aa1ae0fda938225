// A Kinesis that takes every record, for programs under measurement: PutRecords over plain HTTP on
// the loopback interface, each answered after a set time, many at once (a thread for each
// connection). It reads no more of a request than how many records there are.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace bench {

class FakeKinesis {
  public:
    explicit FakeKinesis(std::chrono::milliseconds latency);
    ~FakeKinesis();
    FakeKinesis(const FakeKinesis&) = delete;
    FakeKinesis& operator=(const FakeKinesis&) = delete;

    [[nodiscard]] std::string url() const;

    // Whether the bodies of requests are kept; and those kept since the last call.
    void keep_bodies(bool keep) { keeps_bodies_ = keep; }
    std::vector<std::string> take_bodies();

  private:
    void accept_connections();
    void serve(int socket);
    std::string make_answer(const std::string& body);

    std::chrono::milliseconds latency_;
    int listener_ = -1;
    int port_ = 0;
    std::atomic<std::uint64_t> sequence_number_ = 0;
    std::atomic<bool> keeps_bodies_ = false;
    std::mutex mutex_;  // guards the two below
    std::vector<std::string> bodies_;
    std::vector<int> sockets_;
    std::vector<std::thread> connections_;  // only of the accepting thread, and then the destructor
    std::thread accepting_;
};

}  // namespace bench
