// Firehose events of realistic DynamoDB changes for the benches: orders with their lines, inserted,
// modified (both images) and removed, as Kinesis Data Streams for DynamoDB writes them. The same
// arguments always give the same bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace bench {

// One change record, about 1.2 KB of JSON on average.
std::string change_record(std::uint64_t number);

// {"invocationId":…,"records":[…]} with the records 0 to `records` - 1 as base64.
std::string firehose_event(std::size_t records);

// The largest such event that Lambda can send: at most 6 MB (6,291,456 bytes).
std::string largest_firehose_event();

// {"Records":[…]} of a DynamoDB stream with the same changes.
std::string stream_event(std::size_t records);

// The same with records of 1 KB, the new image alone: at most `records` of them and 6 MB. Their
// items are drawn from 100,000, so that 6 MB hold some 170 second changes of an item.
std::string kilobyte_stream_event(std::size_t records);

}  // namespace bench
