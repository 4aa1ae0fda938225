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

// By `images` where it takes it.
std::string_view read_image(JsonScanner& scanner, ImageReader* images, ImageKind kind,
                            const ChangeRecord& record) {
    if (images != nullptr && scanner.kind() == JsonKind::object) {
        const std::string_view rest = scanner.rest();
        const std::size_t bytes = images->read(kind, record, rest);
        scanner.pass_checked(bytes);
        if (bytes > 0) return rest.substr(0, bytes);
    }
    return read_object(scanner);
}

// The members of `dynamodb` that are read; `none` of them where it is another.
enum class Inner { keys, new_image, old_image, time, precision, sequence_number, none };

Inner inner_of(std::string_view name) {
    if (name == "Keys") return Inner::keys;
    if (name == "NewImage") return Inner::new_image;
    if (name == "OldImage") return Inner::old_image;
    if (name == "SequenceNumber") return Inner::sequence_number;
    if (name == "ApproximateCreationDateTime") return Inner::time;
    if (name == "ApproximateCreationDateTimePrecision") return Inner::precision;
    return Inner::none;
}

void read_dynamodb(JsonScanner& scanner, ChangeRecord& record, Raw& raw, ImageReader* images) {
    MembersSeen seen;
    std::string_view name;
    scanner.open_object();
    while (scanner.next_member(name)) {
        const Inner member = inner_of(name);
        if (member != Inner::none) seen.note(scanner, static_cast<std::size_t>(member));
        switch (member) {
            case Inner::keys:
                record.keys = read_object(scanner);
                break;
            case Inner::new_image:
                record.new_image = read_image(scanner, images, ImageKind::new_image, record);
                break;
            case Inner::old_image:
                record.old_image = read_image(scanner, images, ImageKind::old_image, record);
                break;
            case Inner::time:
                raw.creation_time = read_creation_time(scanner);
                break;
            case Inner::precision:
                raw.creation_time_precision = read_text(scanner);
                break;
            case Inner::sequence_number:
                record.sequence_number = read_sequence_number(scanner);
                break;
            case Inner::none:
                scanner.skip_value();
        }
    }
    raw.has_dynamodb = true;
}

// The members of the record that are read; `none` of them where it is another.
enum class Outer { event_id, event_name, arn, table_name, format, identity, dynamodb, none };

Outer outer_of(std::string_view name) {
    if (name == "eventID") return Outer::event_id;
    if (name == "eventName") return Outer::event_name;
    if (name == "dynamodb") return Outer::dynamodb;
    if (name == "tableName") return Outer::table_name;
    if (name == "eventSourceARN") return Outer::arn;
    if (name == "recordFormat") return Outer::format;
    if (name == "userIdentity") return Outer::identity;
    return Outer::none;
}

void read_record(JsonScanner& scanner, ChangeRecord& record, Raw& raw, ImageReader* images) {
    MembersSeen seen;
    std::string_view name;
    scanner.open_object();
    while (scanner.next_member(name)) {
        const Outer member = outer_of(name);
        if (member != Outer::none) seen.note(scanner, static_cast<std::size_t>(member));
        switch (member) {
            case Outer::event_id:
                record.event_id = read_text(scanner);
                break;
            case Outer::event_name:
                record.event_name = read_text(scanner);
                break;
            case Outer::arn:
                record.event_source_arn = read_text(scanner);
                break;
            case Outer::table_name:
                record.has_table_name = true;
                raw.named_table = read_text(scanner);
                break;
            case Outer::format:
                record.record_format = read_text(scanner);
                break;
            case Outer::identity:
                read_user_identity(scanner, record, raw);
                break;
            case Outer::dynamodb:
                read_dynamodb(scanner, record, raw, images);
                break;
            case Outer::none:
                scanner.skip_value();
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
std::optional<base::Error> judge(ChangeRecord& record, const Raw& raw) {
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
    return std::nullopt;
}

// The fault, if any. `whole`: nothing may follow the record.
std::optional<base::Error> parse(std::string_view text, bool whole, ImageReader* images,
                                 ChangeRecord& record) {
    JsonScanner scanner(text);
    Raw raw;
    read_record(scanner, record, raw, images);
    if (whole) scanner.expect_end();
    if (!scanner.ok()) return scanner.error("the change record");
    record.text = whole ? text : scanner.passed_since(0);
    return judge(record, raw);
}

}  // namespace

base::Result<ChangeRecord> parse_change_record(std::string_view text) {
    ChangeRecord record;
    if (auto fault = parse(text, true, nullptr, record)) return *std::move(fault);
    return record;
}

base::Result<ChangeRecord> parse_leading_change_record(std::string_view text) {
    ChangeRecord record;
    if (auto fault = parse(text, false, nullptr, record)) return *std::move(fault);
    return record;
}

std::optional<base::Error> parse_change_record(std::string_view text, ImageReader& images,
                                               ChangeRecord& record) {
    return parse(text, true, &images, record);
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
    // The parts are short, and there is one ARN for each record: no call to search them.
    const auto take_until = [&arn](char mark) {
        std::size_t size = 0;
        while (size < arn.size() && arn[size] != mark)
            ++size;
        const std::string_view part = arn.substr(0, size);
        arn.remove_prefix(std::min(size + 1, arn.size()));
        return part;
    };
    if (take_until(':') != "arn") return {};
    take_until(':');  // the partition
    if (take_until(':') != "dynamodb") return {};
    take_until(':');  // the region
    take_until(':');  // the account
    if (!arn.starts_with(kResource)) return {};
    arn.remove_prefix(kResource.size());
    const std::string_view name = take_until('/');
    return is_table_name(name) ? name : std::string_view();
}

}  // namespace dynamodb
