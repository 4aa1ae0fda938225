#include "runtime/local/verify_history.h"

#include <algorithm>
#include <utility>

namespace local {
namespace {

using Version = History::Version;

constexpr std::int64_t kMsPerSecond = 1'000;

bool is_insert(const Version& version) {
    return version.states.front().operation == dynamodb::Operation::insert;
}

// Among lines of a stream, or of exports.
std::strong_ordering compare_rank(const Version& left, const Version& right) {
    if (!left.sequence_number.empty())
        return dynamodb::compare_sequence_numbers(left.sequence_number, right.sequence_number);
    if (left.time_ms != right.time_ms) return left.time_ms <=> right.time_ms;
    return static_cast<int>(is_insert(right)) <=> static_cast<int>(is_insert(left));
}

base::EpochMs second_of(base::EpochMs time_ms) {
    const base::EpochMs rest = time_ms % kMsPerSecond;
    return time_ms - (rest < 0 ? rest + kMsPerSecond : rest);
}

// Either may be null.
const Version* newer(const Version* stream, const Version* of_export) {
    if (stream == nullptr || of_export == nullptr) return stream != nullptr ? stream : of_export;
    return stream->time_ms >= second_of(of_export->time_ms) ? stream : of_export;
}

std::int64_t bytes_of(const Version& version) {
    std::size_t bytes = sizeof(Version) + version.sequence_number.size();
    for (const ItemState& state : version.states)
        bytes += sizeof(ItemState) + state.image.size();
    return static_cast<std::int64_t>(bytes);
}

bool same_state(const ItemState& left, const ItemState& right) {
    return left.operation == right.operation && left.has_image == right.has_image &&
           left.image == right.image;
}

// The state of a line of the same rank.
std::int64_t merge(Version& version, ItemState state) {
    for (const ItemState& known : version.states) {
        if (same_state(known, state)) return 0;
    }
    const std::int64_t before = bytes_of(version);
    version.states.push_back(std::move(state));
    return bytes_of(version) - before;
}

// The newest before the boundary, and the newer ones at it. Null in front: none is before it.
std::vector<const Version*> possible(const std::vector<Version>& versions) {
    const Version* certain = nullptr;
    for (const Version& version : versions) {
        if (version.time == LineTime::before &&
            (certain == nullptr || compare_rank(version, *certain) > 0))
            certain = &version;
    }
    std::vector<const Version*> found{certain};
    for (const Version& version : versions) {
        if (version.time == LineTime::boundary &&
            (certain == nullptr || compare_rank(version, *certain) > 0))
            found.push_back(&version);
    }
    return found;
}

const Version* newest_of(const std::vector<Version>& versions) {
    const Version* newest = nullptr;
    for (const Version& version : versions) {
        if (newest == nullptr || compare_rank(version, *newest) > 0) newest = &version;
    }
    return newest;
}

// Whether there may have been no item before these lines: the oldest of them made it.
bool began(const std::vector<const Version*>& stream) {
    const Version* oldest = nullptr;
    for (const Version* version : stream) {
        if (version != nullptr && (oldest == nullptr || compare_rank(*version, *oldest) < 0))
            oldest = version;
    }
    return oldest == nullptr || is_insert(*oldest);
}

}  // namespace

LineTime time_of(bool is_of_stream, bool of_this_export, base::EpochMs time_ms,
                 base::EpochMs moment_ms) {
    if (is_of_stream) {
        if (time_ms <= moment_ms - kBoundaryMs) return LineTime::before;
        return time_ms < moment_ms + kBoundaryMs ? LineTime::boundary : LineTime::later;
    }
    if (time_ms == moment_ms && !of_this_export) return LineTime::boundary;
    return time_ms <= moment_ms ? LineTime::before : LineTime::later;
}

std::int64_t History::add(HistoryLine line) {
    std::vector<Version>& versions = line.sequence_number.empty() ? exports_ : stream_;
    return add_to(versions, std::move(line));
}

std::int64_t History::add_to(std::vector<Version>& versions, HistoryLine line) {
    Version added{std::move(line.sequence_number), line.time_ms, line.time, {}};
    added.states.push_back(std::move(line.state));
    for (Version& version : versions) {
        const auto order = compare_rank(added, version);
        if (order == 0) {
            // A repeated line may have another time: the earlier one decides.
            if (added.time == LineTime::before) version.time = LineTime::before;
            return merge(version, std::move(added.states.front()));
        }
        if (added.time != LineTime::before || version.time != LineTime::before) continue;
        if (order < 0) return 0;
        const std::int64_t before = bytes_of(version);
        version = std::move(added);
        return bytes_of(version) - before;
    }
    versions.push_back(std::move(added));
    return bytes_of(versions.back());
}

std::vector<const Version*> History::candidates() const {
    const std::vector<const Version*> stream = possible(stream_);
    const std::vector<const Version*> of_exports = possible(exports_);
    std::vector<const Version*> found;
    for (const Version* one : stream) {
        for (const Version* other : of_exports) {
            const Version* version = newer(one, other);
            if (version == nullptr && !began(stream)) continue;
            if (std::find(found.begin(), found.end(), version) == found.end())
                found.push_back(version);
        }
    }
    return found;
}

const Version* History::newest() const {
    return newer(newest_of(stream_), newest_of(exports_));
}

}  // namespace local
