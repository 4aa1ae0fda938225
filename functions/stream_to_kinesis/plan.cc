#include "functions/stream_to_kinesis/plan.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "common/dynamodb/change_record.h"
#include "common/event/dynamodb_event.h"

namespace stream_to_kinesis {
namespace {

// A guess, for room only.
constexpr std::size_t kRecordBytesUsual = 1'000;

Fate fate_of_poison(PoisonRecords rule) {
    switch (rule) {
        case PoisonRecords::drop:
            return Fate::dropped;
        case PoisonRecords::quarantine:
            return Fate::quarantined;
        case PoisonRecords::block:
            break;
    }
    return Fate::blocked;
}

// An item's order is kept within its stream; items of two tables may have the same key, and are
// then kept in one order, which does no harm.
class Planner {
  public:
    Planner(const Config& config, Transform& transform, Plan& plan)
        : config_(config), transform_(transform), plan_(plan) {}

    void add(const event::DynamodbEventRecord& source) {
        PlannedRecord& planned = plan_.records.emplace_back();
        planned.text = source.text;
        planned.sequence_number = source.sequence_number;
        if (!source.record) return poison(source.record.error());
        const dynamodb::ChangeRecord& record = *source.record;
        planned.event_id = record.event_id;
        planned.event_time_ms = record.event_time_ms;
        if (!config_.filter.keeps(record)) {
            planned.fate = Fate::filtered;
            return;
        }
        const auto key = keys_.read(record.keys);
        if (!key) return poison(key.error());
        planned.item = key->item();
        if (!blocked_items_.empty() && blocked_items_.contains(*planned.item)) {
            planned.fate = Fate::blocked;
            return;
        }
        const auto transformed = transform_.apply(record, *key, plan_.texts);
        if (!transformed) return poison(transformed.error());
        planned.outgoing = plan_.outgoing.size();
        plan_.outgoing.push_back(*transformed);
    }

  private:
    // The record added last.
    void poison(const base::Error& fault) {
        PlannedRecord& planned = plan_.records.back();
        planned.fate = fate_of_poison(config_.poison_records);
        if (planned.fate == Fate::blocked && planned.item) blocked_items_.insert(*planned.item);
        plan_.poison.push_back({plan_.records.size() - 1, fault.message});
    }

    const Config& config_;
    Transform& transform_;
    Plan& plan_;
    ItemKeyReader keys_;
    std::unordered_set<std::uint64_t> blocked_items_;
};

}  // namespace

base::Result<Plan> plan_event(std::string_view event, const Config& config, Transform& transform) {
    Plan plan;
    plan.records.reserve(event.size() / kRecordBytesUsual);
    plan.outgoing.reserve(event.size() / kRecordBytesUsual);
    Planner planner(config, transform, plan);
    const auto read = event::read_dynamodb_event(
        event, [&planner](const event::DynamodbEventRecord& record) { planner.add(record); });
    if (!read) return read.error();
    return plan;
}

void block_with_followers(Plan& plan, const std::vector<std::size_t>& records) {
    if (records.empty()) return;
    std::unordered_set<std::uint64_t> blocked_items;
    std::vector<OutgoingRecord> outgoing;
    outgoing.reserve(plan.outgoing.size());
    auto next = records.begin();
    for (std::size_t i = 0; i < plan.records.size(); ++i) {
        PlannedRecord& record = plan.records[i];
        const bool unquarantined = next != records.end() && *next == i;
        if (unquarantined) {
            ++next;
            record.fate = Fate::blocked;
            if (record.item) blocked_items.insert(*record.item);
        }
        if (record.fate != Fate::send) continue;
        if (record.item && blocked_items.contains(*record.item)) {
            record.fate = Fate::blocked;
            continue;
        }
        outgoing.push_back(plan.outgoing[record.outgoing]);
        record.outgoing = outgoing.size() - 1;
    }
    plan.outgoing = std::move(outgoing);
}

void poison_refused(Plan& plan, const SendReport& sent, PoisonRecords rule) {
    if (sent.refused.empty()) return;
    std::unordered_map<std::size_t, const base::Error*> errors;
    for (const RefusedRecord& refused : sent.refused)
        errors.emplace(refused.record, &refused.error);
    std::vector<std::size_t> members(plan.outgoing.size(), 0);
    for (const PlannedRecord& record : plan.records) {
        if (record.fate == Fate::send) ++members[record.outgoing];
    }
    for (std::size_t i = 0; i < plan.records.size(); ++i) {
        PlannedRecord& record = plan.records[i];
        if (record.fate != Fate::send) continue;
        const auto found = errors.find(record.outgoing);
        if (found == errors.end()) continue;
        const bool in_aggregate = members[record.outgoing] > 1;
        record.fate =
            in_aggregate && rule == PoisonRecords::drop ? Fate::blocked : fate_of_poison(rule);
        plan.poison.push_back({i, found->second->message});
    }
}

}  // namespace stream_to_kinesis
