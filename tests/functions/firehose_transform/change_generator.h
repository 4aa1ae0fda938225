// Random change records for property tests: sound ones in all the forms that a feed may give them,
// and hostile ones, which are sound ones damaged. The same seed gives the same records.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace tests {

class ChangeGenerator {
  public:
    explicit ChangeGenerator(std::uint64_t seed) : random_(seed) {}

    // All ten types, nesting, escapes, other scripts, members in any order, and now and then a
    // member that is missing, stands twice or has another type.
    std::string record();
    // One that was cut, changed in a byte, or had a part doubled, taken out or put in.
    std::string hostile_record();

    std::size_t below(std::size_t bound) { return random_() % bound; }

  private:
    bool one_in(std::size_t chances) { return below(chances) == 0; }
    void shuffle(std::vector<std::string>& members);
    std::string pick(std::initializer_list<std::string_view> choices);
    std::string text_contents();
    std::string number();
    std::string base64();
    std::string value(int depth);
    std::string attributes(int depth);
    std::string space();
    std::string dynamodb();

    std::mt19937_64 random_;
    bool spaced_ = false;  // the record has white space
};

}  // namespace tests
