// What is to become of each record of an event, before anything is sent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "functions/stream_to_kinesis/send.h"
#include "functions/stream_to_kinesis/transform.h"

namespace stream_to_kinesis {

enum class Fate {
    send,
    filtered,     // left out by the settings: done
    dropped,      // poison, and POISON_RECORDS=drop: done
    quarantined,  // poison, and POISON_RECORDS=quarantine: done once it is written there
    blocked,      // poison, or behind a poison record of its item: reported as failed
};

struct PlannedRecord {
    Fate fate = Fate::send;
    std::string_view text;             // as it stands in the event
    std::string_view sequence_number;  // in the stream; empty where it cannot be read
    std::string_view event_id;
    std::optional<base::EpochMs> event_time_ms;
    std::optional<std::uint64_t> item;  // as in OutgoingRecord, where the record names one
    std::size_t outgoing = 0;           // where its fate is send: its place in Plan::outgoing
};

// Why a record can never be sent.
struct Poison {
    std::size_t record = 0;  // its place in Plan::records
    std::string reason;
};

// All views point into the event and into `texts`.
struct Plan {
    std::vector<PlannedRecord> records;  // one for each of the event's, in their order
    std::vector<Poison> poison;          // in order
    std::vector<OutgoingRecord> outgoing;
    OutgoingTexts texts;
};

// One pass over the event: each record is planned as soon as it is read. Kind event_invalid where
// it is no event of a DynamoDB stream.
base::Result<Plan> plan_event(std::string_view event, const Config& config, Transform& transform);

// Blocks records that were to be quarantined and could not be, named by their places in order, and
// with each of them all that is to be sent of its item later. Before the sending only.
void block_with_followers(Plan& plan, const std::vector<std::size_t>& records);

// The records that Kinesis refused alone become poison, at the end of plan.poison. Of an aggregate
// none is dropped: which of its records is at fault is not known, so all are blocked instead.
void poison_refused(Plan& plan, const SendReport& sent, PoisonRecords rule);

}  // namespace stream_to_kinesis
