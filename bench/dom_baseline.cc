#include "bench/dom_baseline.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "common/base/clock.h"
#include "common/codec/base64.h"
#include "common/codec/digest.h"
#include "common/codec/hex.h"
#include "common/codec/json.h"

namespace bench {
namespace {

using Value = rapidjson::Value;
using Pool = rapidjson::MemoryPoolAllocator<>;
using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

constexpr std::size_t kRecordsMax = 500;
constexpr std::size_t kPoolBytes = 1 << 20;
constexpr unsigned kValidate = rapidjson::kParseValidateEncodingFlag;

const Value* find(const Value& object, const char* name) {
    if (!object.IsObject()) return nullptr;
    const auto member = object.FindMember(name);
    return member == object.MemberEnd() ? nullptr : &member->value;
}

const Value* find_object(const Value& object, const char* name) {
    const Value* value = find(object, name);
    return value != nullptr && value->IsObject() ? value : nullptr;
}

std::string_view find_text(const Value& object, const char* name) {
    const Value* value = find(object, name);
    return value != nullptr && value->IsString() ? codec::text_of(*value) : std::string_view();
}

bool is_number(std::string_view text) {
    const auto skip_digits = [&text] {
        const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
        text.remove_prefix(digits);
        return digits;
    };
    if (text.starts_with('-')) text.remove_prefix(1);
    const bool has_zero_first = text.starts_with('0');
    const std::size_t whole = skip_digits();
    if (whole == 0 || (has_zero_first && whole > 1)) return false;
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        if (skip_digits() == 0) return false;
    }
    if (text.starts_with('e') || text.starts_with('E')) {
        text.remove_prefix(1);
        if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
        if (skip_digits() == 0) return false;
    }
    return text.empty();
}

void write_text(Writer& writer, std::string_view text) {
    writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

bool write_number(Writer& writer, const Value& value) {
    if (!value.IsString()) return false;
    const std::string_view text = codec::text_of(value);
    if (is_number(text)) return writer.RawValue(text.data(), text.size(), rapidjson::kNumberType);
    write_text(writer, text);
    return true;
}

bool write_members(Writer& writer, const Value& image);

template <typename WriteItem>
bool write_list(Writer& writer, const Value& list, const WriteItem& write_item) {
    if (!list.IsArray()) return false;
    writer.StartArray();
    for (const Value& item : list.GetArray()) {
        if (!write_item(item)) return false;
    }
    return writer.EndArray();
}

bool write_string(Writer& writer, const Value& value) {
    return value.IsString() && value.Accept(writer);
}

// {"S":"a"} -> "a", and so on for the ten types.
bool write_attribute(Writer& writer, const Value& attribute) {
    if (!attribute.IsObject() || attribute.MemberCount() != 1) return false;
    const std::string_view tag = codec::text_of(attribute.MemberBegin()->name);
    const Value& value = attribute.MemberBegin()->value;
    const auto any = [&](const Value& item) { return write_attribute(writer, item); };
    const auto text = [&](const Value& item) { return write_string(writer, item); };
    const auto number = [&](const Value& item) { return write_number(writer, item); };
    if (tag == "S" || tag == "B") return text(value);
    if (tag == "N") return number(value);
    if (tag == "BOOL") return value.IsBool() && writer.Bool(value.GetBool());
    if (tag == "NULL") return writer.Null();
    if (tag == "L") return write_list(writer, value, any);
    if (tag == "SS" || tag == "BS") return write_list(writer, value, text);
    if (tag == "NS") return write_list(writer, value, number);
    if (tag != "M" || !value.IsObject()) return false;
    writer.StartObject();
    return write_members(writer, value) && writer.EndObject();
}

bool write_members(Writer& writer, const Value& image) {
    return std::ranges::all_of(image.GetObject(), [&writer](const auto& member) {
        return member.name.Accept(writer) && write_attribute(writer, member.value);
    });
}

// Seconds, milliseconds or microseconds, told by the size.
std::int64_t event_time_ms(const Value& time) {
    if (!time.IsInt64() || time.GetInt64() < 100'000'000'000)
        return static_cast<std::int64_t>(std::floor(time.GetDouble() * 1000));
    return time.GetInt64() < 100'000'000'000'000 ? time.GetInt64() : time.GetInt64() / 1000;
}

// A record's line and, by reference, its time; false where it is no record of a change.
bool write_line(const Value& record, rapidjson::StringBuffer& line, std::int64_t& time_ms) {
    const Value* change = find_object(record, "dynamodb");
    const std::string_view event_name = find_text(record, "eventName");
    const Value* time = change == nullptr ? nullptr : find(*change, "ApproximateCreationDateTime");
    if (time == nullptr || !time->IsNumber() || event_name.empty()) return false;
    const Value* image = find_object(*change, event_name == "REMOVE" ? "OldImage" : "NewImage");
    if (image == nullptr) image = find_object(*change, "Keys");
    if (image == nullptr) return false;
    time_ms = event_time_ms(*time);
    const Value* who = find_object(record, "userIdentity");
    Writer writer(line);
    writer.StartObject();
    if (!write_members(writer, *image)) return false;
    writer.Key("__operation");
    write_text(writer, event_name);
    writer.Key("__event_id");
    write_text(writer, find_text(record, "eventID"));
    writer.Key("__event_time_ms");
    writer.Int64(time_ms);
    writer.Key("__ttl_delete");
    writer.Bool(who != nullptr && find_text(*who, "type") == "Service" &&
                find_text(*who, "principalId") == "dynamodb.amazonaws.com");
    writer.EndObject();
    line.Put('\n');
    return true;
}

// Memory of one record's tree, used again for the next.
class Tree {
  public:
    const Value& parse(std::string& text) {
        document_.SetNull();
        pool_.Clear();
        document_.ParseInsitu<kValidate>(text.data());
        return document_;
    }

  private:
    std::vector<char> room_ = std::vector<char>(kPoolBytes);
    Pool pool_{room_.data(), room_.size()};
    rapidjson::Document document_{&pool_};
};

// Name, type and value of each key attribute by name, with their lengths, as SHA-256.
std::string partition_key(const Value& keys) {
    std::vector<const Value::Member*> attributes;
    for (const auto& member : keys.GetObject())
        attributes.push_back(&member);
    std::ranges::sort(attributes, {}, [](const auto* one) { return codec::text_of(one->name); });
    std::string canonical;
    for (const Value::Member* attribute : attributes) {
        if (!attribute->value.IsObject() || attribute->value.MemberCount() != 1) return {};
        const Value::Member& typed = *attribute->value.MemberBegin();
        if (!typed.value.IsString()) return {};
        for (const Value* text : {&attribute->name, &typed.name, &typed.value})
            canonical += fmt::format("{}:{}", text->GetStringLength(), codec::text_of(*text));
    }
    return codec::hex_lower(codec::sha256(canonical));
}

std::string_view table_of_arn(std::string_view arn) {
    const std::size_t begin = std::min(arn.find('/'), arn.size() - 1) + 1;
    return arn.substr(begin, arn.find('/', begin) - begin);
}

bool append_entry(std::string& body, Value& record, Pool& pool) {
    const Value* change = find_object(record, "dynamodb");
    const Value* keys = change == nullptr ? nullptr : find_object(*change, "Keys");
    const std::string key = keys == nullptr ? "" : partition_key(*keys);
    const std::string_view arn = find_text(record, "eventSourceARN");
    if (key.empty() || arn.empty()) return false;
    const std::string_view table = table_of_arn(arn);
    record.AddMember("tableName",
                     Value(table.data(), static_cast<rapidjson::SizeType>(table.size())), pool);
    record.AddMember("recordFormat", "application/json", pool);
    rapidjson::StringBuffer data;
    Writer writer(data);
    record.Accept(writer);
    body += R"({"Data":")";
    codec::append_base64(body, {data.GetString(), data.GetSize()});
    body += fmt::format(R"(","PartitionKey":"{}"}})", key);
    return true;
}

}  // namespace

