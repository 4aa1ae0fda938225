#include "common/base/metrics.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include <fmt/format.h>

#include "common/base/json_text.h"

namespace base {
namespace {

constexpr std::size_t kMetricsPerObjectMax = 100;

std::string_view unit_name(MetricUnit unit) {
    switch (unit) {
        case MetricUnit::milliseconds:
            return "Milliseconds";
        case MetricUnit::seconds:
            return "Seconds";
        case MetricUnit::bytes:
            return "Bytes";
        case MetricUnit::percent:
            return "Percent";
        case MetricUnit::count:
            break;
    }
    return "Count";
}

}  // namespace

void Metrics::add(std::string_view name, double value, MetricUnit unit) {
    assert(!name.empty() && name != "service" && name != "_aws");
    if (!std::isfinite(value)) return;
    const auto found = std::find_if(metrics_.begin(), metrics_.end(),
                                    [&](const Metric& metric) { return metric.name == name; });
    if (found == metrics_.end()) {
        metrics_.push_back({std::string(name), value, unit});
    } else if (std::isfinite(found->value + value)) {
        found->value += value;
    }
}

void Metrics::flush(const Log& log) {
    for (std::size_t first = 0; first < metrics_.size(); first += kMetricsPerObjectMax) {
        const std::size_t last = std::min(first + kMetricsPerObjectMax, metrics_.size());
        std::string line = fmt::format(
            R"({{"_aws":{{"Timestamp":{},"CloudWatchMetrics":[{{"Namespace":"lakefeed","Dimensions":[["service"]],"Metrics":[)",
            clock_->now_ms());
        for (std::size_t i = first; i < last; ++i) {
            line += i == first ? "{\"Name\":" : ",{\"Name\":";
            append_json_text(line, metrics_[i].name);
            line += fmt::format(R"(,"Unit":"{}"}})", unit_name(metrics_[i].unit));
        }
        line += "]}]},\"service\":";
        append_json_text(line, function_);
        for (std::size_t i = first; i < last; ++i) {
            line += ',';
            append_json_text(line, metrics_[i].name);
            line += fmt::format(":{}", metrics_[i].value);
        }
        line += '}';
        log.raw(line);
    }
    metrics_.clear();
}

}  // namespace base
