// Breaks requests on their way to the local AWS, on demand, and for one seed in the same way each
// time. SPEC, as --fault takes it, names kinds and each one's share of the requests (0 to 1):
//   partial=0.3,throttle,kill_before=0.01    0.1 where none is given
//   all, all=0.05                            every kind
// Shares of one SPEC add up to at most 1: a request suffers one fault or none.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <string_view>

#include "common/base/result.h"

namespace local {

enum class Fault : std::uint8_t {
    none,
    partial,       // some entries of a PutRecords are refused, the others stored
    throttle,      // refused whole, and so are the next few requests
    error,         // 500 InternalFailure, nothing stored
    reset_before,  // the connection breaks, nothing stored
    reset_after,   // stored, and the connection breaks before the answer
    slow,          // stored, and the answer takes kSlowMs longer
    dead_before,   // no answer ever, nothing stored
    dead_after,    // no answer ever, and stored
    short_answer,  // stored, and the answer to a PutRecords lacks entries
    kill_before,   // the function is killed, nothing stored
    kill_after,    // the function is killed, and it is stored
};
constexpr std::size_t kFaultKinds = 12;
constexpr std::int64_t kSlowMs = 300;

// The words of SPEC.
std::string_view fault_name(Fault fault);

// The share of each kind, by its number; that of `none` is not used.
using FaultShares = std::array<double, kFaultKinds>;

// Kind config_invalid: an unknown kind, one that stands twice, a share that is none, a sum above 1.
base::Result<FaultShares> parse_fault_spec(std::string_view spec);

// One dial serves many threads.
class FaultDial {
  public:
    FaultDial(const FaultShares& shares, std::uint64_t seed) : shares_(shares), engine_(seed) {}

    // What the next request is to suffer. Kinds that are about PutRecords fall on no other request.
    Fault draw(bool is_put_records);
    // A number below `limit` (at least 1), for what a fault leaves open.
    std::uint64_t pick(std::uint64_t limit);
    // Requests so far, by what they suffered.
    [[nodiscard]] std::map<std::string, std::int64_t> counts() const;

  private:
    const FaultShares shares_;
    mutable std::mutex mutex_;
    std::mt19937_64 engine_;
    int burst_left_ = 0;  // requests that are throttled next
    std::array<std::int64_t, kFaultKinds> counts_{};
};

}  // namespace local
