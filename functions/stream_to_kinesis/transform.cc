#include "functions/stream_to_kinesis/transform.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "common/codec/digest.h"
#include "common/codec/hex.h"
#include "common/dynamodb/json_scanner.h"

namespace stream_to_kinesis {
namespace {

constexpr std::size_t kKeyAttributesMax = 2;
constexpr std::string_view kRecordFormatMember = R"("recordFormat":"application/json")";

base::Error bad_record(std::string message) {
    return {base::ErrorKind::data_invalid, std::move(message)};
}

struct KeyAttribute {
    std::string name;
    std::string tag;
    std::string value;
};

// {"S":"a"}, one tag of the three that a key may have.
void read_key_value(dynamodb::JsonScanner& scanner, KeyAttribute& attribute) {
    std::string_view tag;
    int tags = 0;
    scanner.open_object();
    while (scanner.next_member(tag)) {
        attribute.tag = dynamodb::unescape_json(tag);
        attribute.value = dynamodb::unescape_json(scanner.read_string());
        ++tags;
    }
    const bool known = attribute.tag == "S" || attribute.tag == "N" || attribute.tag == "B";
    if (tags != 1 || !known) scanner.fail("a key attribute that is neither S, N nor B");
}

base::Result<std::vector<KeyAttribute>> read_key(std::string_view keys) {
    dynamodb::JsonScanner scanner(keys);
    std::vector<KeyAttribute> attributes;
    std::string_view name;
    scanner.open_object();
    while (scanner.next_member(name)) {
        KeyAttribute& attribute = attributes.emplace_back();
        attribute.name = dynamodb::unescape_json(name);
        read_key_value(scanner, attribute);
    }
    if (!scanner.ok()) return scanner.error("the record's Keys");
    if (attributes.empty() || attributes.size() > kKeyAttributesMax) {
        return bad_record("the record's Keys: not one or two attributes");
    }
    return attributes;
}

// {a,b} -> {a,b,"tableName":…,"recordFormat":…}, where it does not have them already.
std::string native_data(const dynamodb::ChangeRecord& record) {
    std::string_view members = record.text;
    assert(!members.empty() && members.back() == '}');
    members.remove_suffix(1);
    members = members.substr(0, members.find_last_not_of(" \t\r\n") + 1);
    std::string data;
    data.reserve(members.size() + record.table_name.size() + kRecordFormatMember.size() + 20);
    data += members;
    if (!record.has_table_name) data.append(R"(,"tableName":")").append(record.table_name) += '"';
    if (record.record_format.empty()) data.append(",").append(kRecordFormatMember);
    data += '}';
    return data;
}

}  // namespace

base::Result<std::string> item_key(std::string_view keys) {
    auto attributes = read_key(keys);
    if (!attributes) return std::move(attributes).error();
    std::sort(attributes->begin(), attributes->end(),
              [](const auto& left, const auto& right) { return left.name < right.name; });
    std::string canonical;
    for (const KeyAttribute& attribute : *attributes) {
        for (const std::string* text : {&attribute.name, &attribute.tag, &attribute.value}) {
            canonical.append(fmt::format("{}:", text->size())).append(*text);
        }
    }
    return codec::hex_lower(codec::sha256(canonical));
}

base::Result<OutgoingRecord> Transform::apply(const dynamodb::ChangeRecord& record,
                                              std::string item) {
    const bool is_template = config_->stream.find('{') != std::string::npos;
    const bool table_needed = is_template || config_->record_format == RecordFormat::native;
    if (table_needed && !dynamodb::is_table_name(record.table_name)) {
        return bad_record("the record names no table: neither tableName nor a stream's ARN");
    }
    auto data = data_of(record);
    if (!data) return std::move(data).error();
    OutgoingRecord outgoing{.stream = stream_of_table(config_->stream, record.table_name),
                            .item = std::move(item),
                            .partition_key = {},
                            .data = std::move(*data)};
    outgoing.partition_key =
        config_->partition_key == PartitionKey::item ? outgoing.item : base::make_uuid(*random_);
    if (outgoing.bytes() > config_->record_bytes_max) {
        return bad_record(fmt::format("{} bytes with the partition key, and the stream takes {}",
                                      outgoing.bytes(), config_->record_bytes_max));
    }
    return outgoing;
}

base::Result<std::string> Transform::data_of(const dynamodb::ChangeRecord& record) {
    if (config_->record_format == RecordFormat::native) return native_data(record);
    std::string line;
    if (auto written = line_.append(record, line); !written) return std::move(written).error();
    return line;
}

}  // namespace stream_to_kinesis
