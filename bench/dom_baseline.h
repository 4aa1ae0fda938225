// The two stream functions' work done the usual C++ way, as the alternative that the benches in
// process stand against: RapidJSON's tree (in place where that can be, its memory used again), its
// writer, and lakefeed's own base64 and digests. Default settings only.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

// From the bytes of a Firehose event to the bytes of the response; empty where a record cannot be
// read.
std::string dom_transform(std::string_view event);

// From the bytes of a DynamoDB stream's event to the bodies of PutRecords requests of 500 records;
// empty where a record cannot be read.
std::vector<std::string> dom_forward(std::string_view event);

}  // namespace bench
