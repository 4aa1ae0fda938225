#include "functions/table_export/response.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/codec/json.h"

namespace table_export {
namespace {

void write_export(codec::JsonWriter& json, const std::string& table_arn,
                  const ExportOutcome& outcome) {
    json.begin_object()
        .member("table_arn", table_arn)
        .member("action", action_name(outcome.action))
        .member("export_type", outcome.from_ms ? "incremental" : "full")
        .member("export_arn", outcome.export_arn)
        .key("from");
    if (outcome.from_ms) {
        json.text(base::format_iso8601(*outcome.from_ms));
    } else {
        json.null();
    }
    json.member("to", base::format_iso8601(outcome.to_ms)).end_object();
}

void write_earlier(codec::JsonWriter& json, const aws::ExportDescription& description) {
    json.begin_object()
        .member("export_arn", description.export_arn)
        .member("status", aws::api_name(description.status))
        .key("failure_code");
    if (description.failure_code.empty()) {
        json.null();
    } else {
        json.text(description.failure_code);
    }
    json.end_object();
}

void write_warnings(codec::JsonWriter& json, const std::vector<TableOutcome>& tables) {
    const bool is_any = std::any_of(tables.begin(), tables.end(),
                                    [](const auto& table) { return !table.warnings.empty(); });
    if (!is_any) return;
    json.key("warnings").begin_array();
    for (const TableOutcome& table : tables) {
        for (const std::string& warning : table.warnings)
            json.text(fmt::format("{}: {}", table.table_arn, warning));
    }
    json.end_array();
}

}  // namespace

std::string write_response(base::EpochMs slot_ms, const std::vector<TableOutcome>& tables) {
    codec::JsonWriter json;
    json.begin_object().member("time", base::format_iso8601(slot_ms));
    json.key("exports").begin_array();
    for (const TableOutcome& table : tables) {
        for (const ExportOutcome& outcome : table.exports)
            write_export(json, table.table_arn, outcome);
    }
    json.end_array().key("earlier").begin_array();
    for (const TableOutcome& table : tables) {
        for (const aws::ExportDescription& description : table.earlier)
            write_earlier(json, description);
    }
    json.end_array();
    write_warnings(json, tables);
    return json.end_object().take();
}

std::optional<std::string> describe_failures(base::EpochMs slot_ms,
                                             const std::vector<TableOutcome>& tables) {
    std::size_t failed = 0;
    std::string reasons;
    for (const TableOutcome& table : tables) {
        if (!table.failure) continue;
        ++failed;
        reasons += fmt::format(" [{}] {}: {}", failed, table.table_arn, *table.failure);
    }
    if (failed == 0) return std::nullopt;
    return fmt::format("{} of {} tables failed for the slot {}:{}", failed, tables.size(),
                       base::format_iso8601(slot_ms), reasons);
}

}  // namespace table_export
