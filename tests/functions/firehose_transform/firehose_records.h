// Firehose events and records for the tests of firehose_transform.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "common/codec/json.h"
#include "common/event/firehose_event.h"
#include "functions/firehose_transform/config.h"

namespace tests {

// 2026-11-20T01:02:03Z, when the records of these tests arrived.
constexpr std::int64_t kArrivalMs = 1'795'136'523'000;

using Variables = std::initializer_list<std::pair<const std::string, std::string>>;

// The settings; the test fails where they have a fault.
firehose_transform::Config config_of(Variables variables);

// A stream record of the table orders, created at 2023-05-24T13:21:57Z.
std::string native_record(std::string_view operation, std::string_view images);

// Records 0, 1, … with the base64 of each text; keeps what the records point to.
class FirehoseRecords {
  public:
    FirehoseRecords& add(std::string_view text);
    FirehoseRecords& add_raw(std::string data, std::string record_id = "");

    [[nodiscard]] const std::vector<event::FirehoseRecord>& all() const { return records_; }
    [[nodiscard]] std::string event() const;

  private:
    std::deque<std::string> kept_;
    std::vector<event::FirehoseRecord> records_;
};

struct Answer {
    std::string record_id;
    std::string result;
    std::string data;      // decoded where the result is Ok, else as it stands
    std::string metadata;  // JSON, or empty
};

// What a response says; the test fails where it is no response.
std::vector<Answer> answers_of(const std::string& body);

}  // namespace tests
