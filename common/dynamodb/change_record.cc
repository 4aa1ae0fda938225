#include "common/dynamodb/change_record.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <span>

#include <fmt/format.h>

#include "common/dynamodb/event_time.h"
#include "common/dynamodb/json_scanner.h"

namespace dynamodb {
namespace {

constexpr std::size_t kSequenceNumberDigitsMax = 40;
constexpr std::size_t kTableNameBytesMax = 255;
constexpr std::string_view kTtlPrincipal = "dynamodb.amazonaws.com";

base::Error faulty(std::string_view reason) {
    return {base::ErrorKind::data_invalid, fmt::format("the change record: {}", reason)};
}

bool is_sequence_number(std::string_view text) {
    return !text.empty() && text.size() <= kSequenceNumberDigitsMax &&
           text.find_first_not_of("0123456789") == std::string_view::npos;
}

// What is judged once the whole record was read.
struct Raw {
    std::string_view named_table;
    std::string_view identity_type;
    std::string_view principal_id;
    std::string_view creation_time;
    std::string_view creation_time_precision;
    bool has_dynamodb = false;
};

// A member that stands twice is a fault: which of the two counts would be a guess.
class MembersSeen {
  public:
    void note(JsonScanner& scanner, std::size_t index) {
        if (seen_[index]) scanner.fail("a member stands twice");
        seen_[index] = true;
    }

