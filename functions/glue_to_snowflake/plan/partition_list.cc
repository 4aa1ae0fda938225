#include "functions/glue_to_snowflake/plan/partition_list.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <set>

#include <fmt/format.h>

#include "common/codec/digest.h"
#include "common/codec/hex.h"
#include "functions/glue_to_snowflake/definition/hive_type.h"
#include "functions/glue_to_snowflake/definition/notes.h"
#include "functions/glue_to_snowflake/definition/number_text.h"
#include "functions/glue_to_snowflake/definition/parameters.h"
#include "functions/glue_to_snowflake/definition/partition_layout.h"
#include "functions/glue_to_snowflake/definition/spark_schema.h"
#include "functions/glue_to_snowflake/sync/partition_path.h"

namespace glue_to_snowflake {
namespace {

constexpr std::string_view kNull = "__HIVE_DEFAULT_PARTITION__";
constexpr std::size_t kValuesHashDigits = 8;
constexpr int kDigestBytes = 8;

// One partition that Snowflake can have.
struct Wanted {
    PartitionValues values;
    std::string hash;  // of the values
};

using WantedByPath = std::map<std::string, Wanted, std::less<>>;

std::string label_of(const PartitionValues& values) {
    return fmt::format("partition ({})", fmt::join(values, ", "));
}

std::string hash_of(const PartitionValues& values) {
    std::string text;
    for (const std::string& value : values)
        text += fmt::format("{}:{}", value.size(), value);
    return codec::hex_lower(codec::sha256(text)).substr(0, kValuesHashDigits);
}

// The hashes of all partitions, in any order.
class Digest {
  public:
    explicit Digest(std::uint64_t bits = 0) : bits_(bits) {}

    // A second time takes it out again.
    void toggle(std::string_view path, std::string_view hash) {
        const std::string bytes = codec::sha256(fmt::format("{} {}", hash, path));
        std::uint64_t bits = 0;
        for (int i = 0; i < kDigestBytes; ++i)
            bits = bits << 8U | static_cast<unsigned char>(bytes[static_cast<std::size_t>(i)]);
        bits_ ^= bits;
    }

    [[nodiscard]] std::string text() const { return fmt::format("{:016x}", bits_); }

  private:
    std::uint64_t bits_;
};

KnownPartitions all_known(const WantedByPath& wanted) {
    KnownPartitions known;
    known.count = wanted.size();
    Digest digest;
    std::size_t bytes = 0;
    for (const auto& [path, partition] : wanted) {
        digest.toggle(path, partition.hash);
        bytes += path.size();
    }
    if (wanted.size() > kListedPartitionsMax || bytes > kListedBytesMax) {
        known.digest = digest.text();
        return known;
    }
    for (const auto& [path, partition] : wanted)
        known.listed.emplace(path, partition.hash);
    return known;
}

bool is_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(),
                                        [](char byte) { return byte >= '0' && byte <= '9'; });
}

bool is_date(std::string_view text) {
    return text.size() >= 10 && is_digits(text.substr(0, 4)) && text[4] == '-' &&
           is_digits(text.substr(5, 2)) && text[7] == '-' && is_digits(text.substr(8, 2));
}

// Whether the cast of the partition column takes the value: one that it does not take would fail
// every query of the table.
bool is_castable(std::string_view value, HiveKind kind) {
    switch (kind) {
        case HiveKind::integer:
            return is_digits(value.starts_with('-') ? value.substr(1) : value);
        case HiveKind::decimal:
        case HiveKind::floating:
            return number_in(value).has_value();
        case HiveKind::boolean:
            return ascii_lower(value) == "true" || ascii_lower(value) == "false";
        case HiveKind::date:
            return is_date(value) && value.size() == 10;
        case HiveKind::timestamp:
            return is_date(value);
        default:
            return true;
    }
}

std::optional<std::string> reason_unfit_value(const aws::GlueColumn& key, std::string_view value) {
    if (value == kNull)
        return fmt::format("it has no value for {}, and ADD PARTITION takes no NULL", key.name);
    const auto type = parse_hive_type(key.type);
    if (type && !is_castable(value, type->kind))
        return fmt::format("its value of {} is no {}", key.name, key.type);
    return std::nullopt;
}

// The partitions of the catalog that Snowflake can have; the others are told in `left_out`.
class WantedPartitions {
  public:
    explicit WantedPartitions(const PartitionRequest& request) : table_(request.source) {
        std::vector<const aws::GluePartition*> sorted;
        sorted.reserve(request.partitions.size());
        for (const aws::GluePartition& partition : request.partitions)
            sorted.push_back(&partition);
        // Of two with one location, the same one each time.
        std::sort(sorted.begin(), sorted.end(),
                  [](const auto* a, const auto* b) { return a->values < b->values; });
        for (const aws::GluePartition* partition : sorted) {
            if (auto reason = take(*partition))
                left_out.push_back(fmt::format("{}: {}", label_of(partition->values), *reason));
        }
    }

    WantedByPath by_path;
    std::vector<std::string> left_out;
    std::set<PartitionValues> known_to_catalog;

