#include "runtime/local/verify_join.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "runtime/local/verify_compare.h"
#include "runtime/local/verify_record.h"

namespace local {
namespace {

using base::Done;
using base::Result;
using Version = History::Version;

// Of a key in the map, besides its bytes and versions.
constexpr std::int64_t kEntryBytes = 128 + sizeof(History);

base::Error faulty_export(std::string_view key, std::string_view reason) {
    return {base::ErrorKind::data_invalid, fmt::format("the export's item {}: {}", key, reason)};
}

base::Error interrupted() {
    return {base::ErrorKind::deadline_near, "verify: interrupted"};
}

bool is_absent(const Version* version) {
    return version == nullptr || std::all_of(version->states.begin(), version->states.end(),
                                             [](const ItemState& s) { return s.is_absent(); });
}

// Joins one partition that fits into memory.
class Join {
  public:
    explicit Join(const JoinSettings& settings) : settings_(settings) {}

    // False where the memory does not suffice.
    Result<bool> load(SpillFile& lines) {
        std::int64_t bytes = 0;
        const auto limit = static_cast<std::int64_t>(settings_.memory_bytes);
        const base::Error full{base::ErrorKind::unexpected, "full"};
        bool fits = true;
        const auto read = lines.read([&](std::string_view record) -> Result<Done> {
            if (settings_.stop.stop_requested()) return interrupted();
            LakeRecord unpacked = unpack_line(record);
            const auto [entry, is_new] = histories_.try_emplace(std::string(unpacked.key));
            if (is_new) bytes += kEntryBytes + static_cast<std::int64_t>(unpacked.key.size());
            bytes += entry->second.add(std::move(unpacked.line));
            fits = bytes <= limit;
            return fits ? Result<Done>(Done{}) : Result<Done>(full);
        });
        if (!read && fits) return read.error();
        return fits;
    }

    Result<Done> compare(SpillFile& items) {
        if (auto read = items.read([&](std::string_view record) -> Result<Done> {
                if (settings_.stop.stop_requested()) return interrupted();
                const ItemRecord unpacked = unpack_item(record);
                return compare_key(unpacked.key, unpacked.item);
            });
            !read)
            return read;
        for (const auto& [key, history] : histories_) {
            if (!history.seen) judge_absent(key, history);
        }
        settings_.tally.add(counts_);
        return Done{};
    }

  private:
    Result<Done> compare_key(std::string_view key, std::string_view item) {
        ++counts_.items;
        ++settings_.progress.items;
        settings_.progress.bytes += item.size();
        const auto found = histories_.find(std::string(key));
        if (found == histories_.end()) {
            tell(key, DifferenceKind::missing, "the lake has no line of it", nullptr);
            return Done{};
        }
        History& history = found->second;
        if (history.seen) return faulty_export(key, "is there twice");
        history.seen = true;

        std::optional<ItemDifference> difference;
        const std::vector<const Version*> candidates = history.candidates();
        for (const Version* version : candidates) {
            if (is_absent(version)) continue;
            auto compared = compare_version(key, item, *version);
            if (!compared) return compared.error();
            difference = *std::move(compared);
            if (difference) continue;
            ++counts_.equal_items;
            if (candidates.size() > 1) ++counts_.boundary_items;
            return Done{};
        }
        const Version* newest = history.newest();
        if (!difference) {
            tell(key, DifferenceKind::missing, "", newest);
        } else {
            const bool no_image = is_keys_only(*newest);
            tell(key, no_image ? DifferenceKind::keys_only : DifferenceKind::different,
                 no_image ? "" : fmt::format("{} {}", difference->path, difference->reason),
                 newest);
        }
        return Done{};
    }

    // All lines of one rank must leave the item.
    Result<std::optional<ItemDifference>> compare_version(std::string_view key,
                                                          std::string_view item,
                                                          const Version& version) const {
        for (const ItemState& state : version.states) {
            if (state.is_absent() || !state.has_image)
                return std::optional(ItemDifference{"the item", "has a line without an image"});
            auto compared = compare_item(item, state.image, settings_.lake.line);
            if (!compared) return faulty_export(key, compared.error().message);
            if (*compared) return compared;
        }
        return std::optional<ItemDifference>();
    }

    // Without an image a line has the key attributes alone.
    [[nodiscard]] bool is_keys_only(const Version& version) const {
        return std::any_of(version.states.begin(), version.states.end(),
                           [&](const ItemState& state) {
                               if (state.is_absent()) return false;
                               if (!state.has_image) return true;
                               dynamodb::JsonScanner scanner(state.image);
                               return JsonMembers(scanner).all().size() == settings_.schema.size();
                           });
    }

    void judge_absent(std::string_view key, const History& history) {
        const std::vector<const Version*> candidates = history.candidates();
        if (std::any_of(candidates.begin(), candidates.end(), is_absent)) return;
        tell(key, DifferenceKind::extra, "", history.newest());
    }

    void tell(std::string_view key, DifferenceKind kind, std::string detail,
              const Version* newest) {
        KeyDifference difference{std::string(key), kind, std::move(detail), std::nullopt};
        if (newest != nullptr) {
            const ItemState& state = newest->states.front();
            difference.newest =
                NewestLine{state.operation, newest->sequence_number, newest->time_ms,
                           settings_.files[state.origin.file], state.origin.line};
        }
        settings_.tally.add(std::move(difference));
    }

    const JoinSettings& settings_;
    std::unordered_map<std::string, History> histories_;
    VerifyCounts counts_;
};

Result<Done> distribute(SpillFile& from, Fan& fan, SpillFile Partition::* side, unsigned level,
                        const std::stop_token& stop) {
    return from.read([&](std::string_view record) -> Result<Done> {
        if (stop.stop_requested()) return interrupted();
        const std::size_t place = partition_of(hash_of_key(key_of_record(record)), level);
        return ((*fan[place]).*side).add(record);
    });
}

Result<Done> split(Partition& partition, unsigned level, const JoinSettings& settings) {
    Fan fan = make_fan(settings.space);
    for (SpillFile Partition::* side : {&Partition::lines, &Partition::items}) {
        auto done = distribute(partition.*side, fan, side, level, settings.stop);
        if (!done) return done;
    }
    for (std::unique_ptr<Partition>& part : fan) {
        if (auto joined = join(*part, level, settings); !joined) return joined;
        part.reset();
    }
    return Done{};
}

}  // namespace

Fan make_fan(SpillSpace& space) {
    Fan fan;
    for (std::unique_ptr<Partition>& partition : fan)
        partition = std::make_unique<Partition>(space);
    return fan;
}

Result<Done> join(Partition& partition, unsigned level, const JoinSettings& settings) {
    {
        Join whole(settings);
        // At the last level what shares a hash is joined whatever it takes.
        const auto fits = whole.load(partition.lines);
        if (!fits) return fits.error();
        if (*fits) return whole.compare(partition.items);
    }
    if (level + 1 < kFanLevels) return split(partition, level + 1, settings);
    JoinSettings unbounded = settings;
    unbounded.memory_bytes = std::numeric_limits<std::int64_t>::max();
    Join whole(unbounded);
    if (const auto loaded = whole.load(partition.lines); !loaded) return loaded.error();
    return whole.compare(partition.items);
}

}  // namespace local
