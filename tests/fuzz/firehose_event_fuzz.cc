// Any bytes as a Firehose event: it is refused, or each of its records is answered once, in order,
// with the same bytes again.
#include "common/event/firehose_event.h"
#include "functions/firehose_transform/config.h"
#include "functions/firehose_transform/response.h"
#include "functions/firehose_transform/transform.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto records = event::parse_firehose_event(text);
    if (!records) {
        fuzz::expect(records.error().kind == base::ErrorKind::event_invalid);
        return 0;
    }
    firehose_transform::Config config;
    config.table_name = "t";
    firehose_transform::RecordTransform transform(config);
    const auto response = firehose_transform::transform_batch(*records, transform);
    fuzz::expect(response.ok());
    fuzz::expect(response->ok + response->dropped + response->failed.size() == records->size());
    std::size_t at = 0;
    for (const event::FirehoseRecord& record : *records) {
        const std::string answer = R"({"recordId":")" + std::string(record.record_id) + '"';
        at = response->body.find(answer, at);
        fuzz::expect(at != std::string::npos);
        at += answer.size();
    }
    // Half the room: still every record, or an error.
    const std::size_t room = response->body.size() / 2;
    const auto less = firehose_transform::transform_batch(*records, transform, room);
    if (less.ok() && !records->empty()) fuzz::expect(less->body.size() <= room);
    fuzz::expect(firehose_transform::transform_batch(*records, transform)->body == response->body);
    return 0;
}
