// One change of a DynamoDB item, as slices of its JSON text. Two feeds write it:
//
// DynamoDB Streams, as Lambda gives it ("Using AWS Lambda with Amazon DynamoDB"):
//   {"eventID":"…","eventName":"INSERT","eventVersion":"1.1","eventSource":"aws:dynamodb",
//    "awsRegion":"…","dynamodb":{"ApproximateCreationDateTime":1.684934517E9,"Keys":{…},
//    "NewImage":{…},"OldImage":{…},"SequenceNumber":"…","SizeBytes":26,"StreamViewType":"…"},
//    "userIdentity":{"type":"Service","principalId":"dynamodb.amazonaws.com"},
//    "eventSourceARN":"arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/stream/LABEL"}
//
// Kinesis Data Streams for DynamoDB: no eventSourceARN, SequenceNumber and StreamViewType, but
// "tableName", "recordFormat":"application/json", "userIdentity":null, and the creation time in
// milliseconds, or microseconds with "ApproximateCreationDateTimePrecision":"MICROSECOND".
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

#include "common/base/result.h"

namespace dynamodb {

enum class Operation { insert, modify, remove };
enum class ImageKind { new_image, old_image };

// All views point into the text that was parsed. A text member is what stands between its quotes;
// an object is its JSON, with the braces. Empty where the record has none.
struct ChangeRecord {
    std::string_view text = {};  // the whole record
    Operation operation = Operation::insert;
    std::string_view event_id = {};
    std::string_view event_name = {};  // INSERT, MODIFY or REMOVE
    std::string_view table_name = {};  // of tableName, else of eventSourceARN, where it is legal
    std::string_view event_source_arn = {};  // of the stream
    std::string_view record_format = {};     // only in a Kinesis feed
    std::string_view sequence_number = {};   // 1 to 40 digits
    std::string_view keys = {};
    std::string_view new_image = {};
    std::string_view old_image = {};
    std::string_view user_identity = {};  // an object, or null
    // ApproximateCreationDateTime, floored to the millisecond.
    std::optional<std::int64_t> event_time_ms = {};
    // Whether DynamoDB itself removed the item because its time to live was over; known of every
    // record of these feeds (one without user identity is none), not known of an export's item.
    std::optional<bool> ttl_delete = {};
    bool has_table_name = false;  // there is a member tableName
};

// `text` is one JSON object. Kind data_invalid where it is not such a record: faulty JSON, a member
// of the wrong type or twice, an unknown eventName, no dynamodb member. Images are checked as JSON;
// their attribute values are checked where they are read (attribute_value.h).
base::Result<ChangeRecord> parse_change_record(std::string_view text);

// The same for a record at the start of `text`: what follows it (see ChangeRecord::text) is not
// looked at.
base::Result<ChangeRecord> parse_leading_change_record(std::string_view text);

// Reads images where they stand, while the record around them is parsed.
class ImageReader {
  public:
    virtual ~ImageReader() = default;
    // At a new or an old image, whose object `text` begins with. Gives the bytes of the image where
    // it was read and is sound, else 0, and it is passed over. `record` is what stood before it.
    virtual std::size_t read(ImageKind kind, const ChangeRecord& record, std::string_view text) = 0;
};
// Into `record`, which is fresh; gives the fault, if any.
std::optional<base::Error> parse_change_record(std::string_view text, ImageReader& images,
                                               ChangeRecord& record);

// The sequence number of a record that may be faulty elsewhere; empty where it cannot be found.
std::string_view find_sequence_number(std::string_view text);

// Sequence numbers pass 64 bits: by length without leading zeros, then by bytes.
std::strong_ordering compare_sequence_numbers(std::string_view left, std::string_view right);

// NAME of "arn:PARTITION:dynamodb:REGION:ACCOUNT:table/NAME[/…]"; empty where it is no such ARN.
std::string_view table_name_of_arn(std::string_view arn);

// Letters, digits, '_', '-' and '.', 1 to 255 of them.
bool is_table_name(std::string_view name);

}  // namespace dynamodb
