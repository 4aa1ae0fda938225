#include "runtime/local/stream_source_record.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "common/base/json_text.h"
#include "common/dynamodb/event_time.h"
#include "common/dynamodb/json_scanner.h"

namespace local {
namespace {

using dynamodb::JsonKind;
using dynamodb::JsonScanner;

constexpr std::size_t kMillisecondDigits = 3;
// Below this many digits of whole seconds Java prints no exponent.
constexpr std::size_t kPlainDigitsMax = 7;

// Appends members to one object that stands open.
class MemberList {
  public:
    explicit MemberList(std::string& out) : out_(out) { out_ += '{'; }
    void add(std::string_view name, std::string_view json) {
        out_.append(first_ ? "\"" : ",\"").append(name).append("\":").append(json);
        first_ = false;
    }
    void close() { out_ += '}'; }

  private:
    std::string& out_;
    bool first_ = true;
};

// The members' order is not part of a key, so they are sorted by name.
std::string key_text(JsonScanner scanner) {
    std::vector<std::pair<std::string_view, std::string_view>> members;
    std::string_view name;
    scanner.open_object();
    while (scanner.next_member(name))
        members.emplace_back(name, scanner.skip_value());
    std::ranges::sort(members);
    std::string text;
    for (const auto& [member, value] : members)
        text.append(member).append("\n").append(value).append("\n");
    return text;
}

struct Change {
    std::string json = {};
    StreamRecord record = {};
    bool has_time = false;
};

// The `dynamodb` member.
Change read_change(JsonScanner& scanner) {
    Change change;
    MemberList members(change.json);
    std::string_view name;
    scanner.open_object();
    while (scanner.next_member(name)) {
        const JsonKind kind = scanner.kind();
        const std::string_view value = scanner.skip_value();
        if (name == "ApproximateCreationDateTime") {
            const auto time_ms = dynamodb::parse_epoch_ms(value, dynamodb::TimeUnit::seconds);
            change.has_time = time_ms.has_value();
            change.record.arrival_ms = time_ms.value_or(0);
            members.add(name, lambda_seconds(change.record.arrival_ms));
            continue;
        }
        if (name == "Keys" && kind == JsonKind::object)
            change.record.key = key_text(JsonScanner(value));
        if (name == "SequenceNumber" && kind == JsonKind::string)
            change.record.sequence_number =
                dynamodb::unescape_json(value.substr(1, value.size() - 2));
        members.add(name, value);
    }
    members.close();
    return change;
}

// {"PrincipalId":…,"Type":…} with small first letters.
std::string read_identity(JsonScanner& scanner) {
    std::string json;
    MemberList members(json);
    std::string_view name;
    scanner.open_object();
    while (scanner.next_member(name)) {
        const std::string_view value = scanner.skip_value();
        members.add(name == "PrincipalId" ? "principalId" : name == "Type" ? "type" : name, value);
    }
    members.close();
    return json;
}

}  // namespace

std::string lambda_seconds(base::EpochMs time_ms) {
    std::string digits = std::to_string(time_ms);
    if (time_ms < 0 || digits.size() <= kPlainDigitsMax + kMillisecondDigits) {
        std::string plain = fmt::format("{:.3f}", static_cast<double>(time_ms) / 1000.0);
        while (plain.ends_with('0') && !plain.ends_with(".0"))
            plain.pop_back();
        return plain;
    }
    const std::size_t exponent = digits.size() - kMillisecondDigits - 1;
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.size() == 1) digits += '0';
    return fmt::format("{}.{}E{}", digits.front(), std::string_view(digits).substr(1), exponent);
}

base::Result<StreamRecord> read_stream_record(std::string_view api_record,
                                              std::string_view stream_arn) {
    JsonScanner scanner(api_record);
    std::string json;
    MemberList members(json);
    Change change;
    std::string_view name;
    scanner.open_object();
    while (scanner.next_member(name)) {
        const JsonKind kind = scanner.kind();
        if (name == "dynamodb" && kind == JsonKind::object) {
            change = read_change(scanner);
            members.add(name, change.json);
        } else if (name == "userIdentity" && kind == JsonKind::object) {
            members.add(name, read_identity(scanner));
        } else if (name == "userIdentity" && kind == JsonKind::null) {
            scanner.read_null();
        } else {
            members.add(name, scanner.skip_value());
        }
    }
    scanner.expect_end();
    if (!scanner.ok()) return scanner.error("a record of GetRecords");
    if (change.record.key.empty() || change.record.sequence_number.empty() || !change.has_time)
        return base::Error{base::ErrorKind::data_invalid,
                           "a record of GetRecords: it lacks Keys, SequenceNumber or "
                           "ApproximateCreationDateTime"};
    std::string arn;
    base::append_json_text(arn, stream_arn);
    members.add("eventSourceARN", arn);
    members.close();
    change.record.json = std::move(json);
    return std::move(change.record);
}

}  // namespace local
