// The settings of stream_to_kinesis, one environment variable each:
//   KINESIS_STREAM_NAME  a name, an ARN, or a template with {table}, such as DYNAMODB-{table}
//   RECORD_FORMAT        native (default), line
//   EVENT_NAMES, TTL_DELETES                      what is passed on (change_filter.h)
//   LINE_NAMES, LINE_SHAPE, LINE_NUMBERS, LINE_METADATA, METADATA_PREFIX    (line_settings.h)
//   PARTITION_KEY        item (default), random
//   AGGREGATION          none (default), kpl
//   POISON_RECORDS       block, quarantine, drop; default quarantine where QUARANTINE_URI is set,
//                        else block
//   QUARANTINE_URI       s3://bucket/prefix/, or an SQS queue's URL
//   MAX_RECORD_KIB       the stream's record limit: 1024 (default) to 10240
// AGGREGATION=kpl with PARTITION_KEY=random is a fault: an aggregate's records share a shard.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "common/base/environment.h"
#include "common/dynamodb/change_filter.h"
#include "common/dynamodb/line_settings.h"
#include "functions/stream_to_kinesis/quarantine_uri.h"

namespace stream_to_kinesis {

// native: the stream record's own JSON. line: the change line (change_line.h).
enum class RecordFormat { native, line };
// item: the hash of the item's key. random: a UUID for each record, which spreads a hot item over
// the shards; a reader that follows one shard then sees only some of an item's records.
enum class PartitionKey { item, random };
// kpl: many records in one, as the Kinesis Producer Library writes them (kpl_record.h).
enum class Aggregation { none, kpl };
// What becomes of a record that can never be sent. block: it is reported as failed until an
// operator acts. quarantine: it is written whole to QUARANTINE_URI, and then done; where it cannot
// be written, it is blocked. drop: it is logged and counted, and done.
enum class PoisonRecords { block, quarantine, drop };

struct Config {
    std::string stream;  // a name, an ARN, or a template
    RecordFormat record_format = RecordFormat::native;
    dynamodb::ChangeFilter filter;
    dynamodb::LineSettings line;
    PartitionKey partition_key = PartitionKey::item;
    Aggregation aggregation = Aggregation::none;
    PoisonRecords poison_records = PoisonRecords::block;
    QuarantineUri quarantine = {};
    std::size_t record_bytes_max = std::size_t{1024} << 10U;  // data and partition key
};

// Faults go to the reader.
Config read_config(base::SettingsReader& settings);

// The region of "arn:PARTITION:kinesis:REGION:ACCOUNT:stream/NAME"; empty for a name or template.
std::string_view region_of_stream(std::string_view stream);

}  // namespace stream_to_kinesis
