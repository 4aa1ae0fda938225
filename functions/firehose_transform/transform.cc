#include "functions/firehose_transform/transform.h"

#include <utility>

#include <fmt/format.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/codec/base64.h"
#include "common/dynamodb/change_record.h"
#include "common/dynamodb/event_time.h"
#include "common/dynamodb/json_scanner.h"
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

base::Result<std::string> decode_data(const FirehoseRecord& record) {
    if (!record.has_data) return bad_record("the record has no data");
    if (record.data.find('\\') == std::string_view::npos) return codec::base64_decode(record.data);
    return codec::base64_decode(dynamodb::unescape_json(record.data));
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

Outcome RecordTransform::apply(const FirehoseRecord& record) {
    const auto text = decode_data(record);
    auto outcome = text ? transform(record, *text) : base::Result<Outcome>(text.error());
    if (outcome) return std::move(*outcome);
    return {.result = FirehoseResult::processing_failed, .reason = outcome.error().message};
}

base::Result<Outcome> RecordTransform::transform(const FirehoseRecord& record,
                                                 std::string_view text) {
    auto native = dynamodb::parse_change_record(text);
    if (native) return transform_native(*native, record);
    const auto line = find_line(text);
    if (!line) return std::move(native).error();
    if (!config_->filter.keeps(line->operation, line->ttl_delete.value_or(false)))
        return Outcome{.result = FirehoseResult::dropped};
    auto metadata = make_metadata(*line, record);
    if (!metadata) return std::move(metadata).error();
    return Outcome{
        .result = FirehoseResult::ok, .data = std::string(text), .metadata = std::move(*metadata)};
}

base::Result<Outcome> RecordTransform::transform_native(const dynamodb::ChangeRecord& change,
                                                        const FirehoseRecord& record) {
    if (!config_->filter.keeps(change)) return Outcome{.result = FirehoseResult::dropped};
    Outcome outcome = {.result = FirehoseResult::ok};
    std::vector<dynamodb::LineColumn> columns;
    if (!config_->timestamp_attribute.empty()) {
        auto found = timestamp_columns(dynamodb::line_image(change), config_->timestamp_attribute);
        if (!found) return std::move(found).error();
        columns = std::move(*found);
    }
    if (auto written = line_.append(change, outcome.data, columns); !written)
        return std::move(written).error();
    if (config_->output == Output::iceberg) outcome.data.pop_back();  // a row has no newline

    auto metadata = make_metadata({.operation = change.operation,
                                   .ttl_delete = change.ttl_delete,
                                   .event_time_ms = change.event_time_ms,
                                   .table_name = change.table_name},
                                  record);
    if (!metadata) return std::move(metadata).error();
    outcome.metadata = std::move(*metadata);
    return outcome;
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

base::Result<std::string> RecordTransform::make_metadata(const Change& change,
                                                         const FirehoseRecord& record) const {
    const bool is_iceberg = config_->output == Output::iceberg;
    const PartitionKeys& keys = config_->partition_keys;
    const std::string_view table =
        change.table_name.empty() ? std::string_view(config_->table_name) : change.table_name;
    const bool table_needed =
        is_iceberg ? is_template(config_->iceberg_database) || is_template(config_->iceberg_table)
                   : keys.table;
    if (table_needed && table.empty())
        return bad_record("the record names no table, and TABLE_NAME is not set");

    if (is_iceberg) {
        std::string metadata = R"({"otfMetadata":{)";
        append_member(metadata, "destinationDatabaseName",
                      fill_template(config_->iceberg_database, table));
        append_member(metadata, "destinationTableName",
                      fill_template(config_->iceberg_table, table));
        append_member(metadata, "operation", iceberg_operation(change.operation));
        return metadata + "}}";
    }
    const auto time_ms = change.event_time_ms ? change.event_time_ms : record.arrival_time_ms;
    if ((keys.dt || keys.hour) && !time_ms)
        return bad_record("the record has neither an event time nor an arrival time");
    const base::UtcTime time = base::utc_time(time_ms.value_or(0));
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
