// Firehose's data transformation (developer guide, "Transform source data in Amazon Data
// Firehose"):
//   in  {"invocationId":"…","deliveryStreamArn":"…","sourceKinesisStreamArn":"…","region":"…",
//        "records":[{"recordId":"…","approximateArrivalTimestamp":1495072949453,"data":"base64",
//                    "kinesisRecordMetadata":{…}}]}
//   out {"records":[{"recordId":"…","result":"Ok","data":"base64",
//                    "metadata":{"partitionKeys":{…}}}]}
// Members that are not named here are passed over.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace event {

// Views are what stands between the quotes in the event, with its escapes.
struct FirehoseRecord {
    std::string_view record_id;
    std::string_view data;
    bool has_data = true;  // false where `data` is absent or no text
    std::optional<std::int64_t> arrival_time_ms;
};

// Kind event_invalid where it is not such an event. So is one with a record without recordId, or
// with a recordId twice: each must be answered exactly once, and such an event has no right answer.
base::Result<std::vector<FirehoseRecord>> parse_firehose_event(std::string_view event);

enum class FirehoseResult { ok, dropped, processing_failed };

// Lambda's limit of a response, as its error message names it.
constexpr std::size_t kFirehoseResponseBytesMax = 6'291'556;

// Writes the response front to back.
class FirehoseResponseWriter {
  public:
    FirehoseResponseWriter();

    // `data` is the record's new bytes, written as base64; `metadata` a JSON object, or empty for
    // none.
    void add_ok(std::string_view record_id, std::string_view data, std::string_view metadata);
    void add_dropped(std::string_view record_id);
    // Gives the input's `data` back, byte for byte.
    void add_processing_failed(const FirehoseRecord& record);

    // Makes room for so many bytes, so that the response does not move while it grows.
    void reserve(std::size_t bytes) { out_.reserve(bytes); }

    // Bytes of the whole response if it ended here.
    [[nodiscard]] std::size_t bytes() const { return out_.size() + kEndBytes; }
    // Takes back everything after the first `bytes` as bytes() gave them.
    void cut_to(std::size_t bytes) { out_.resize(bytes - kEndBytes); }
    std::string take();

  private:
    static constexpr std::size_t kEndBytes = 2;  // "]}"
    // Up to the result, and what follows it.
    void begin_record(std::string_view record_id, std::string_view result);
    std::string out_;
};

}  // namespace event
