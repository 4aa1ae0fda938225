// glue_to_snowflake's services, as a command makes them.
#pragma once

#include "common/aws/session.h"
#include "common/base/clock.h"
#include "common/base/environment.h"
#include "common/base/log.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "functions/glue_to_snowflake/services.h"

namespace tool {

// The secret is read within this time.
inline constexpr std::int64_t kConnectMs = 30'000;

// As the function's settings; credentials that are nowhere are a fault too. All faults at once, of
// kind config_invalid.
base::Result<glue_to_snowflake::ServiceSettings> read_catalog_settings(
    const base::Environment& environment);

// The seams of a command. A person is told of the error that remains, not of each attempt: what
// is logged goes nowhere.
class CommandSeams {
  public:
    explicit CommandSeams(const base::Environment& environment)
        : environment_(environment),
          log_(clock_, base::LogFormat::text, base::LogLevel::fatal, [](std::string_view) {}) {}

    [[nodiscard]] aws::SessionSeams session() { return {environment_, clock_, random_, log_}; }
    [[nodiscard]] base::Clock& clock() { return clock_; }
    [[nodiscard]] base::Random& random() { return random_; }
    [[nodiscard]] base::Log& log() { return log_; }

  private:
    const base::Environment& environment_;
    base::SystemClock clock_;
    base::SystemRandom random_;
    base::Log log_;
};

}  // namespace tool
