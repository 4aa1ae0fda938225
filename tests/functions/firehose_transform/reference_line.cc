#include "tests/functions/firehose_transform/reference_line.h"

#include <algorithm>
#include <set>
#include <vector>

#include "common/base/log.h"
#include "common/codec/json.h"
#include "common/dynamodb/change_record.h"
#include "common/dynamodb/event_time.h"

namespace tests {
namespace {

using codec::JsonValue;
using codec::text_of;

bool is_number(std::string_view text) {
    std::size_t at = 0;
    const auto digits = [&] {
        const std::size_t first = at;
        while (at < text.size() && text[at] >= '0' && text[at] <= '9')
            ++at;
        return at - first;
    };
    const auto next_in = [&](std::string_view set) {
        return at < text.size() && set.find(text[at]) != std::string_view::npos;
    };
    if (next_in("-")) ++at;
    const bool leading_zero = next_in("0");
    const std::size_t whole = digits();
    if (whole == 0 || (leading_zero && whole > 1)) return false;
    if (next_in(".")) {
        ++at;
        if (digits() == 0) return false;
    }
    if (next_in("eE")) {
        ++at;
        if (next_in("+-")) ++at;
        if (digits() == 0) return false;
    }
    return at == text.size();
}

bool is_base64(std::string_view text) {
    static constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if (text.size() % 4 != 0) return false;
    const std::size_t padding =
        text.ends_with("==") ? 2 : static_cast<std::size_t>(text.ends_with('='));
    const std::string_view digits = text.substr(0, text.size() - padding);
    if (digits.find_first_not_of(kDigits) != std::string_view::npos) return false;
    const std::size_t unused = padding == 2 ? 16 : (padding == 1 ? 4 : 1);
    return digits.empty() || kDigits.find(digits.back()) % unused == 0;
}

// All that follows gives false where the value is no such thing.
class Reference {
  public:
    Reference(bool numbers_as_text, std::string& out)
        : numbers_as_text_(numbers_as_text), out_(out) {}

    bool members(const JsonValue& image, std::set<std::string>& names) {
        bool first = true;
        for (const auto& member : image.GetObject()) {
            if (!names.emplace(text_of(member.name)).second) return false;
            if (!first) out_ += ',';
            first = false;
            base::append_json_text(out_, text_of(member.name));
            out_ += ':';
            if (!value(member.value)) return false;
        }
        return true;
    }

  private:
    bool value(const JsonValue& typed) {
        if (!typed.IsObject() || typed.MemberCount() != 1) return false;
        const std::string_view tag = text_of(typed.MemberBegin()->name);
        const JsonValue& inner = typed.MemberBegin()->value;
        if (tag == "S") return text(inner);
        if (tag == "N") return number(inner);
        if (tag == "B") return binary(inner);
        if (tag == "BOOL") {
            if (!inner.IsBool()) return false;
            out_ += inner.GetBool() ? "true" : "false";
            return true;
        }
        if (tag == "NULL") {
            out_ += "null";
            return inner.IsTrue();
        }
        if (tag == "SS") return elements(inner, &Reference::text);
        if (tag == "NS") return elements(inner, &Reference::number);
        if (tag == "BS") return elements(inner, &Reference::binary);
        if (tag == "L") return elements(inner, &Reference::value);
        if (tag != "M" || !inner.IsObject()) return false;
        std::set<std::string> names;
        out_ += '{';
        const bool good = members(inner, names);
        out_ += '}';
        return good;
    }

    bool text(const JsonValue& value) {
        if (!value.IsString()) return false;
        base::append_json_text(out_, text_of(value));
        return true;
    }

    bool number(const JsonValue& value) {
        if (!value.IsString()) return false;
        if (numbers_as_text_ || !is_number(text_of(value))) return text(value);
        out_ += text_of(value);
        return true;
    }

    bool binary(const JsonValue& value) {
        return value.IsString() && is_base64(text_of(value)) && text(value);
    }