std::string dom_transform(std::string_view event) {
    rapidjson::Document document;
    document.Parse<kValidate>(event.data(), event.size());
    const Value* records = find(document, "records");
    if (records == nullptr || !records->IsArray()) return {};
    Tree tree;
    rapidjson::StringBuffer line;
    std::string response = R"({"records":[)";
    response.reserve(event.size());
    for (const Value& record : records->GetArray()) {
        auto data = codec::base64_decode(find_text(record, "data"));
        std::int64_t time_ms = 0;
        line.Clear();
        if (!data) return {};
        const Value& change = tree.parse(*data);
        if (!write_line(change, line, time_ms)) return {};
        const base::UtcTime time = base::utc_time(time_ms);
        if (response.back() == '}') response += ',';
        response += fmt::format(R"({{"recordId":"{}","result":"Ok","data":")",
                                find_text(record, "recordId"));
        codec::append_base64(response, {line.GetString(), line.GetSize()});
        response += fmt::format(
            R"(","metadata":{{"partitionKeys":{{"table":"{}","dt":"{:04}{:02}{:02}"}}}}}})",
            find_text(change, "tableName"), time.year, time.month, time.day);
    }
    return response + "]}";
}

std::vector<std::string> dom_forward(std::string_view event) {
    constexpr std::string_view kHead = R"({"StreamName":"orders","Records":[)";
    rapidjson::Document document;
    document.Parse<kValidate>(event.data(), event.size());
    if (!document.IsObject() || !document.HasMember("Records")) return {};
    Value& records = document["Records"];
    if (!records.IsArray()) return {};
    std::vector<std::string> bodies;
    std::size_t count = 0;
    for (Value& record : records.GetArray()) {
        if (count++ % kRecordsMax == 0) bodies.emplace_back(kHead);
        std::string& body = bodies.back();
        if (body.back() == '}') body += ',';
        if (!append_entry(body, record, document.GetAllocator())) return {};
    }
    for (std::string& body : bodies)
        body += "]}";
    return bodies;
}

}  // namespace bench
