#include "runtime/local/fault_dial.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "runtime/local/text.h"

namespace local {
namespace {

constexpr double kShareDefault = 0.1;
constexpr double kShareOfAllDefault = 0.03;  // of each kind
constexpr std::uint64_t kBurstMax = 4;
constexpr double kSumTolerance = 1e-9;

constexpr std::array<std::string_view, kFaultKinds> kNames{
    "none", "partial",     "throttle",   "error",        "reset_before", "reset_after",
    "slow", "dead_before", "dead_after", "short_answer", "kill_before",  "kill_after"};

base::Error bad_spec(std::string_view word, std::string_view why) {
    return {base::ErrorKind::config_invalid,
            fmt::format("the fault {}: {}; write KIND[=SHARE],… with a share from 0 to 1 and the "
                        "kinds all, {}",
                        word, why, fmt::join(kNames.begin() + 1, kNames.end(), ", "))};
}

struct Word {
    std::string_view kind;
    double share = -1;  // none is given
};

base::Result<Word> parse_word(std::string_view text) {
    const std::size_t equals = text.find('=');
    Word word{.kind = trim(text.substr(0, equals))};
    if (equals == std::string_view::npos) return word;
    const std::string_view number = trim(text.substr(equals + 1));
    const auto [end, failure] =
        std::from_chars(number.data(), number.data() + number.size(), word.share);
    const bool whole = failure == std::errc{} && end == number.data() + number.size();
    if (!whole || !(word.share >= 0 && word.share <= 1))
        return bad_spec(text, "no share from 0 to 1");
    return word;
}

bool is_about_put_records(Fault fault) {
    return fault == Fault::partial || fault == Fault::short_answer;
}

}  // namespace

std::string_view fault_name(Fault fault) {
    return kNames.at(static_cast<std::size_t>(fault));
}

base::Result<FaultShares> parse_fault_spec(std::string_view spec) {
    FaultShares shares{};
    std::array<bool, kFaultKinds> given{};
    while (true) {
        const std::size_t comma = std::min(spec.find(','), spec.size());
        const auto word = parse_word(spec.substr(0, comma));
        if (!word) return word.error();
        if (word->kind == "all") {
            for (std::size_t i = 1; i < kFaultKinds; ++i) {
                if (!given.at(i)) shares.at(i) = word->share < 0 ? kShareOfAllDefault : word->share;
            }
        } else {
            const auto* const found = std::find(kNames.begin() + 1, kNames.end(), word->kind);
            if (found == kNames.end()) return bad_spec(word->kind, "no such kind");
            const auto index = static_cast<std::size_t>(found - kNames.begin());
            if (given.at(index)) return bad_spec(word->kind, "it stands twice");
            given.at(index) = true;
            shares.at(index) = word->share < 0 ? kShareDefault : word->share;
        }
        if (comma == spec.size()) break;
        spec.remove_prefix(comma + 1);
    }
    double sum = 0;
    for (const double share : shares)
        sum += share;
    if (sum > 1 + kSumTolerance) return bad_spec("shares", "they add up to more than 1");
    return shares;
}

Fault FaultDial::draw(bool is_put_records) {
    const std::scoped_lock lock(mutex_);
    const double drawn = std::uniform_real_distribution<double>(0, 1)(engine_);
    Fault fault = Fault::none;
    if (burst_left_ > 0) {
        --burst_left_;
        fault = Fault::throttle;
    } else {
        double passed = 0;
        for (std::size_t i = 1; i < kFaultKinds && fault == Fault::none; ++i) {
            passed += shares_.at(i);
            if (drawn < passed) fault = static_cast<Fault>(i);
        }
        if (fault == Fault::throttle) burst_left_ = static_cast<int>(engine_() % kBurstMax);
    }
    if (is_about_put_records(fault) && !is_put_records) fault = Fault::none;
    ++counts_.at(static_cast<std::size_t>(fault));
    return fault;
}

std::uint64_t FaultDial::pick(std::uint64_t limit) {
    const std::scoped_lock lock(mutex_);
    return engine_() % limit;
}

std::map<std::string, std::int64_t> FaultDial::counts() const {
    const std::scoped_lock lock(mutex_);
    std::map<std::string, std::int64_t> counts;
    for (std::size_t i = 0; i < kFaultKinds; ++i)
        counts.emplace(kNames.at(i), counts_.at(i));
    return counts;
}

}  // namespace local
