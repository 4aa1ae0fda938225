// The event that Firehose gives to a transformation (developer guide, "Transform source data in
// Amazon Data Firehose"), built record by record within Lambda's limit:
//   {"invocationId":"…","deliveryStreamArn":"…","sourceKinesisStreamArn":"…","region":"…",
//    "records":[{"recordId":"…","approximateArrivalTimestamp":1495072949453,"data":"base64",
//                "kinesisRecordMetadata":{"sequenceNumber":"…","subsequenceNumber":0,
//                "partitionKey":"…","shardId":"…","approximateArrivalTimestamp":1495072949453}}]}
// With Direct PUT there is neither sourceKinesisStreamArn nor kinesisRecordMetadata.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/clock.h"

namespace local {

// Where a record from Kinesis comes from.
struct KinesisOrigin {
    std::string shard_id = {};
    std::string partition_key = {};
    std::string sequence_number = {};
    std::int64_t subsequence_number = 0;  // counts the records within an aggregated one
    base::EpochMs arrival_ms = 0;
};

// One record as Firehose holds it.
struct SourceRecord {
    std::string record_id = {};  // unique within its batch
    std::string data = {};
    base::EpochMs arrival_ms = 0;
    std::optional<KinesisOrigin> kinesis = {};
};

struct FirehoseStream {
    std::string name = "local";
    std::string arn = "arn:aws:firehose:us-east-1:123456789012:deliverystream/local";
    std::string source_arn = {};  // of the Kinesis stream; empty: Direct PUT
    std::string region = "us-east-1";
};

class FirehoseEventBuilder {
  public:
    FirehoseEventBuilder(const FirehoseStream& stream, std::string_view invocation_id);

    // False, and nothing added, where the event would pass Lambda's limit of a request.
    [[nodiscard]] bool add(const SourceRecord& record);
    [[nodiscard]] std::size_t records() const { return records_; }
    // The whole event; call it once.
    [[nodiscard]] std::string take();

  private:
    std::string event_;
    std::size_t records_ = 0;
};

}  // namespace local
