#include "runtime/local/verify_result.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace local {
namespace {

// Keeps the list sorted and no longer than `size_max`.
template <typename T, typename Less>
void insert_first(std::vector<T>& list, T one, std::size_t size_max, Less less) {
    if (list.size() >= size_max && (list.empty() || !less(one, list.back()))) return;
    list.insert(std::upper_bound(list.begin(), list.end(), one, less), std::move(one));
    if (list.size() > size_max) list.pop_back();
}

}  // namespace

std::string_view name_of(DifferenceKind kind) {
    switch (kind) {
        case DifferenceKind::missing:
            return "missing";
        case DifferenceKind::extra:
            return "extra";
        case DifferenceKind::different:
            return "different";
        case DifferenceKind::keys_only:
            break;
    }
    return "keys_only";
}

bool VerifyResult::is_equal() const {
    return counts.bad_lines == 0 &&
           std::all_of(counts.differences.begin(), counts.differences.end(),
                       [](std::int64_t count) { return count == 0; });
}

void VerifyTally::add(const VerifyCounts& counts) {
    const std::scoped_lock lock(mutex_);
    counts_.items += counts.items;
    counts_.equal_items += counts.equal_items;
    counts_.boundary_items += counts.boundary_items;
    for (std::size_t i = 0; i < kDifferenceKinds; ++i)
        counts_.differences[i] += counts.differences[i];
    counts_.lake_files += counts.lake_files;
    counts_.lake_lines += counts.lake_lines;
    counts_.later_lines += counts.later_lines;
    counts_.later_snapshot_lines += counts.later_snapshot_lines;
    counts_.snapshot_lines += counts.snapshot_lines;
    counts_.bad_lines += counts.bad_lines;
}

void VerifyTally::add(KeyDifference difference) {
    const std::scoped_lock lock(mutex_);
    ++counts_.differences[static_cast<std::size_t>(difference.kind)];
    insert_first(
        differences_, std::move(difference), list_max_,
        [](const KeyDifference& left, const KeyDifference& right) { return left.key < right.key; });
}

void VerifyTally::add(BadLakeLine line) {
    const std::scoped_lock lock(mutex_);
    ++counts_.bad_lines;
    insert_first(bad_lines_, std::move(line), list_max_,
                 [](const BadLakeLine& left, const BadLakeLine& right) {
                     return std::tie(left.file, left.line) < std::tie(right.file, right.line);
                 });
}

void VerifyTally::see_time(base::EpochMs time_ms) {
    const std::scoped_lock lock(mutex_);
    newest_ms_ = std::max(newest_ms_.value_or(time_ms), time_ms);
}

void VerifyTally::finish(VerifyResult& result) {
    const std::scoped_lock lock(mutex_);
    result.counts = counts_;
    result.lake_newest_ms = newest_ms_;
    result.differences = std::move(differences_);
    result.bad_lines = std::move(bad_lines_);
}

}  // namespace local
