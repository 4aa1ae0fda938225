#include "functions/stream_to_kinesis/quarantine_record.h"

#include "common/codec/base64.h"
#include "common/codec/json.h"
#include "common/dynamodb/json_scanner.h"

namespace stream_to_kinesis {

RecordOrigin find_origin(std::string_view record) {
    RecordOrigin origin;
    dynamodb::JsonScanner scanner(record);
    std::string_view name;
    scanner.open_object();
    while (scanner.next_member(name)) {
        const bool is_arn = name == "eventSourceARN";
        if ((!is_arn && name != "eventID") || scanner.kind() != dynamodb::JsonKind::string) {
            scanner.skip_balanced();
            continue;
        }
        const std::string_view text = scanner.read_string();
        if (!scanner.ok()) break;
        (is_arn ? origin.event_source_arn : origin.event_id) = dynamodb::unescape_json(text);
    }
    return origin;
}

std::string quarantine_line(const QuarantineRecord& record, const RecordOrigin& origin,
                            base::EpochMs now_ms) {
    codec::JsonWriter json;
    json.begin_object().member("reason", record.reason);
    const auto add = [&json](std::string_view name, std::string_view value) {
        if (!value.empty()) json.member(name, value);
    };
    add("eventSourceARN", origin.event_source_arn);
    add("sequence_number", record.sequence_number);
    add("event_id", origin.event_id);
    json.member("quarantined_at", base::format_iso8601(now_ms));
    // Base64 needs no escapes, and is nearly all of the line.
    json.key("record").raw('"' + codec::base64_encode(record.text) + '"').end_object();
    return json.take();
}

}  // namespace stream_to_kinesis
