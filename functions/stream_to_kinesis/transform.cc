#include "functions/stream_to_kinesis/transform.h"

#include <cassert>
#include <utility>

#include <fmt/format.h>

#include "common/dynamodb/table_template.h"

namespace stream_to_kinesis {
namespace {

constexpr std::string_view kRecordFormatMember = R"("recordFormat":"application/json")";

base::Error bad_record(std::string message) {
    return {base::ErrorKind::data_invalid, std::move(message)};
}

std::string table_name_member(std::string_view table_name) {
    return fmt::format(R"(,"tableName":"{}")", table_name);
}

// {a,b} -> {a,b,"tableName":…,"recordFormat":…}, where it does not have them already.
void set_native_data(const dynamodb::ChangeRecord& record, const OutgoingTexts::Table& table,
                     TextArena& arena, OutgoingRecord& outgoing) {
    std::string_view members = record.text;
    assert(!members.empty() && members.back() == '}');
    members.remove_suffix(1);
    outgoing.data = members.substr(0, members.find_last_not_of(" \t\r\n") + 1);
    const bool has_format = !record.record_format.empty();
    if (!record.has_table_name && !has_format) {
        outgoing.data_end = table.native_end;
        return;
    }
    std::string end;
    if (!record.has_table_name) end += table_name_member(record.table_name);
    if (!has_format) end.append(",").append(kRecordFormatMember);
    outgoing.data_end = arena.keep(end.append("}"));
}

std::string_view make_partition_key(PartitionKey rule, const ItemKey& key, base::Random& random,
                                    TextArena& arena) {
    if (rule == PartitionKey::random) return arena.keep(base::make_uuid(random));
    char* text = arena.take(kPartitionKeyBytes);
    key.write_partition_key(text);
    return {text, kPartitionKeyBytes};
}

}  // namespace

Transform::Transform(const Config& config, base::Random& random)
    : config_(&config),
      random_(&random),
      table_needed_(config.record_format == RecordFormat::native ||
                    config.stream.find('{') != std::string::npos),
      line_(config.line) {}

base::Result<OutgoingRecord> Transform::apply(const dynamodb::ChangeRecord& record,
                                              const ItemKey& key, OutgoingTexts& texts) {
    const OutgoingTexts::Table* table = table_of(record.table_name, texts);
    if (table == nullptr) {
        return bad_record("the record names no table: neither tableName nor a stream's ARN");
    }
    OutgoingRecord outgoing{.stream = table->stream, .item = key.item()};
    if (config_->record_format == RecordFormat::native) {
        set_native_data(record, *table, texts.arena, outgoing);
    } else if (auto written = write_line(record, texts, outgoing); !written) {
        return std::move(written).error();
    }
    outgoing.partition_key = make_partition_key(config_->partition_key, key, *random_, texts.arena);
    if (outgoing.bytes() > config_->record_bytes_max) {
        return bad_record(fmt::format("{} bytes with the partition key, and the stream takes {}",
                                      outgoing.bytes(), config_->record_bytes_max));
    }
    return outgoing;
}

// Nothing where a table is needed and this is the name of none.
const OutgoingTexts::Table* Transform::table_of(std::string_view name, OutgoingTexts& texts) const {
    const auto found = texts.tables.find(name);
    if (found != texts.tables.end()) return &found->second;
    if (table_needed_ && !dynamodb::is_table_name(name)) return nullptr;
    OutgoingTexts::Table table;
    table.stream = texts.arena.keep(dynamodb::fill_table_template(config_->stream, name));
    table.native_end =
        texts.arena.keep(table_name_member(name).append(",").append(kRecordFormatMember) + "}");
    return &texts.tables.emplace(texts.arena.keep(name), table).first->second;
}

base::Result<base::Done> Transform::write_line(const dynamodb::ChangeRecord& record,
                                               OutgoingTexts& texts, OutgoingRecord& outgoing) {
    line_buffer_.clear();
    auto written = line_.append(record, line_buffer_);
    if (written) outgoing.data = texts.arena.keep(line_buffer_);
    return written;
}

}  // namespace stream_to_kinesis
