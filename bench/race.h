// Candidates of one kind (all transform, or all forward) in turns with the same event: each starts
// under a Runtime API of its own, must give the first one's answer record by record (canonical.h),
// and is then measured in short blocks, so that whatever else the machine does falls on all.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "bench/candidate.h"
#include "bench/fake_kinesis.h"
#include "bench/loop_server.h"

namespace bench {

struct Contestant {
    Candidate candidate;
    bool is_floor = false;  // may answer what it likes
};

struct RaceSettings {
    bool is_forward = false;
    // Of a transform 100 records, 1,000, or 6 MB; of a forwarder 100 records or 6 MB.
    std::string event = "usual";  // small, usual or largest
    std::size_t rounds = 40;
    std::size_t invocations = 5;  // of each candidate in a round
    std::size_t latency_ms = 20;  // of PutRecords
    std::vector<Contestant> contestants;
};

// What one candidate took.
struct Figures {
    std::vector<double> wall_ms;             // of all invocations
    std::vector<double> wall_round_p50;      // one for each round
    std::vector<double> processor_round_ms;  // of one invocation, one for each round
    double peak_mb = 0;                      // of resident memory
};

struct Payload {
    std::string event;
    std::size_t records = 0;
};

class Race {
  public:
    explicit Race(RaceSettings settings);

    // False where a candidate failed; what and how is on standard error.
    bool run();

    [[nodiscard]] const Payload& payload() const { return payload_; }
    // In the order of the contestants.
    [[nodiscard]] const std::vector<Figures>& figures() const { return figures_; }

  private:
    [[nodiscard]] bool fail(std::size_t at, std::string_view what) const;
    bool check(std::size_t at);
    bool run_block(std::size_t at, std::size_t count, Figures* figures);

    RaceSettings settings_;
    Payload payload_;
    FakeKinesis kinesis_;
    std::deque<LoopServer> servers_;
    std::vector<Figures> figures_;
    std::vector<std::string> reference_;  // the first one's answer
};

}  // namespace bench
