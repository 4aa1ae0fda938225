#include "bench/statistics.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace bench {

double percentile(std::vector<double> values, double part) {
    if (values.empty()) return 0;
    const auto at = static_cast<std::size_t>(part * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at),
                     values.end());
    return values[at];
}

double median(std::vector<double> values) {
    return percentile(std::move(values), 0.5);
}

double ratio(const std::vector<double>& candidate, const std::vector<double>& baseline) {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < std::min(candidate.size(), baseline.size()); ++i)
        ratios.push_back(candidate[i] / baseline[i]);
    return median(std::move(ratios));
}

Orders::Orders(std::size_t count) : order_(count) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
}

const std::vector<std::size_t>& Orders::next() {
    for (std::size_t i = order_.size(); i > 1; --i)
        std::swap(order_[i - 1], order_[random_() % i]);
    return order_;
}

}  // namespace bench
