#include "tests/functions/stream_to_kinesis/stream_records.h"

#include <fmt/format.h>

namespace tests {

std::string sequence_number(std::size_t number) {
    return fmt::format("4421584500000000000000{:03}", number);
}

std::string record_json(const StreamRecord& record) {
    const std::string image = fmt::format(R"({{"pk":{{"S":"{}"}},"n":{{"N":"{}"}}{}}})", record.key,
                                          record.number, record.extra);
    return fmt::format(
        R"({{"eventID":"id{}","eventName":"{}","eventVersion":"1.1","eventSource":"aws:dynamodb",)"
        R"("awsRegion":"us-east-1",{}"dynamodb":{{"ApproximateCreationDateTime":1795136390,)"
        R"("Keys":{{"pk":{{"S":"{}"}}}},"{}":{},"SequenceNumber":"{}","SizeBytes":26,)"
        R"("StreamViewType":"NEW_AND_OLD_IMAGES"}},)"
        R"("eventSourceARN":"arn:aws:dynamodb:us-east-1:123456789012:table/{}/stream/2026-11-01T00:00:00.000"}})",
        record.number, record.event_name,
        record.ttl_delete
            ? R"("userIdentity":{"type":"Service","principalId":"dynamodb.amazonaws.com"},)"
            : "",
        record.key, record.event_name == "REMOVE" ? "OldImage" : "NewImage", image,
        sequence_number(record.number), record.table);
}

std::string event_json(const std::vector<std::string>& records) {
    std::string event = R"({"Records":[)";
    for (const std::string& record : records) {
        if (event.back() != '[') event += ',';
        event += record;
    }
    return event + "]}";
}

}  // namespace tests