    bool elements(const JsonValue& list, bool (Reference::*one)(const JsonValue&)) {
        if (!list.IsArray()) return false;
        out_ += '[';
        bool first = true;
        for (const JsonValue& element : list.GetArray()) {
            if (!first) out_ += ',';
            first = false;
            if (!(this->*one)(element)) return false;
        }
        out_ += ']';
        return true;
    }

    bool numbers_as_text_;
    std::string& out_;
};

// Members that stand at most once, by any of their names, and are of one of the kinds.
class Members {
  public:
    explicit Members(const JsonValue& object) : object_(object) {}

    const JsonValue* text(std::initializer_list<std::string_view> names) {
        return one(names, [](const JsonValue& value) { return value.IsString(); }, true);
    }
    const JsonValue* object(std::initializer_list<std::string_view> names) {
        return one(names, [](const JsonValue& value) { return value.IsObject(); }, true);
    }
    template <typename Is>
    const JsonValue* one(std::initializer_list<std::string_view> names, Is is, bool or_null) {
        const JsonValue* found = nullptr;
        std::size_t count = 0;
        for (const auto& member : object_.GetObject()) {
            if (std::find(names.begin(), names.end(), text_of(member.name)) == names.end())
                continue;
            ++count;
            if (is(member.value)) {
                found = &member.value;
            } else if (!or_null || !member.value.IsNull()) {
                good_ = false;
            }
        }
        good_ = good_ && count <= 1;
        return found;
    }
    [[nodiscard]] bool good() const { return good_; }

