// CloudWatch metrics in the Embedded Metric Format, one JSON line on standard output for an
// invocation. Page: "Specification: Embedded metric format" (CloudWatch). At most 100 metrics stand
// in one object; a set with more is written as several lines.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/log.h"

namespace base {

enum class MetricUnit { count, milliseconds, seconds, bytes, percent };

class Metrics {
  public:
    // `function` becomes the one dimension, `service`.
    Metrics(const Clock& clock, std::string function)
        : clock_(&clock), function_(std::move(function)) {}

    // Adds to the metric's value of this invocation. A value that is no number (0/0) has no form in
    // JSON: it is left out. The names `service` and `_aws` are taken.
    void add(std::string_view name, double value, MetricUnit unit = MetricUnit::count);

    // Writes what was added since the last call, and forgets it. Writes nothing where there is
    // nothing.
    void flush(const Log& log);

  private:
    struct Metric {
        std::string name;
        double value;
        MetricUnit unit;
    };
    const Clock* clock_;
    std::string function_;
    std::vector<Metric> metrics_;
};

}  // namespace base
