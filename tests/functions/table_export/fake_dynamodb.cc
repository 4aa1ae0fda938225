#include "tests/functions/table_export/fake_dynamodb.h"

#include <algorithm>

#include <fmt/format.h>

namespace tests {
namespace {

constexpr base::EpochMs kTokenLifeMs = 8 * 3'600'000;

std::string text(const codec::JsonValue& value, const char* name) {
    return std::string(codec::find_text(value, name).value_or(""));
}

http::Response refuse(const std::string& code, const std::string& message) {
    return {400, {}, service_error(code, message)};
}

// The request's members stand in the description under the same names.
std::string describe_json(const FakeDynamoDb::Export& each) {
    const auto request = codec::parse_json(each.request, "a request");
    codec::JsonWriter json;
    json.begin_object().key("ExportDescription").begin_object();
    json.member("ExportArn", each.arn).member("ExportStatus", each.status);
    // As the service writes times: with a fraction, and with an exponent.
    json.key("StartTime")
        .raw(fmt::format("{}.{:03}", each.started_ms / 1'000, each.started_ms % 1'000));
    if (!each.failure_code.empty()) {
        json.member("FailureCode", each.failure_code).member("FailureMessage", "It failed.");
    }
    for (const auto& member : request->GetObject()) {
        const std::string_view name = codec::text_of(member.name);
        if (name == "ExportTime") {
            const std::string digits = codec::write_json(member.value);
            json.key(name).raw(digits.substr(0, 1) + "." + digits.substr(1) + "E9");
        } else {
            json.key(name).raw(codec::write_json(member.value));
        }
    }
    return json.end_object().end_object().take();
}

}  // namespace

std::string service_error(const std::string& code, const std::string& message) {
    codec::JsonWriter json;
    return json.begin_object()
        .member("__type", "com.amazonaws.dynamodb.v20120810#" + code)
        .member("message", message)
        .end_object()
        .take();
}

std::size_t FakeDynamoDb::count(const std::string& operation) const {
    return static_cast<std::size_t>(std::count_if(
        calls.begin(), calls.end(), [&](const Call& call) { return call.operation == operation; }));
}

base::Result<http::Response> FakeDynamoDb::answer(const http::Request& request) {
    const std::string target(http::find_header(request.headers, "X-Amz-Target").value_or(""));
    const std::string operation = target.substr(target.find('.') + 1);
    calls.push_back({operation, request.body});
    auto& failures = failures_[operation];
    if (!failures.empty()) {
        const auto [status, body] = failures.front();
        failures.erase(failures.begin());
        return http::Response{status, {}, body};
    }
    const auto document = codec::parse_json(request.body, "a request");
    if (!document) return refuse("SerializationException", "no JSON");
    if (operation == "ExportTableToPointInTime") return start(*document, request.body);
    if (operation == "ListExports") return list(*document);
    if (operation == "DescribeExport") return describe(*document);
    if (operation == "DescribeContinuousBackups") return describe_backups(*document);
    return refuse("UnknownOperationException", operation);
}

http::Response FakeDynamoDb::start(const codec::JsonValue& request, const std::string& body) {
    const std::string table_arn = text(request, "TableArn");
    const std::string token = text(request, "ClientToken");
    const auto table = tables_.find(table_arn);
    if (table == tables_.end()) return refuse("TableNotFoundException", "Table not found");
    if (!table->second.recovery_enabled) {
        return refuse("PointInTimeRecoveryUnavailableException",
                      "Point in time recovery is not enabled for table");
    }
    const base::EpochMs export_time_ms =
        codec::find_integer(request, "ExportTime").value_or(0) * 1'000;
    if (export_time_ms < table->second.earliest_restorable_ms || export_time_ms > clock_.now_ms()) {
        return refuse("InvalidExportTimeException",
                      "The specified ExportTime is outside of the point in time recovery window.");
    }
    for (const Export& each : exports) {
        if (each.token != token || clock_.now_ms() - each.started_ms > kTokenLifeMs) continue;
        if (each.request == body) return {200, {}, describe_json(each)};
        return refuse("ExportConflictException", "The client token has other parameters.");
    }
    Export made;
    made.arn = fmt::format("{}/export/{:014}-{:08x}", table_arn, clock_.now_ms(), exports.size());
    made.table_arn = table_arn;
    made.request = body;
    made.token = token;
    made.started_ms = clock_.now_ms();
    exports.push_back(made);
    return {200, {}, describe_json(exports.back())};
}

http::Response FakeDynamoDb::list(const codec::JsonValue& request) const {
    std::size_t at = 0;
    if (const std::string token = text(request, "NextToken"); !token.empty())
        at = std::stoul(token);
    codec::JsonWriter json;
    json.begin_object().key("ExportSummaries").begin_array();
    std::size_t on_page = 0;
    for (; at < exports.size() && on_page < page_size; ++at) {
        if (exports[at].table_arn != text(request, "TableArn")) continue;
        ++on_page;
        json.begin_object()
            .member("ExportArn", exports[at].arn)
            .member("ExportStatus", exports[at].status)
            .member("ExportType", "FULL_EXPORT")
            .end_object();
    }
    json.end_array();
    if (at < exports.size()) json.member("NextToken", std::to_string(at));
    return {200, {}, json.end_object().take()};
}

http::Response FakeDynamoDb::describe(const codec::JsonValue& request) const {
    for (const Export& each : exports) {
        if (each.arn == text(request, "ExportArn")) return {200, {}, describe_json(each)};
    }
    return refuse("ExportNotFoundException", "The specified export was not found.");
}

http::Response FakeDynamoDb::describe_backups(const codec::JsonValue& request) const {
    for (const auto& [arn, table] : tables_) {
        if (!arn.ends_with("/" + text(request, "TableName"))) continue;
        return {
            200,
            {},
            fmt::format(R"({{"ContinuousBackupsDescription":{{"ContinuousBackupsStatus":"ENABLED",)"
                        R"("PointInTimeRecoveryDescription":{{"PointInTimeRecoveryStatus":"{}",)"
                        R"("RecoveryPeriodInDays":35,"EarliestRestorableDateTime":{},)"
                        R"("LatestRestorableDateTime":{}}}}}}})",
                        table.recovery_enabled ? "ENABLED" : "DISABLED",
                        table.earliest_restorable_ms / 1'000, clock_.now_ms() / 1'000 - 300)};
    }
    return refuse("TableNotFoundException", "Table not found");
}

}  // namespace tests
