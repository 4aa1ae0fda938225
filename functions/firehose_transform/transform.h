// One Firehose record -> its result. Its data is one of
//   native  a stream record as either feed of DynamoDB writes it (change_record.h),
//   line    a change line (change_line.h): a JSON object with the operation's metadata member,
// and becomes a change line or an Iceberg row. A line is passed on unchanged.
//
// Firehose takes the records of the Kinesis Producer Library apart before it calls the function
// ("record de-aggregation", on by itself for a Kinesis source). A record that still is such an
// aggregate holds several records and has no one answer: it is ProcessingFailed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/dynamodb/change_line.h"
#include "common/dynamodb/line_walk.h"
#include "common/event/firehose_event.h"
#include "functions/firehose_transform/config.h"

namespace firehose_transform {

// What is to be answered for one record; the members behind `result` are for the results they name.
// The views are good until the next record.
struct Outcome {
    event::FirehoseResult result = event::FirehoseResult::processing_failed;
    std::string_view data = {};      // ok: the line or row
    std::string_view metadata = {};  // ok: a JSON object
    std::string reason = {};         // processing_failed
};

class RecordTransform {
  public:
    // `config` outlives it.
    explicit RecordTransform(const Config& config);

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

    base::Result<std::string_view> decode_data(const event::FirehoseRecord& record);
    base::Result<Outcome> transform(const event::FirehoseRecord& record, std::string_view text);
    base::Result<Outcome> transform_native(const dynamodb::ChangeRecord& change,
                                           const event::FirehoseRecord& record);
    base::Result<Outcome> answer(const Change& change, const event::FirehoseRecord& record,
                                 std::string_view data);
    static Change change_of(const dynamodb::ChangeRecord& record);
    [[nodiscard]] std::optional<Change> find_line(std::string_view text) const;
    base::Result<std::string_view> metadata_of(const Change& change,
                                               const event::FirehoseRecord& record);
    [[nodiscard]] std::string write_metadata(dynamodb::Operation operation, std::string_view table,
                                             std::int64_t time_ms) const;

    // What metadata_ was written for; most records have that of the one before.
    struct MetadataKey {
        dynamodb::Operation operation;
        std::string table;
        std::int64_t hour;
    };

    const Config* config_;
    dynamodb::ChangeLineWriter line_;
    dynamodb::LineWalk line_walk_;
    bool walks_;  // whether line_walk_ serves the settings
    // What an outcome points to.
    std::vector<char> decoded_;
    std::string written_;
    std::string metadata_;
    std::optional<MetadataKey> metadata_key_;
};

}  // namespace firehose_transform
