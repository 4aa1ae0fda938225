// Random changes of a table, the same for the same seed: inserts, modifies and removes of items
// that hold all ten of DynamoDB's types, and numbers of 38 digits. Pure: it only writes the
// requests, and knows from them which items there are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace demo {

constexpr std::size_t kBatchMax = 25;  // of BatchWriteItem

constexpr std::string_view kTable = "orders";
constexpr std::string_view kPartitionKey = "customer";  // S
constexpr std::string_view kSortKey = "orderId";        // N

// One BatchWriteItem, each of whose requests changes the table.
struct ChangeBatch {
    std::string request = {};  // {"RequestItems":{…}}
    std::int64_t inserts = 0;
    std::int64_t modifies = 0;
    std::int64_t removes = 0;

    [[nodiscard]] std::int64_t changes() const { return inserts + modifies + removes; }
};

class ChangeGenerator {
  public:
    // `keys` (at least 1) is how many different items there can be.
    ChangeGenerator(std::uint64_t seed, std::size_t keys) : engine_(seed), there_(keys, false) {}

    // At most `changes_max` of them, at least 1, on as many keys.
    ChangeBatch next(std::int64_t changes_max);

  private:
    // The standard's distributions differ from library to library.
    std::uint64_t below(std::uint64_t limit) { return engine_() % limit; }
    std::string digits(std::size_t count);
    std::string number();
    std::string text();
    std::string bytes();
    std::string item(std::size_t key);

    std::mt19937_64 engine_;
    std::vector<bool> there_;  // by key
    std::int64_t version_ = 0;
};

}  // namespace demo
