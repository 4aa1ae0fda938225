// The event of a DynamoDB stream: {"Records":[record, …]}, with other members that are passed over
// (Lambda developer guide, "Using AWS Lambda with Amazon DynamoDB").
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/dynamodb/change_record.h"

namespace event {

// One element of Records. A faulty one keeps the others out of harm: its fault stands in `record`,
// and its sequence number, where it could still be found, in `sequence_number`.
struct DynamodbEventRecord {
    std::string_view text;             // as it stands in the event
    std::string_view sequence_number;  // empty where there is none
    base::Result<dynamodb::ChangeRecord> record;
};

// Gives each record to `take` as soon as it is read, while its bytes are still near the processor.
// All views point into `event`. Kind event_invalid where it is not such an event, which may only
// show behind records that were given; the records' boundaries are found by their brackets, so that
// one record's faulty JSON is its own.
base::Result<base::Done> read_dynamodb_event(
    std::string_view event, const std::function<void(const DynamodbEventRecord&)>& take);

// All of them.
base::Result<std::vector<DynamodbEventRecord>> parse_dynamodb_event(std::string_view event);

}  // namespace event
