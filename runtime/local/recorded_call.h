// One request that a function sent to a local server, as expected.json writes it down.
#pragma once

#include <string>

namespace local {

struct RecordedCall {
    std::string service = {};    // the credential scope's word: "dynamodb", "s3"; or "snowflake"
    std::string operation = {};  // "PutRecords"; "statements" for the SQL API
    std::string body = {};       // as it was sent
};

}  // namespace local
