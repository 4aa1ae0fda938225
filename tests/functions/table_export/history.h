// One history of a table's exports under a simulated clock, made from a seed: a schedule with
// missed, doubled and late runs, exports that fail or take their time, limits, refused calls,
// recovery that is turned off and on or reaches back too little, and exports of other people.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "functions/table_export/config.h"
#include "functions/table_export/windows.h"
#include "tests/functions/table_export/export_service.h"
#include "tests/support/fakes.h"

namespace tests {

// What runs table_export once: the whole handler, or its plan alone.
class Runner {
  public:
    enum class Call { look, start };

    Runner() = default;
    Runner(const Runner&) = delete;
    Runner& operator=(const Runner&) = delete;
    virtual ~Runner() = default;

    virtual ExportService& service() = 0;
    virtual FakeClock& clock() = 0;
    virtual void configure(const table_export::Config& config) = 0;
    // The next calls of a kind are refused.
    virtual void refuse_next(Call call, const std::string& code, int count) = 0;
    virtual void forget_refusals() = 0;
    // What it said: failures and warnings.
    virtual std::vector<std::string> run(base::EpochMs slot_ms, table_export::ExportMode mode) = 0;
};

class History {
  public:
    History(Runner& runner, std::uint64_t seed);

    // Trouble, then some quiet slots in which the chain catches up.
    void live();
    // Every moment from the chain's full export (or its first window) to its end is in exactly one
    // window that is not FAILED, or it was said that it is not; and what is COMPLETED rebuilds the
    // table.
    void check();

  private:
    std::int64_t pick(std::int64_t below) {
        return static_cast<std::int64_t>(random_.next() % static_cast<std::uint64_t>(below));
    }
    bool chance(std::int64_t percent) { return pick(100) < percent; }

    void next_slot();
    void upset();
    void quieten();
    void add_foreign_window();
    void decide_fate(ExportService::Export& started);
    void run(base::EpochMs slot_ms, table_export::ExportMode mode);
    void listen(const std::string& said);
    bool is_behind();
    void check_each_moment(const table_export::Window& whole,
                           const std::vector<table_export::Window>& windows);
    void check_rebuilds(const std::vector<table_export::Window>& windows, base::EpochMs end_ms);

    Runner& runner_;
    SeededRandom random_;
    std::int64_t longest_ms_ = 0;
    std::int64_t period_ms_ = 0;
    std::int64_t trouble_ = 0;  // percent
    bool quiet_ = false;
    base::EpochMs slot_ms_ = kTestNowMs;
    base::EpochMs running_slot_ms_ = 0;
    std::vector<table_export::Window> lost_;                // as it was said
    std::vector<table_export::Window> overlaps_;            // as it was said
    std::vector<table_export::Window> explained_overlaps_;  // of others, or announced
};

}  // namespace tests
