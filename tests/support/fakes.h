// Stand-ins for the seams of common/base: a clock that moves when it is told or slept on, a seeded
// random source, an environment made of a map, a log that keeps its lines.
#pragma once

#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/environment.h"
#include "common/base/log.h"
#include "common/base/random.h"

namespace tests {

// 2026-11-20T01:00:00Z
constexpr base::EpochMs kTestNowMs = 1'795'136'400'000;

class FakeClock final : public base::Clock {
  public:
    explicit FakeClock(base::EpochMs now_ms = kTestNowMs) : now_ms_(now_ms) {}
    [[nodiscard]] base::EpochMs now_ms() const override { return now_ms_; }
    void sleep_ms(std::int64_t duration_ms) override {
        sleeps_ms.push_back(duration_ms);
        now_ms_ += duration_ms;
    }
    void set_ms(base::EpochMs now_ms) { now_ms_ = now_ms; }
    void advance_ms(std::int64_t duration_ms) { now_ms_ += duration_ms; }
    std::vector<std::int64_t> sleeps_ms;

  private:
    base::EpochMs now_ms_;
};

class SeededRandom final : public base::Random {
  public:
    explicit SeededRandom(std::uint64_t seed = 1) : engine_(seed) {}
    std::uint64_t next() override { return engine_(); }

  private:
    std::mt19937_64 engine_;
};

class FakeEnvironment final : public base::Environment {
  public:
    FakeEnvironment() = default;
    FakeEnvironment(std::initializer_list<std::pair<const std::string, std::string>> variables)
        : variables_(variables) {}
    [[nodiscard]] std::optional<std::string> get(std::string_view name) const override;
    void set(const std::string& name, const std::string& value) { variables_[name] = value; }

  private:
    std::map<std::string, std::string> variables_;
};

// Keeps the lines that were logged.
class LogCapture {
  public:
    [[nodiscard]] base::LogSink sink();
    base::Log make_log(const base::Clock& clock, base::LogLevel level = base::LogLevel::debug);
    [[nodiscard]] const std::vector<std::string>& lines() const { return *lines_; }
    // All lines, one below the other.
    [[nodiscard]] std::string text() const;

  private:
    std::shared_ptr<std::vector<std::string>> lines_ = std::make_shared<std::vector<std::string>>();
};

// The bytes of a file below the repository's root; the test fails where it cannot be read.
std::string read_source_file(const std::string& path_from_root);

}  // namespace tests