  private:
    std::bitset<16> seen_;
};

std::size_t index_of(std::string_view name, std::span<const std::string_view> names) {
    return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

// Nothing where the value is null.
std::string_view read_text(JsonScanner& scanner) {
    if (scanner.kind() != JsonKind::null) return scanner.read_string();
    scanner.read_null();
    return {};
}

std::string_view read_object(JsonScanner& scanner) {
    const JsonKind kind = scanner.kind();
    if (kind != JsonKind::object && kind != JsonKind::null)
        scanner.fail("no object where one belongs");
    const std::string_view value = scanner.skip_value();
    return kind == JsonKind::object ? value : std::string_view();
}

// Streams writes "type" and "principalId", the API model "Type" and "PrincipalId".
void read_user_identity(JsonScanner& scanner, ChangeRecord& record, Raw& raw) {
    static constexpr std::array<std::string_view, 4> kNames = {"type", "Type", "principalId",
                                                               "PrincipalId"};
    const JsonKind kind = scanner.kind();
    const std::size_t begin = scanner.offset();
    if (kind == JsonKind::null) {
        scanner.read_null();
    } else {
        MembersSeen seen;
        std::string_view name;
        scanner.open_object();
        while (scanner.next_member(name)) {
            const std::size_t index = index_of(name, kNames);
            if (index == kNames.size()) {
                scanner.skip_value();
                continue;
            }
            seen.note(scanner, index / 2);
            (index < 2 ? raw.identity_type : raw.principal_id) = read_text(scanner);
        }
    }
    record.user_identity = scanner.passed_since(begin);
}

// A number, or a text that holds one.
std::string_view read_creation_time(JsonScanner& scanner) {
    return scanner.kind() == JsonKind::string ? scanner.read_string() : scanner.read_number();
}

std::string_view read_sequence_number(JsonScanner& scanner) {
    const std::string_view number = scanner.read_string();
    if (!is_sequence_number(number)) scanner.fail("a SequenceNumber that is not 1 to 40 digits");
    return number;
}

// Gives false where it is left to be passed over.
bool read_image(JsonScanner& scanner, ImageReader* images, ImageKind kind, ChangeRecord& record) {
    if (images == nullptr || scanner.kind() != JsonKind::object) return false;
    const std::string_view rest = scanner.rest();
    const std::size_t bytes = images->read(kind, record, rest);
    if (bytes == 0) return false;
    (kind == ImageKind::new_image ? record.new_image : record.old_image) = rest.substr(0, bytes);
    scanner.pass_checked(bytes);
    return true;
}

void read_dynamodb(JsonScanner& scanner, ChangeRecord& record, Raw& raw, ImageReader* images) {
    struct Member {
        std::string_view name;
        std::string_view* value;
        std::string_view (*read)(JsonScanner&);
    };
    const std::array<Member, 6> members = {{
        {"Keys", &record.keys, read_object},
        {"NewImage", &record.new_image, read_object},
        {"OldImage", &record.old_image, read_object},
        {"ApproximateCreationDateTime", &raw.creation_time, read_creation_time},
        {"ApproximateCreationDateTimePrecision", &raw.creation_time_precision, read_text},
        {"SequenceNumber", &record.sequence_number, read_sequence_number},
    }};
    MembersSeen seen;
    std::string_view name;
    scanner.open_object();
    while (scanner.next_member(name)) {
        const auto* member = std::find_if(members.begin(), members.end(),
                                          [&](const Member& one) { return one.name == name; });
        if (member == members.end()) {
            scanner.skip_value();
            continue;
        }
        seen.note(scanner, static_cast<std::size_t>(member - members.begin()));
        if (member->value == &record.new_image &&
            read_image(scanner, images, ImageKind::new_image, record))
            continue;
        if (member->value == &record.old_image &&
            read_image(scanner, images, ImageKind::old_image, record))
            continue;
        *member->value = member->read(scanner);
    }
    raw.has_dynamodb = true;
}

void read_record(JsonScanner& scanner, ChangeRecord& record, Raw& raw, ImageReader* images) {
    static constexpr std::array<std::string_view, 7> kNames = {
        "eventID",      "eventName",    "eventSourceARN", "tableName",
        "recordFormat", "userIdentity", "dynamodb"};
    const std::array<std::string_view*, 5> texts = {&record.event_id, &record.event_name,
                                                    &record.event_source_arn, &raw.named_table,
                                                    &record.record_format};
    MembersSeen seen;
    std::string_view name;
    scanner.open_object();
    while (scanner.next_member(name)) {
        const std::size_t index = index_of(name, kNames);
        if (index == kNames.size()) {
            scanner.skip_value();
            continue;
        }
        seen.note(scanner, index);
        if (name == "tableName") record.has_table_name = true;
        if (index < texts.size()) {
            *texts[index] = read_text(scanner);
        } else if (name == "dynamodb") {
            read_dynamodb(scanner, record, raw, images);
        } else {
            read_user_identity(scanner, record, raw);
        }
    }
}

std::optional<Operation> operation_of(std::string_view event_name) {
    if (event_name == "INSERT") return Operation::insert;
    if (event_name == "MODIFY") return Operation::modify;
    if (event_name == "REMOVE") return Operation::remove;
    return std::nullopt;
}

std::optional<TimeUnit> unit_of(std::string_view precision) {
    if (precision.empty()) return TimeUnit::by_size;
    if (precision == "MILLISECOND") return TimeUnit::milliseconds;
    if (precision == "MICROSECOND") return TimeUnit::microseconds;
    return std::nullopt;
}

// What a record of sound JSON must be besides.
base::Result<ChangeRecord> judge(ChangeRecord& record, const Raw& raw) {
    if (!raw.has_dynamodb) return faulty("no dynamodb member");

    const auto operation = operation_of(record.event_name);
    if (!operation) return faulty("an eventName that is not INSERT, MODIFY or REMOVE");
    record.operation = *operation;

    const auto unit = unit_of(raw.creation_time_precision);
    if (!unit) return faulty("an unknown ApproximateCreationDateTimePrecision");
    if (!raw.creation_time.empty()) {
        record.event_time_ms = parse_epoch_ms(raw.creation_time, *unit);
        if (!record.event_time_ms) return faulty("an ApproximateCreationDateTime that is no time");
    }
    record.table_name = is_table_name(raw.named_table) ? raw.named_table
                                                       : table_name_of_arn(record.event_source_arn);
    record.ttl_delete = record.operation == Operation::remove && raw.identity_type == "Service" &&
                        raw.principal_id == kTtlPrincipal;
    return record;
}

base::Result<ChangeRecord> parse_whole(std::string_view text, ImageReader* images) {
    JsonScanner scanner(text);
    ChangeRecord record;
    Raw raw;
    read_record(scanner, record, raw, images);
    scanner.expect_end();
    if (!scanner.ok()) return scanner.error("the change record");
    record.text = text;
    return judge(record, raw);
}

}  // namespace

base::Result<ChangeRecord> parse_change_record(std::string_view text) {
    return parse_whole(text, nullptr);
}

base::Result<ChangeRecord> parse_change_record(std::string_view text, ImageReader& images) {
    return parse_whole(text, &images);
}

base::Result<ChangeRecord> parse_leading_change_record(std::string_view text) {
    JsonScanner scanner(text);
    ChangeRecord record;
    Raw raw;
    read_record(scanner, record, raw, nullptr);
    if (!scanner.ok()) return scanner.error("the change record");
    record.text = scanner.passed_since(0);
    return judge(record, raw);
}

std::string_view find_sequence_number(std::string_view text) {
    JsonScanner scanner(text);
    std::string_view name;
    scanner.open_object();
    while (scanner.next_member(name)) {
        if (name != "dynamodb" || scanner.kind() != JsonKind::object) {
            scanner.skip_balanced();
            continue;
        }
        scanner.open_object();
        while (scanner.next_member(name)) {
            if (name != "SequenceNumber" || scanner.kind() != JsonKind::string) {
                scanner.skip_balanced();
                continue;
            }
            const std::string_view number = scanner.read_string();
            return is_sequence_number(number) ? number : std::string_view();
        }
    }
    return {};
}

std::strong_ordering compare_sequence_numbers(std::string_view left, std::string_view right) {
    const auto trim = [](std::string_view number) {
        return number.substr(std::min(number.find_first_not_of('0'), number.size()));
    };
    left = trim(left);
    right = trim(right);
    if (left.size() != right.size()) return left.size() <=> right.size();
    return left.compare(right) <=> 0;
}

bool is_table_name(std::string_view name) {
    return !name.empty() && name.size() <= kTableNameBytesMax &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '-' || c == '.';
           });
}

std::string_view table_name_of_arn(std::string_view arn) {
    static constexpr std::string_view kResource = "table/";
    for (int part = 0; part < 5; ++part) {
        const std::size_t colon = arn.find(':');
        if (colon == std::string_view::npos) return {};
        const std::string_view word = arn.substr(0, colon);
        if ((part == 0 && word != "arn") || (part == 2 && word != "dynamodb")) return {};
        arn.remove_prefix(colon + 1);
    }
    if (arn.substr(0, kResource.size()) != kResource) return {};
    arn.remove_prefix(kResource.size());
    const std::string_view name = arn.substr(0, arn.find('/'));
    return is_table_name(name) ? name : std::string_view();
}

}  // namespace dynamodb
