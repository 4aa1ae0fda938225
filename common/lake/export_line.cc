#include "common/lake/export_line.h"

#include <bitset>

#include "common/dynamodb/event_time.h"
#include "common/dynamodb/json_scanner.h"

namespace lake {
namespace {

using dynamodb::ChangeRecord;
using dynamodb::JsonKind;
using dynamodb::JsonScanner;
using dynamodb::Operation;

constexpr std::string_view kWhat = "the export's line";

enum class Member { item, metadata, keys, new_image, old_image, other };

Member member_of(std::string_view name) {
    if (name == "Item") return Member::item;
    if (name == "Metadata") return Member::metadata;
    if (name == "Keys") return Member::keys;
    if (name == "NewImage") return Member::new_image;
    if (name == "OldImage") return Member::old_image;
    return Member::other;
}

std::string_view read_object(JsonScanner& scanner) {
    if (scanner.kind() != JsonKind::object) scanner.fail("no object where one belongs");
    return scanner.skip_value();
}

// A number, a text, or {"N":"…"}.
std::string_view read_time(JsonScanner& scanner) {
    if (scanner.kind() == JsonKind::number) return scanner.read_number();
    if (scanner.kind() == JsonKind::string) return scanner.read_string();
    std::string_view time;
    std::string_view name;
    scanner.open_object();
    while (scanner.next_member(name)) {
        if (name != "N" || !time.empty()) scanner.fail("a WriteTimestampMicros that is no number");
        time = scanner.read_string();
    }
    return time;
}

void read_metadata(JsonScanner& scanner, std::string_view& time) {
    std::string_view name;
    scanner.open_object();
    while (scanner.next_member(name)) {
        if (name != "WriteTimestampMicros") {
            scanner.skip_value();
            continue;
        }
        if (!time.empty()) scanner.fail("a member stands twice");
        time = read_time(scanner);
    }
}

// The members of a line, as they stand there.
struct Line {
    std::string_view item;
    std::string_view keys;
    std::string_view new_image;
    std::string_view old_image;
    std::string_view time;
};

void read_line(JsonScanner& scanner, Line& line) {
    std::bitset<8> seen;
    std::string_view name;
    scanner.open_object();
    while (scanner.next_member(name)) {
        const Member member = member_of(name);
        const auto index = static_cast<std::size_t>(member);
        if (member != Member::other && seen[index]) scanner.fail("a member stands twice");
        seen[index] = true;
        switch (member) {
            case Member::item:
                line.item = read_object(scanner);
                break;
            case Member::metadata:
                read_metadata(scanner, line.time);
                break;
            case Member::keys:
                line.keys = read_object(scanner);
                break;
            case Member::new_image:
                line.new_image = read_object(scanner);
                break;
            case Member::old_image:
                line.old_image = read_object(scanner);
                break;
            case Member::other:
                scanner.skip_value();
        }
    }
    scanner.expect_end();
}

base::Error faulty(std::string_view reason) {
    return {base::ErrorKind::data_invalid, std::string(kWhat).append(": ").append(reason)};
}

base::Result<ChangeRecord> full_record(const Line& line, const ExportSummary& summary) {
    if (line.item.empty()) return faulty("a full export's line without Item");
    if (!line.keys.empty() || !line.new_image.empty() || !line.old_image.empty())
        return faulty("a full export's line with Keys, NewImage or OldImage");
    return item_record(line.item, summary);
}

base::Result<ChangeRecord> incremental_record(const Line& line, const ExportSummary& summary) {
    if (!line.item.empty()) return faulty("an incremental export's line with Item");
    if (line.keys.empty()) return faulty("an incremental export's line without Keys");
    if (line.time.empty()) return faulty("no WriteTimestampMicros");
    ChangeRecord record;
    record.keys = line.keys;
    record.new_image = line.new_image;
    record.old_image = line.old_image;
    record.event_time_ms = dynamodb::parse_epoch_ms(line.time, dynamodb::TimeUnit::microseconds);
    if (!record.event_time_ms) return faulty("a WriteTimestampMicros that is no time");
    const bool is_insert = line.old_image.empty() && summary.view == ExportView::new_and_old_images;
    record.operation = line.new_image.empty() ? Operation::remove
                       : is_insert            ? Operation::insert
                                              : Operation::modify;
    record.event_name = line.new_image.empty() ? "REMOVE" : is_insert ? "INSERT" : "MODIFY";
    record.table_name = summary.table_name;
    return record;
}

}  // namespace

ChangeRecord item_record(std::string_view item, const ExportSummary& summary) {
    ChangeRecord record;
    record.operation = Operation::insert;
    record.event_name = "INSERT";
    record.table_name = summary.table_name;
    record.new_image = item;
    record.event_time_ms = summary.export_time_ms;
    return record;
}

base::Result<ChangeRecord> parse_export_line(std::string_view line, const ExportSummary& summary) {
    JsonScanner scanner(line);
    Line members;
    read_line(scanner, members);
    if (!scanner.ok()) return scanner.error(kWhat);
    auto record = summary.kind == ExportKind::full ? full_record(members, summary)
                                                   : incremental_record(members, summary);
    if (record) record->text = line;
    return record;
}

}  // namespace lake
