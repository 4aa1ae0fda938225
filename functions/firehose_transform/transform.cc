#include "functions/firehose_transform/transform.h"

#include <utility>

#include <fmt/format.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/codec/base64.h"
#include "common/dynamodb/change_record.h"
#include "common/dynamodb/event_time.h"
#include "common/dynamodb/json_scanner.h"
#include "common/dynamodb/table_template.h"
#include "functions/firehose_transform/timestamp_columns.h"

namespace firehose_transform {
namespace {

using dynamodb::JsonKind;
using dynamodb::JsonScanner;
using dynamodb::Operation;
using event::FirehoseRecord;
using event::FirehoseResult;

base::Error bad_record(std::string_view reason) {
    return {base::ErrorKind::data_invalid, std::string(reason)};
}

// How the Kinesis Producer Library marks an aggregate (its format's magic number).
constexpr std::string_view kAggregateMagic = "\xF3\x89\x9A\xC2";

constexpr std::int64_t kHourMs = 3'600'000;

std::int64_t hour_of(std::int64_t time_ms) {
    return (time_ms - (time_ms < 0 ? kHourMs - 1 : 0)) / kHourMs;
}

std::string_view iceberg_operation(Operation operation) {
    switch (operation) {
        case Operation::insert:
            return "insert";
        case Operation::modify:
            return "update";
        case Operation::remove:
            break;
    }
    return "delete";
}

std::optional<Operation> operation_of(std::string_view name) {
    if (name == "INSERT") return Operation::insert;
    if (name == "MODIFY") return Operation::modify;
    if (name == "REMOVE") return Operation::remove;
    return std::nullopt;
}

// The name without the metadata prefix, which may stand before it more than once; empty where it
// does not.
std::string_view without_prefix(std::string_view name, std::string_view prefix) {
    if (!name.starts_with(prefix)) return {};
    while (name.starts_with(prefix))
        name.remove_prefix(prefix.size());
    return name;
}

void append_member(std::string& out, std::string_view name, std::string_view text) {
    if (out.back() != '{') out += ',';
    base::append_json_text(out, name);
    out += ':';
    base::append_json_text(out, text);
}

}  // namespace

RecordTransform::RecordTransform(const Config& config)
    : config_(&config),
      line_(config.line),
      line_walk_(config.line),
      walks_(dynamodb::LineWalk::serves(config.line) && config.timestamp_attribute.empty()) {}

Outcome RecordTransform::apply(const FirehoseRecord& record) {
    const auto text = decode_data(record);
    auto outcome = text ? transform(record, *text) : base::Result<Outcome>(text.error());
    if (outcome) return std::move(*outcome);
    return {.result = FirehoseResult::processing_failed, .reason = outcome.error().message};
}

base::Result<std::string_view> RecordTransform::decode_data(const FirehoseRecord& record) {
    if (!record.has_data) return bad_record("the record has no data");
    const std::size_t room = codec::base64_decoded_size_max(record.data.size());
    if (decoded_.size() < room) decoded_.resize(room);
    auto bytes = codec::base64_decode_to(decoded_.data(), record.data);
    if (!bytes) {
        // JSON may escape a slash.
        const std::string data = dynamodb::unescape_json(record.data);
        bytes = codec::base64_decode_to(decoded_.data(), data);
        if (!bytes) return codec::base64_decode(data).error();  // which tells the fault
    }
    return std::string_view(decoded_.data(), *bytes);
}

base::Result<Outcome> RecordTransform::transform(const FirehoseRecord& record,
                                                 std::string_view text) {
    if (walks_) {
        if (const dynamodb::ChangeRecord* walked = line_walk_.write(text)) {
            if (!config_->filter.keeps(*walked)) return Outcome{.result = FirehoseResult::dropped};
            return answer(change_of(*walked), record, line_walk_.line());
        }
    }
    if (text.starts_with(kAggregateMagic)) {
        return bad_record(
            "a KPL aggregate of several records (magic F3 89 9A C2): Firehose de-aggregates those "
            "of a Kinesis source, or switch on its processor RecordDeAggregation");
    }
    auto native = dynamodb::parse_change_record(text);
    if (native) return transform_native(*native, record);
    const auto line = find_line(text);
    if (!line) return std::move(native).error();
    if (!config_->filter.keeps(line->operation, line->ttl_delete.value_or(false)))
        return Outcome{.result = FirehoseResult::dropped};
    auto metadata = metadata_of(*line, record);
    if (!metadata) return std::move(metadata).error();
    return Outcome{.result = FirehoseResult::ok, .data = text, .metadata = *metadata};
}

base::Result<Outcome> RecordTransform::transform_native(const dynamodb::ChangeRecord& change,
                                                        const FirehoseRecord& record) {
    if (!config_->filter.keeps(change)) return Outcome{.result = FirehoseResult::dropped};
    std::vector<dynamodb::LineColumn> columns;
    if (!config_->timestamp_attribute.empty()) {
        auto found = timestamp_columns(dynamodb::line_image(change), config_->timestamp_attribute);
        if (!found) return std::move(found).error();
        columns = std::move(*found);
    }
    written_.clear();
    if (auto written = line_.append(change, written_, columns); !written)
        return std::move(written).error();
    return answer(change_of(change), record, written_);
}

// `line` ends in a newline.
base::Result<Outcome> RecordTransform::answer(const Change& change, const FirehoseRecord& record,
                                              std::string_view line) {
    if (config_->output == Output::iceberg) line.remove_suffix(1);  // a row has no newline
    auto metadata = metadata_of(change, record);
    if (!metadata) return std::move(metadata).error();
    return Outcome{.result = FirehoseResult::ok, .data = line, .metadata = *metadata};
}

RecordTransform::Change RecordTransform::change_of(const dynamodb::ChangeRecord& record) {
    return {.operation = record.operation,
            .ttl_delete = record.ttl_delete,
            .event_time_ms = record.event_time_ms,
            .table_name = record.table_name};
}

// Of several members with the same end, the last one is the metadata: it follows the attributes.
std::optional<RecordTransform::Change> RecordTransform::find_line(std::string_view text) const {
    Change change;
    std::optional<Operation> operation;
    JsonScanner scanner(text);
    std::string_view name;
    scanner.open_object();
    while (scanner.next_member(name)) {
        const std::string_view metadata = without_prefix(name, config_->line.metadata_prefix);
        const JsonKind kind = scanner.kind();
        const std::string_view value = scanner.skip_value();
        if (!scanner.ok()) return std::nullopt;
        if (metadata == "operation") {
            operation = kind == JsonKind::string ? operation_of(value.substr(1, value.size() - 2))
                                                 : std::nullopt;
        } else if (metadata == "ttl_delete" && kind == JsonKind::boolean) {
            change.ttl_delete = value == "true";
        } else if (metadata == "event_time_ms" && kind == JsonKind::number) {
            change.event_time_ms =
                dynamodb::parse_epoch_ms(value, dynamodb::TimeUnit::milliseconds);
        }
    }
    if (!scanner.expect_end() || !operation) return std::nullopt;
    change.operation = *operation;
    return change;
}

base::Result<std::string_view> RecordTransform::metadata_of(const Change& change,
                                                            const FirehoseRecord& record) {
    const bool is_iceberg = config_->output == Output::iceberg;
    const PartitionKeys& keys = config_->partition_keys;
    const std::string_view table =
        change.table_name.empty() ? std::string_view(config_->table_name) : change.table_name;
    const bool table_needed = is_iceberg ? dynamodb::is_table_template(config_->iceberg_database) ||
                                               dynamodb::is_table_template(config_->iceberg_table)
                                         : keys.table;
    if (table_needed && table.empty())
        return bad_record("the record names no table, and TABLE_NAME is not set");
    const auto time_ms = change.event_time_ms ? change.event_time_ms : record.arrival_time_ms;
    if (!is_iceberg && (keys.dt || keys.hour) && !time_ms)
        return bad_record("the record has neither an event time nor an arrival time");

    const std::int64_t hour = hour_of(time_ms.value_or(0));
    if (!metadata_key_ || metadata_key_->operation != change.operation ||
        metadata_key_->hour != hour || metadata_key_->table != table) {
        metadata_ = write_metadata(change.operation, table, time_ms.value_or(0));
        metadata_key_ = {.operation = change.operation, .table = std::string(table), .hour = hour};
    }
    return std::string_view(metadata_);
}

std::string RecordTransform::write_metadata(Operation operation, std::string_view table,
                                            std::int64_t time_ms) const {
    if (config_->output == Output::iceberg) {
        std::string metadata = R"({"otfMetadata":{)";
        append_member(metadata, "destinationDatabaseName",
                      dynamodb::fill_table_template(config_->iceberg_database, table));
        append_member(metadata, "destinationTableName",
                      dynamodb::fill_table_template(config_->iceberg_table, table));
        append_member(metadata, "operation", iceberg_operation(operation));
        return metadata + "}}";
    }
    const PartitionKeys& keys = config_->partition_keys;
    const base::UtcTime time = base::utc_time(time_ms);
    std::string metadata = R"({"partitionKeys":{)";
    if (keys.table) append_member(metadata, "table", table);
    if (keys.dt) {
        append_member(metadata, "dt",
                      fmt::format("{:04}{:02}{:02}", time.year, time.month, time.day));
    }
    if (keys.hour) append_member(metadata, "hour", fmt::format("{:02}", time.hour));
    return metadata + "}}";
}

}  // namespace firehose_transform
