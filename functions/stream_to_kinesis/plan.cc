#include "functions/stream_to_kinesis/plan.h"

#include <compare>
#include <string>
#include <unordered_set>
#include <utility>

namespace stream_to_kinesis {
namespace {

// An item's order is kept within its stream; items of two tables may have the same key, and are
// then kept in one order, which does no harm.
class Planner {
  public:
    Planner(const Config& config, Transform& transform) : config_(config), transform_(transform) {}

    PlannedRecord plan(const event::DynamodbEventRecord& source,
                       std::vector<OutgoingRecord>& outgoing) {
        PlannedRecord planned;
        planned.sequence_number = source.sequence_number;
        if (!source.record) return poison(std::move(planned), source.record.error());
        const dynamodb::ChangeRecord& record = *source.record;
        planned.event_id = record.event_id;
        planned.event_time_ms = record.event_time_ms;
        if (!config_.filter.keeps(record)) {
            planned.fate = Fate::filtered;
            return planned;
        }
        auto item = item_key(record.keys);
        if (!item) return poison(std::move(planned), std::move(item).error());
        if (blocked_items_.contains(*item)) {
            planned.fate = Fate::blocked;
            return planned;
        }
        auto transformed = transform_.apply(record, *item);
        if (!transformed) {
            if (config_.poison_records == PoisonRecords::block) blocked_items_.insert(*item);
            return poison(std::move(planned), std::move(transformed).error());
        }
        planned.outgoing = outgoing.size();
        outgoing.push_back(std::move(*transformed));
        return planned;
    }

  private:
    PlannedRecord poison(PlannedRecord planned, base::Error fault) const {
        planned.fate =
            config_.poison_records == PoisonRecords::block ? Fate::blocked : Fate::dropped;
        planned.fault = std::move(fault);
        return planned;
    }

    const Config& config_;
    Transform& transform_;
    std::unordered_set<std::string> blocked_items_;
};

}  // namespace

Plan plan_records(const std::vector<event::DynamodbEventRecord>& records, const Config& config,
                  Transform& transform) {
    Planner planner(config, transform);
    Plan plan;
    plan.records.reserve(records.size());
    for (const event::DynamodbEventRecord& record : records) {
        plan.records.push_back(planner.plan(record, plan.outgoing));
    }
    return plan;
}

std::optional<std::string_view> checkpoint(const std::vector<PlannedRecord>& records,
                                           const std::vector<bool>& failed) {
    std::optional<std::string_view> lowest;
    std::string_view before;
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (!records[i].sequence_number.empty()) before = records[i].sequence_number;
        if (!failed[i]) continue;
        if (before.empty()) return std::string_view();
        if (!lowest || dynamodb::compare_sequence_numbers(before, *lowest) < 0) lowest = before;
    }
    return lowest;
}

}  // namespace stream_to_kinesis
