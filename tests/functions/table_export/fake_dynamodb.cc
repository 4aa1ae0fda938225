#include "tests/functions/table_export/fake_dynamodb.h"

#include <algorithm>

#include <fmt/format.h>

namespace tests {
namespace {

std::string text(const codec::JsonValue& value, const char* name) {
    return std::string(codec::find_text(value, name).value_or(""));
}

http::Response refuse(const std::string& code, const std::string& message) {
    return {400, {}, service_error(code, message)};
}

// The request's members stand in the description under the same names. Times as the service writes
// them: with a fraction, and with an exponent.
std::string describe_json(const FakeDynamoDb::Export& each) {
    const auto request = codec::parse_json(each.request, "a request");
    codec::JsonWriter json;
    json.begin_object().key("ExportDescription").begin_object();
    json.member("ExportArn", each.arn).member("ExportStatus", each.status);
    json.key("StartTime")
        .raw(fmt::format("{}.{:03}", each.started_ms / 1'000, each.started_ms % 1'000));
    if (each.status == "FAILED") {
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
    settle();
    auto& failures = failures_[operation];
    if (!failures.empty()) {
        const auto [status, body] = failures.front();
        failures.erase(failures.begin());
        return http::Response{status, {}, body};
    }
    const auto document = codec::parse_json(request.body, "a request");
    if (!document) return refuse("SerializationException", "no JSON");
    if (operation == "ExportTableToPointInTime") return start_export(*document, request.body);
    if (operation == "ListExports") return list(*document);
    if (operation == "DescribeExport") return describe(*document);
    if (operation == "DescribeContinuousBackups") return describe_backups(*document);
    return refuse("UnknownOperationException", operation);
}

http::Response FakeDynamoDb::start_export(const codec::JsonValue& request,
                                          const std::string& body) {
    const auto seconds = [](const codec::JsonValue& value, const char* name) {
        const auto number = codec::find_integer(value, name);
        return number ? std::optional(*number * 1'000) : std::nullopt;
    };
    Start asked;
    asked.table_arn = text(request, "TableArn");
    asked.token = text(request, "ClientToken");
    asked.time_ms = seconds(request, "ExportTime");
    asked.incremental = text(request, "ExportType") == "INCREMENTAL_EXPORT";
    asked.request = body;
    const auto* window = codec::find_object(request, "IncrementalExportSpecification");
    if (asked.incremental != (window != nullptr) || (window != nullptr && asked.time_ms)) {
        return refuse("ValidationException",
                      "IncrementalExportSpecification belongs to INCREMENTAL_EXPORT, ExportTime to "
                      "FULL_EXPORT");
    }
    if (window != nullptr) {
        asked.from_ms = seconds(*window, "ExportFromTime").value_or(0);
        asked.to_ms = seconds(*window, "ExportToTime");
    }
    const auto started = start(asked);
    if (const auto* refusal = std::get_if<Refusal>(&started)) {
        return refuse(refusal->code, refusal->message);
    }
    return {200, {}, describe_json(*std::get<Export*>(started))};
}

http::Response FakeDynamoDb::list(const codec::JsonValue& request) const {
    const auto found = listed(text(request, "TableArn"));
    std::size_t at = 0;
    if (const std::string token = text(request, "NextToken"); !token.empty())
        at = std::stoul(token);
    const std::size_t end = std::min(at + page_size, found.size());
    codec::JsonWriter json;
    json.begin_object().key("ExportSummaries").begin_array();
    for (; at < end; ++at) {
        json.begin_object()
            .member("ExportArn", found[at]->arn)
            .member("ExportStatus", found[at]->status)
            .member("ExportType", found[at]->incremental ? "INCREMENTAL_EXPORT" : "FULL_EXPORT")
            .end_object();
    }
    json.end_array();
    if (at < found.size()) json.member("NextToken", std::to_string(at));
    return {200, {}, json.end_object().take()};
}

http::Response FakeDynamoDb::describe(const codec::JsonValue& request) const {
    const Export* found = find(text(request, "ExportArn"));
    if (found == nullptr) {
        return refuse("ExportNotFoundException", "The specified export was not found.");
    }
    return {200, {}, describe_json(*found)};
}

http::Response FakeDynamoDb::describe_backups(const codec::JsonValue& request) const {
    for (const auto& [arn, table] : tables_) {
        if (!arn.ends_with("/" + text(request, "TableName"))) continue;
        const std::string times = fmt::format(
            R"(,"RecoveryPeriodInDays":{},"EarliestRestorableDateTime":{},)"
            R"("LatestRestorableDateTime":{})",
            table.recovery_period_ms / kDayMs, earliest_ms(arn) / 1'000, latest_ms(arn) / 1'000);
        return {
            200,
            {},
            fmt::format(R"({{"ContinuousBackupsDescription":{{"ContinuousBackupsStatus":"ENABLED",)"
                        R"("PointInTimeRecoveryDescription":{{"PointInTimeRecoveryStatus":"{}"{}}})"
                        R"(}}}})",
                        table.recovery_enabled ? "ENABLED" : "DISABLED",
                        table.recovery_enabled ? times : "")};
    }
    return refuse("TableNotFoundException", "Table not found");
}

}  // namespace tests
