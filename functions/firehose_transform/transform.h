// One Firehose record -> its result. Its data is one of
//   native  a stream record as either feed of DynamoDB writes it (change_record.h),
//   line    a change line (change_line.h): a JSON object with the operation's metadata member,
// and becomes a change line or an Iceberg row. A line is passed on unchanged.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/dynamodb/change_line.h"
#include "common/event/firehose_event.h"
#include "functions/firehose_transform/config.h"

namespace firehose_transform {

// What is to be answered for one record; the members behind `result` are for the results they name.
struct Outcome {
    event::FirehoseResult result = event::FirehoseResult::processing_failed;
    std::string data = {};      // ok: the line or row
    std::string metadata = {};  // ok: a JSON object
    std::string reason = {};    // processing_failed
};

class RecordTransform {
  public:
    // `config` outlives it.
    explicit RecordTransform(const Config& config) : config_(&config), line_(config.line) {}

    // The same record always gives the same outcome, byte for byte.
    [[nodiscard]] Outcome apply(const event::FirehoseRecord& record);

  private:
    // What routing needs to know of a change.
    struct Change {
        dynamodb::Operation operation = dynamodb::Operation::insert;
        std::optional<bool> ttl_delete;
        std::optional<std::int64_t> event_time_ms;
        std::string_view table_name;
    };

    base::Result<Outcome> transform(const event::FirehoseRecord& record, std::string_view text);
    base::Result<Outcome> transform_native(const dynamodb::ChangeRecord& change,
                                           const event::FirehoseRecord& record);
    [[nodiscard]] std::optional<Change> find_line(std::string_view text) const;
    [[nodiscard]] base::Result<std::string> make_metadata(
        const Change& change, const event::FirehoseRecord& record) const;

    const Config* config_;
    dynamodb::ChangeLineWriter line_;
};

}  // namespace firehose_transform
