#include "common/event/dynamodb_event.h"

#include <fmt/format.h>

#include "common/dynamodb/json_scanner.h"

namespace event {
namespace {

// A record whose boundaries are found by its brackets, to tell what is wrong with it alone.
DynamodbEventRecord read_faulty_record(dynamodb::JsonScanner& scanner) {
    const std::string_view text = scanner.skip_balanced();
    auto record = dynamodb::parse_change_record(text);
    const std::string_view sequence_number =
        record ? record->sequence_number : dynamodb::find_sequence_number(text);
    return {text, sequence_number, std::move(record)};
}

void read_records(dynamodb::JsonScanner& scanner,
                  const std::function<void(const DynamodbEventRecord&)>& take) {
    scanner.open_array();
    while (scanner.next_element()) {
        scanner.kind();  // to stand right before the record
        auto record = dynamodb::parse_leading_change_record(scanner.rest());
        if (record) {
            scanner.pass_checked(record->text.size());
            take({record->text, record->sequence_number, std::move(record)});
        } else {
            take(read_faulty_record(scanner));
        }
    }
}

}  // namespace

base::Result<base::Done> read_dynamodb_event(
    std::string_view event, const std::function<void(const DynamodbEventRecord&)>& take) {
    bool found = false;
    dynamodb::JsonScanner scanner(event);
    std::string_view name;
    scanner.open_object();
    while (scanner.next_member(name)) {
        if (name != "Records") {
            scanner.skip_value();
            continue;
        }
        if (found) scanner.fail("Records stands twice");
        found = true;
        read_records(scanner, take);
    }
    scanner.expect_end();
    if (scanner.ok() && !found) scanner.fail("no Records");
    if (scanner.ok()) return base::Done{};
    return base::Error{base::ErrorKind::event_invalid,
                       scanner.error("the DynamoDB stream event").message};
}

base::Result<std::vector<DynamodbEventRecord>> parse_dynamodb_event(std::string_view event) {
    std::vector<DynamodbEventRecord> records;
    const auto read = read_dynamodb_event(
        event, [&records](const DynamodbEventRecord& record) { records.push_back(record); });
    if (!read) return read.error();
    return records;
}

}  // namespace event
