#include "runtime/local/kept_records.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include <fmt/format.h>

#include "common/codec/base64.h"
#include "common/codec/json.h"
#include "runtime/local/firehose_event_builder.h"
#include "runtime/local/runtime_api_emulator.h"
#include "runtime/local/text.h"

namespace local {
namespace {

// Firehose's own hint, which leaves the response room to grow.
constexpr std::size_t kFirehoseBatchBytes = std::size_t{1} << 20U;
constexpr std::size_t kStreamBatchRecords = 10'000;  // of a mapping to a DynamoDB stream
constexpr std::string_view kStreamEventBegin = R"({"Records":[)";
constexpr std::string_view kStreamEventEnd = "]}";
constexpr std::string_view kInvocationId = "00000000-0000-4000-8000-000000000000";
constexpr const char* kTooLarge = "the record alone is larger than Lambda's limit of an event";

class FirehoseEvents {
  public:
    void add(const KeptRecord& kept, base::EpochMs now_ms) {
        const SourceRecord record{.record_id = fmt::format("line-{}", kept.line),
                                  .data = kept.data,
                                  .arrival_ms = kept.arrival_ms.value_or(now_ms),
                                  .kinesis = std::nullopt};
        if (bytes_ + record.data.size() > kFirehoseBatchBytes) close();
        if (!builder_.add(record)) {
            close();
            if (!builder_.add(record)) {
                events_.bad.push_back({.line = kept.line, .reason = kTooLarge});
                return;
            }
        }
        bytes_ += record.data.size();
        lines_.push_back({.line = kept.line, .identifier = record.record_id});
    }
    void close() {
        if (lines_.empty()) return;
        events_.events.push_back(
            {.kept_by = KeptBy::firehose, .body = builder_.take(), .lines = std::move(lines_)});
        builder_ = FirehoseEventBuilder(stream_, kInvocationId);
        lines_.clear();
        bytes_ = 0;
    }
    KeptEvents take() {
        close();
        return std::move(events_);
    }

  private:
    FirehoseStream stream_;
    FirehoseEventBuilder builder_{stream_, kInvocationId};
    std::vector<KeptLine> lines_;
    std::size_t bytes_ = 0;
    KeptEvents events_;
};

struct QuarantinedRecord {
    std::string json = {};
    std::string sequence_number = {};
    bool is_json = false;
};

base::Result<QuarantinedRecord> parse_quarantined(std::string_view line) {
    const auto json = codec::parse_json(line, "the line");
    if (!json) return json.error();
    const auto text = codec::find_text(*json, "record");
    if (!text) return base::Error{base::ErrorKind::data_invalid, "it has no text member record"};
    auto bytes = codec::base64_decode(*text);
    if (!bytes)
        return base::Error{base::ErrorKind::data_invalid, "record: " + bytes.error().message};
    if (trim(*bytes).empty())
        return base::Error{base::ErrorKind::data_invalid, "record: it is empty"};
    QuarantinedRecord record{
        .json = *std::move(bytes),
        .sequence_number = std::string(codec::find_text(*json, "sequence_number").value_or("")),
        .is_json = false};
    const auto inner = codec::parse_json(record.json, "the record");
    record.is_json = inner.ok() && inner->IsObject();
    if (!record.is_json) return record;
    const auto* change = codec::find_object(*inner, "dynamodb");
    if (change == nullptr) return record;
    if (const auto number = codec::find_text(*change, "SequenceNumber"))
        record.sequence_number = *number;
    return record;
}

class StreamEvents {
  public:
    // A record that is no JSON would spoil its neighbours: it goes alone.
    void add(std::size_t line, const QuarantinedRecord& record) {
        const std::size_t frame = kStreamEventBegin.size() + kStreamEventEnd.size();
        if (frame + record.json.size() > kPayloadBytesMax) {
            events_.bad.push_back({.line = line, .reason = kTooLarge});
            return;
        }
        if (!record.is_json || lines_.size() == kStreamBatchRecords ||
            frame + records_.size() + 1 + record.json.size() > kPayloadBytesMax)
            close();
        if (!records_.empty()) records_ += ',';
        records_ += record.json;
        lines_.push_back({.line = line, .identifier = record.sequence_number});
        if (!record.is_json) close();
    }
    void close() {
        if (lines_.empty()) return;
        events_.events.push_back(
            {.kept_by = KeptBy::quarantine,
             .body = fmt::format("{}{}{}", kStreamEventBegin, records_, kStreamEventEnd),
             .lines = std::move(lines_)});
        records_.clear();
        lines_.clear();
    }
    KeptEvents take(std::vector<BadLine> bad) {
        close();
        std::ranges::move(bad, std::back_inserter(events_.bad));
        std::ranges::sort(events_.bad, {}, &BadLine::line);
        return std::move(events_);
    }

