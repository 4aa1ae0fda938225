// Any bytes as the event of a DynamoDB stream: a record that is sound in the event is sound alone,
// and the other way round.
#include "common/dynamodb/change_record.h"
#include "common/event/dynamodb_event.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto records = event::parse_dynamodb_event(text);
    if (!records) {
        fuzz::expect(records.error().kind == base::ErrorKind::event_invalid);
        return 0;
    }
    for (const event::DynamodbEventRecord& record : *records) {
        const auto alone = dynamodb::parse_change_record(record.text);
        fuzz::expect(alone.ok() == record.record.ok());
        if (alone.ok()) {
            fuzz::expect(alone->sequence_number == record.sequence_number);
            fuzz::expect(alone->new_image == record.record->new_image);
            fuzz::expect(alone->text == record.record->text);
        } else {
            fuzz::expect(alone.error().message == record.record.error().message);
        }
    }
    return 0;
}