  private:
    const JsonValue& object_;
    bool good_ = true;
};

std::string_view text_or_empty(const JsonValue* value) {
    return value == nullptr ? std::string_view() : text_of(*value);
}

// What a line needs to know of a record.
struct Change {
    std::string_view operation;
    std::string_view event_id;
    std::string_view sequence;
    bool ttl_delete = false;
    const JsonValue* dynamodb = nullptr;
    const JsonValue* image = nullptr;
    dynamodb::TimeUnit unit = dynamodb::TimeUnit::by_size;
    std::optional<std::int64_t> time_ms;
};

bool read_outer(const JsonValue& record, Change& change) {
    Members outer(record);
    change.operation = text_or_empty(outer.text({"eventName"}));
    change.event_id = text_or_empty(outer.text({"eventID"}));
    for (const std::string_view name : {"eventSourceARN", "tableName", "recordFormat"})
        outer.text({name});
    const JsonValue* identity = outer.object({"userIdentity"});
    change.dynamodb =
        outer.one({"dynamodb"}, [](const JsonValue& value) { return value.IsObject(); }, false);
    if (!outer.good() || change.dynamodb == nullptr) return false;
    const bool is_remove = change.operation == "REMOVE";
    if (!is_remove && change.operation != "INSERT" && change.operation != "MODIFY") return false;
    if (identity == nullptr) return true;
    Members who(*identity);
    const bool is_service = text_or_empty(who.text({"type", "Type"})) == "Service";
    const bool is_dynamodb =
        text_or_empty(who.text({"principalId", "PrincipalId"})) == "dynamodb.amazonaws.com";
    change.ttl_delete = is_remove && is_service && is_dynamodb;
    return who.good();
}

bool read_inner(const JsonValue& dynamodb, Change& change) {
    Members inner(dynamodb);
    const JsonValue* keys = inner.object({"Keys"});
    const JsonValue* new_image = inner.object({"NewImage"});
    const JsonValue* old_image = inner.object({"OldImage"});
    change.image = change.operation == "REMOVE" ? old_image : new_image;
    if (change.image == nullptr) change.image = keys;
    const std::string_view precision =
        text_or_empty(inner.text({"ApproximateCreationDateTimePrecision"}));
    if (precision == "MILLISECOND") change.unit = dynamodb::TimeUnit::milliseconds;
    if (precision == "MICROSECOND") change.unit = dynamodb::TimeUnit::microseconds;
    if (!precision.empty() && change.unit == dynamodb::TimeUnit::by_size) return false;
    const auto is_text = [](const JsonValue& value) { return value.IsString(); };
    const auto is_time = [](const JsonValue& value) {
        return value.IsString() || value.IsNumber();
    };
    inner.one({"ApproximateCreationDateTime"}, is_time, false);
    change.sequence = text_or_empty(inner.one({"SequenceNumber"}, is_text, false));
    if (codec::find_member(dynamodb, "SequenceNumber") != nullptr &&
        (change.sequence.empty() || change.sequence.size() > 40 ||
         change.sequence.find_first_not_of("0123456789") != std::string_view::npos))
        return false;
    return inner.good() && change.image != nullptr;
}

void add_metadata(const Change& change, const dynamodb::LineSettings& settings,
                  std::set<std::string>& names, std::string& line) {
    const auto add = [&](bool wanted, std::string_view name, const std::string& json) {
        if (!wanted) return;
        std::string full = settings.metadata_prefix + std::string(name);
        while (!names.insert(full).second)
            full.insert(0, settings.metadata_prefix);
        if (line.size() > 1) line += ',';
        base::append_json_text(line, full);
        line += ":" + json;
    };
    const auto add_text = [&](bool wanted, std::string_view name, std::string_view text) {
        std::string json;
        base::append_json_text(json, text);
        add(wanted && !text.empty(), name, json);
    };
    const dynamodb::LineMetadata& wanted = settings.metadata;
    add_text(wanted.operation, "operation", change.operation);
    add_text(wanted.event_id, "event_id", change.event_id);
    add_text(wanted.sequence_number, "sequence_number", change.sequence);
    add(wanted.event_time_ms && change.time_ms.has_value(), "event_time_ms",
        std::to_string(change.time_ms.value_or(0)));
    add(wanted.ttl_delete, "ttl_delete", change.ttl_delete ? "true" : "false");
}

}  // namespace

std::string canonical_texts(std::string_view json) {
    std::string out;
    while (!json.empty()) {
        const std::size_t quote = std::min(json.find('"'), json.size());
        out += json.substr(0, quote);
        json.remove_prefix(quote);
        if (json.empty()) break;
        std::size_t end = 1;
        while (end < json.size() && json[end] != '"')
            end += json[end] == '\\' ? 2 : 1;
        if (end >= json.size()) return "";
        const std::string_view text = json.substr(0, end + 1);
        if (text.find_first_of("\\\x7F") == std::string_view::npos) {
            out += text;
        } else {
            const auto parsed = codec::parse_json(text, "a text");
            if (!parsed || !parsed->IsString()) return "";
            base::append_json_text(out, text_of(*parsed));
        }
        json.remove_prefix(end + 1);
    }
    return out;
}

bool oracle_can_judge(std::string_view record) {
    const auto tree = codec::parse_json(record, "the record");
    if (tree) return true;
    // RapidJSON's own words, and codec/json's.
    const std::string& fault = tree.error().message;
    return fault.find("Number too big to be stored in double") == std::string::npos &&
           fault.find("a number beyond the range of a double") == std::string::npos;
}

std::optional<std::string> reference_line(std::string_view record,
                                          const dynamodb::LineSettings& settings) {
    const auto tree = codec::parse_json(record, "the record");
    const auto texts = codec::parse_json(record, "the record", codec::JsonNumbers::text);
    if (!tree || !texts || !tree->IsObject()) return std::nullopt;
    Change change;
    if (!read_outer(*tree, change) || !read_inner(*change.dynamodb, change)) return std::nullopt;
    const std::string_view time = text_or_empty(
        codec::find_member(*codec::find_object(*texts, "dynamodb"), "ApproximateCreationDateTime"));
    if (!time.empty()) {
        change.time_ms = dynamodb::parse_epoch_ms(time, change.unit);
        if (!change.time_ms) return std::nullopt;
    }
    std::string line = "{";
    std::set<std::string> names;
    const bool as_text = settings.numbers == dynamodb::LineNumbers::text;
    if (!Reference(as_text, line).members(*change.image, names)) return std::nullopt;
    add_metadata(change, settings, names, line);
    return line + "}";
}

}  // namespace tests