  private:
    std::optional<std::string> take(const aws::GluePartition& partition) {
        known_to_catalog.insert(partition.values);
        if (partition.values.size() != table_.partition_keys.size())
            return "it has another number of values than the table has keys";
        for (std::size_t i = 0; i < partition.values.size(); ++i) {
            if (auto reason = reason_unfit_value(table_.partition_keys[i], partition.values[i]))
                return reason;
        }
        if (!is_read_alike(table_, partition)) {
            return fmt::format("its files are read by {} {}, the table's are not",
                               partition.serialization_library, partition.input_format);
        }
        const auto path = partition_path(table_, partition.location);
        if (!path)
            return fmt::format("its location {} does not lie below the table's, {}",
                               partition.location, table_.storage_descriptor.location);
        const auto [at, is_new] =
            by_path.emplace(*path, Wanted{partition.values, hash_of(partition.values)});
        if (is_new) return std::nullopt;
        return fmt::format("its location {} is that of {} too", partition.location,
                           label_of(at->second.values));
    }

    const aws::GlueTable& table_;
};

// Writes the statements: the drops first, so that a location is free for its new partition.
class StatementList {
  public:
    explicit StatementList(const snowflake::ExternalTable& table)
        : table_(table),
          subject_("ALTER EXTERNAL TABLE " + snowflake::Sql().table(table.name).text()) {}

    void drop(std::string_view path, std::string reason) {
        drops_.push_back({drop_partition(table_.name, path),
                          fmt::format("{} DROP PARTITION LOCATION {}", subject_, path),
                          std::move(reason)});
    }

    void add(std::string_view path, const Wanted& wanted, std::string_view what) {
        std::vector<snowflake::PartitionValue> values;
        values.reserve(wanted.values.size());
        for (std::size_t i = 0; i < wanted.values.size(); ++i)
            values.push_back({table_.partition_columns[i].name, wanted.values[i]});
        adds_.push_back({add_partition(table_.name, values, path),
                         fmt::format("{} ADD PARTITION LOCATION {}", subject_, path),
                         fmt::format("{} {}", label_of(wanted.values), what)});
    }

    std::vector<PlannedStatement> take() {
        drops_.insert(drops_.end(), std::make_move_iterator(adds_.begin()),
                      std::make_move_iterator(adds_.end()));
        return std::move(drops_);
    }

  private:
    const snowflake::ExternalTable& table_;
    std::string subject_;
    std::vector<PlannedStatement> drops_;
    std::vector<PlannedStatement> adds_;
};

bool is_named(const PartitionRequest& request, const PartitionValues& values) {
    return std::find(request.named.begin(), request.named.end(), values) != request.named.end();
}

// Against a mark that lists the partitions.
void plan_listed(StatementList& statements, const PartitionRequest& request,
                 const WantedByPath& wanted, const KnownPartitions& known) {
    for (const auto& [path, hash] : known.listed) {
        const auto found = wanted.find(path);
        if (found == wanted.end()) {
            statements.drop(path, fmt::format("the catalog has no partition at {}", path));
        } else if (found->second.hash != hash) {
            statements.drop(path, fmt::format("the partition at {} has other values", path));
        }
    }
    for (const auto& [path, partition] : wanted) {
        const auto found = known.listed.find(path);
        if (found == known.listed.end()) {
            statements.add(path, partition, "is new");
        } else if (found->second != partition.hash) {
            statements.add(path, partition, "has new values");
        } else if (is_named(request, partition.values)) {
            statements.add(path, partition, "may have new files");
        }
    }
}

// Against a digest: what the event names, and what the mark then knows. The digest becomes the
// catalog's by and by, event by event; where it does not, a reconcile finds out.
KnownPartitions plan_named(StatementList& statements, const PartitionRequest& request,
                           const WantedPartitions& wanted, KnownPartitions known) {
    std::uint64_t bits = 0;
    std::from_chars(known.digest.data(), known.digest.data() + known.digest.size(), bits, 16);
    Digest digest(bits);
    for (const auto& [path, partition] : wanted.by_path) {
        if (!is_named(request, partition.values)) continue;
        statements.add(path, partition, "is new, or may have new files");
        digest.toggle(path, partition.hash);
        ++known.count;
    }
    const std::set<PartitionValues> named(request.named.begin(), request.named.end());
    for (const PartitionValues& values : named) {
        if (values.size() != request.source.partition_keys.size()) continue;
        const std::string path = hive_partition_path(request.source, values);
        if (wanted.known_to_catalog.contains(values) || wanted.by_path.contains(path)) continue;
        statements.drop(path, fmt::format("the catalog has no {}", label_of(values)));
        digest.toggle(path, hash_of(values));
        known.count -= std::min<std::size_t>(known.count, 1);
    }
    known.digest = digest.text();
    return known;
}

}  // namespace

PartitionPlan plan_partitions(const PartitionRequest& asked, const KnownPartitions& known) {
    const auto effective = effective_table(asked.source);
    const PartitionRequest request{effective ? *effective : asked.source, asked.table,
                                   asked.partitions, asked.named};
    WantedPartitions wanted(request);
    PartitionPlan plan{.known = all_known(wanted.by_path),
                       .left_out = bounded_notes(std::move(wanted.left_out))};
    StatementList statements(request.table);
    if (known.digest.empty()) {
        plan_listed(statements, request, wanted.by_path, known);
    } else if (!request.named.empty()) {
        const bool is_in_step = known == plan.known;
        KnownPartitions then = plan_named(statements, request, wanted, known);
        if (!is_in_step) plan.known = std::move(then);
    } else if (known != plan.known) {
        plan.replace_reason = fmt::format(
            "its {} partitions are not the {} of the catalog, and the mark does not list them",
            known.count, plan.known.count);
        plan_listed(statements, request, wanted.by_path, {});
    }
    plan.statements = statements.take();
    return plan;
}

}  // namespace glue_to_snowflake
