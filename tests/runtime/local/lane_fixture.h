// A lane of the stream mapping, driven by hand: records in, the sequence numbers of each batch out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/codec/json.h"
#include "runtime/local/stream_lane.h"
#include "tests/support/fakes.h"

namespace tests {

using Numbers = std::vector<std::string>;

inline local::StreamRecord stream_record(int number, base::EpochMs arrival_ms,
                                         std::size_t json_bytes = 0) {
    const std::string text = std::to_string(number);
    std::string json = R"({"dynamodb":{"SequenceNumber":")" + text + R"("}})";
    if (json_bytes > json.size() + 9)
        json.insert(1, R"("pad":")" + std::string(json_bytes - json.size() - 9, 'x') + R"(",)");
    return {.sequence_number = text, .arrival_ms = arrival_ms, .key = text, .json = json};
}

// The sequence numbers of an event's records; the test fails where it is no event.
inline Numbers numbers_of(const std::string& event) {
    const auto document = codec::parse_json(event, "the event");
    if (!document) return {document.error().message};
    Numbers numbers;
    for (const codec::JsonValue& record : codec::find_array(*document, "Records")->GetArray())
        numbers.emplace_back(
            *codec::find_text(*codec::find_object(record, "dynamodb"), "SequenceNumber"));
    return numbers;
}

inline local::Outcome response(std::string body) {
    return {.kind = local::Outcome::Kind::response, .body = std::move(body), .request_id = "id-1"};
}

inline std::string failures(const std::vector<std::string>& identifiers) {
    std::string body = R"({"batchItemFailures":[)";
    for (const std::string& identifier : identifiers)
        body += (body.back() == '[' ? "" : ",") + (R"({"itemIdentifier":")" + identifier + "\"}");
    return body + "]}";
}

class LaneRun {
  public:
    explicit LaneRun(const local::StreamMappingSettings& settings)
        : lane({.settings = settings,
                .back_off = {.base_ms = 100, .most_ms = 1'000},
                .stream_arn = "arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/x",
                .shard_id = "shardId-1"}) {}

    // Records numbered from the last one on, of this instant.
    void add(int records, std::size_t json_bytes = 0) {
        for (int i = 0; i < records; ++i)
            lane.add(stream_record(++last_number, now_ms, json_bytes), now_ms);
    }
    // The next batch at this instant; nothing where none is due.
    std::optional<Numbers> next() {
        event = lane.next_event(now_ms);
        if (!event) return std::nullopt;
        return numbers_of(*event);
    }
    // The next batch, however long it takes until it is due.
    std::optional<Numbers> wait_next() {
        const auto due_ms = lane.due_ms();
        if (!due_ms) return std::nullopt;
        now_ms = std::max(now_ms, *due_ms);
        return next();
    }
    void succeed() { lane.take(response(R"({"batchItemFailures":[]})"), now_ms); }
    void answer(const std::string& body) { lane.take(response(body), now_ms); }
    void fail() {
        lane.take({.kind = local::Outcome::Kind::error, .body = "{}", .request_id = "id-2"},
                  now_ms);
    }

    local::StreamLane lane;
    base::EpochMs now_ms = kTestNowMs;
    int last_number = 0;
    std::optional<std::string> event;
};

}  // namespace tests
