// What the tests of the Firehose emulator share: a store in memory that can fail, a function that
// is a lambda, and a view on the error objects.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/codec/base64.h"
#include "common/codec/json.h"
#include "runtime/local/firehose_emulator.h"
#include "tests/support/fakes.h"

namespace tests {

class MemoryStore final : public local::ObjectStore {
  public:
    base::Result<base::Done> put(std::string_view key, std::string_view bytes) override {
        ++attempts;
        if (failures_left > 0) {
            --failures_left;
            return base::Error{base::ErrorKind::service_failed, "PutObject to bucket: 503"};
        }
        objects[std::string(key)] = bytes;
        return base::Done{};
    }
    // All objects whose keys begin so, one behind the other.
    [[nodiscard]] std::string below(std::string_view prefix) const {
        std::string bytes;
        for (const auto& [key, object] : objects) {
            if (key.starts_with(prefix)) bytes += object;
        }
        return bytes;
    }
    std::map<std::string, std::string> objects;
    int failures_left = 0;
    int attempts = 0;
};

// The events that the function got, and what it answers.
struct ScriptedFunction {
    using Answer = std::function<base::Result<local::Outcome>(const std::string& event)>;
    std::vector<std::string> events;
    std::deque<Answer> script;  // for the first calls
    Answer otherwise;           // for all others

    local::Invoke invoke() {
        return [this](const std::string& event) -> base::Result<local::Outcome> {
            events.push_back(event);
            if (script.empty()) return otherwise(event);
            const Answer answer = script.front();
            script.pop_front();
            return answer(event);
        };
    }
};

inline local::Outcome response(std::string body) {
    return {.kind = local::Outcome::Kind::response, .body = std::move(body)};
}

inline ScriptedFunction::Answer always(local::Outcome outcome) {
    return [outcome = std::move(outcome)](const std::string&) { return outcome; };
}

// The records of an event: id and decoded data.
struct EventRecord {
    std::string id;
    std::string data;
};
inline std::vector<EventRecord> records_of(const std::string& event) {
    std::vector<EventRecord> records;
    const auto json = codec::parse_json(event, "the event");
    for (const auto& record : codec::find_array(*json, "records")->GetArray())
        records.push_back({std::string(*codec::find_text(record, "recordId")),
                           *codec::base64_decode(*codec::find_text(record, "data"))});
    return records;
}

// Gives each record what `member` makes of it: everything behind the recordId.
inline ScriptedFunction::Answer each(std::function<std::string(const EventRecord&)> members) {
    return [members = std::move(members)](const std::string& event) {
        std::string body = R"({"records":[)";
        for (const EventRecord& record : records_of(event)) {
            if (!body.ends_with('[')) body += ',';
            body.append(R"({"recordId":")").append(record.id).append("\",");
            body.append(members(record)).append("}");
        }
        return response(body + "]}");
    };
}

inline ScriptedFunction::Answer passed_on() {
    return each([](const EventRecord& record) {
        return R"("result":"Ok","data":")" + codec::base64_encode(record.data) + "\"";
    });
}

// One line of the error prefix.
struct ErrorLine {
    std::string code;
    std::string message;
    std::string raw_data;
    std::int64_t attempts = 0;
};
inline std::vector<ErrorLine> error_lines(const MemoryStore& store,
                                          std::string_view prefix = "errors/") {
    std::vector<ErrorLine> lines;
    std::string text = store.below(prefix);
    for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
        const auto json = codec::parse_json(text.substr(0, end), "the line");
        lines.push_back({std::string(*codec::find_text(*json, "errorCode")),
                         std::string(*codec::find_text(*json, "errorMessage")),
                         *codec::base64_decode(*codec::find_text(*json, "rawData")),
                         *codec::find_integer(*json, "attemptsMade")});
        text.erase(0, end + 1);
    }
    return lines;
}

// A stream on a fake clock, whose objects are kept in memory.
struct FirehoseWorld {
    FakeClock clock;
    SeededRandom random;
    MemoryStore store;
    ScriptedFunction function{.events = {}, .script = {}, .otherwise = passed_on()};
    local::FirehoseOptions options = [] {
        local::FirehoseOptions made;
        made.delivery.prefix = "data/";
        made.delivery.error_prefix = "errors/";
        return made;
    }();

    local::FirehoseEmulator make() { return {options, {function.invoke(), store, clock, random}}; }
};

inline local::KinesisRecord kinesis_record(std::string data, std::string sequence_number = "1") {
    return {.shard_id = "shardId-000000000000",
            .partition_key = "key",
            .sequence_number = std::move(sequence_number),
            .arrival_ms = kTestNowMs,
            .data = std::move(data)};
}

}  // namespace tests
