// What the benches report of what they measured.
#pragma once

#include <cstddef>
#include <random>
#include <vector>

namespace bench {

// `part` 0.5 is the median; 0 where there are no values.
double percentile(std::vector<double> values, double part);
double median(std::vector<double> values);

// The median over the rounds of what a candidate took by what the baseline took.
double ratio(const std::vector<double>& candidate, const std::vector<double>& baseline);

// Each round's order of the candidates is drawn anew, as what comes after a large program finds
// cold caches. The seed is fixed, so that runs can be compared.
class Orders {
  public:
    explicit Orders(std::size_t count);
    const std::vector<std::size_t>& next();

  private:
    std::vector<std::size_t> order_;
    std::mt19937 random_{std::mt19937::default_seed};
};

}  // namespace bench