  private:
    std::string records_;
    std::vector<KeptLine> lines_;
    KeptEvents events_;
};

KeptEvents make_stream_events(std::string_view lines) {
    StreamEvents events;
    std::vector<BadLine> bad;
    for (std::size_t number = 1; !lines.empty(); ++number) {
        const std::string_view line = lines.substr(0, lines.find('\n'));
        lines.remove_prefix(std::min(lines.size(), line.size() + 1));
        if (trim(line).empty()) continue;
        if (const auto record = parse_quarantined(line)) {
            events.add(number, *record);
        } else {
            bad.push_back({.line = number, .reason = record.error().message});
        }
    }
    return events.take(std::move(bad));
}

// The event itself: AWS shows `payload` as a text, which holds the event's very bytes.
base::Result<std::string> read_payload(std::string_view object) {
    const auto json = codec::parse_json(object, "the object");
    if (!json) return json.error();
    const auto* payload = codec::find_member(*json, "payload");
    if (payload != nullptr && payload->IsString()) return std::string(codec::text_of(*payload));
    if (payload != nullptr && payload->IsObject()) return codec::write_json(*payload);
    const auto* batch = codec::find_object(*json, "DDBStreamBatchInfo");
    const auto number = [batch](std::string_view name) {
        return batch == nullptr ? "?" : std::string(codec::find_text(*batch, name).value_or("?"));
    };
    return base::Error{
        base::ErrorKind::data_invalid,
        fmt::format("it has no payload: only a destination in S3 gets one. For 24 hours the stream "
                    "has the records: shard {}, sequence numbers {} to {}",
                    number("shardId"), number("startSequenceNumber"), number("endSequenceNumber"))};
}

KeptEvents make_mapping_event(std::string_view object) {
    KeptEvents made;
    const auto fail = [&made](const std::string& reason) {
        made.bad.push_back({.line = 1, .reason = reason});
        return made;
    };
    auto payload = read_payload(object);
    if (!payload) return fail(payload.error().message);
    const auto event = codec::parse_json(*payload, "payload");
    if (!event) return fail(event.error().message);
    const auto* records = codec::find_array(*event, "Records");
    if (records == nullptr || records->Empty()) return fail("payload: it has no Records");
    KeptEvent kept{.kept_by = KeptBy::stream_mapping, .body = *std::move(payload), .lines = {}};
    for (const codec::JsonValue& record : records->GetArray()) {
        const auto* change = codec::find_object(record, "dynamodb");
        const auto number =
            change == nullptr ? std::nullopt : codec::find_text(*change, "SequenceNumber");
        kept.lines.push_back(
            {.line = kept.lines.size() + 1, .identifier = std::string(number.value_or(""))});
    }
    made.events.push_back(std::move(kept));
    return made;
}

KeptEvents make_firehose_events(std::string_view lines, base::EpochMs now_ms) {
    KeptRecords kept = parse_failed_records(lines);
    FirehoseEvents events;
    for (const KeptRecord& record : kept.records)
        events.add(record, now_ms);
    KeptEvents made = events.take();
    std::ranges::move(kept.bad, std::back_inserter(made.bad));
    std::ranges::sort(made.bad, {}, &BadLine::line);
    return made;
}

}  // namespace

KeptEvents make_kept_events(KeptBy kept_by, std::string_view text, base::EpochMs now_ms) {
    switch (kept_by) {
        case KeptBy::firehose:
            return make_firehose_events(text, now_ms);
        case KeptBy::stream_mapping:
            return make_mapping_event(text);
        case KeptBy::quarantine:
            break;
    }
    return make_stream_events(text);
}

}  // namespace local
