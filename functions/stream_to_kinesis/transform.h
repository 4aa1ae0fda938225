// One change -> what Kinesis gets: stream, partition key and data.
//
// native: the stream record's own members, their bytes unchanged, and those of DynamoDB's native
// Kinesis feed that it lacks: {…,"tableName":"orders","recordFormat":"application/json"}.
// line:   the change line, with its newline (change_line.h).
//
// The partition key of an item is the SHA-256, in lower-case hex, of its key attributes sorted by
// name (by the names' bytes), each as three texts in UTF-8: name, type tag and value as the stream
// writes it (N in its digits, B in base64), and each text as its length in bytes, a colon, and
// itself. {"pk":{"S":"a"},"n":{"N":"12"}} gives sha256("1:n1:N2:122:pk1:S1:a"). In Python:
//   "".join(f"{len(t.encode())}:{t}" for name in sorted(keys, key=str.encode)
//           for tag, value in keys[name].items() for t in (name, tag, value))
#pragma once

#include <string>
#include <string_view>

#include "common/base/random.h"
#include "common/base/result.h"
#include "common/dynamodb/change_line.h"
#include "common/dynamodb/change_record.h"
#include "functions/stream_to_kinesis/config.h"
#include "functions/stream_to_kinesis/send.h"

namespace stream_to_kinesis {

// The partition key of the item whose key attributes these are ("Keys" of the record). Kind
// data_invalid where they are no key.
base::Result<std::string> item_key(std::string_view keys);

class Transform {
  public:
    // Both outlive it.
    Transform(const Config& config, base::Random& random)
        : config_(&config), random_(&random), line_(config.line) {}

    // `item` is the record's item_key. Kind data_invalid where the record can never be sent: it has
    // no table name where one is needed, no such image, or is larger than the stream's limit.
    base::Result<OutgoingRecord> apply(const dynamodb::ChangeRecord& record, std::string item);

  private:
    base::Result<std::string> data_of(const dynamodb::ChangeRecord& record);

    const Config* config_;
    base::Random* random_;
    dynamodb::ChangeLineWriter line_;
};

}  // namespace stream_to_kinesis
