#include "common/snowflake/sql_api_answer.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/utf8.h"
#include "common/codec/json.h"

namespace snowflake {
namespace {

constexpr std::string_view kDoneCode = "090001";
constexpr std::size_t kMessageBytesMax = 400;

base::Error unreadable(std::string_view what) {
    return {base::ErrorKind::data_invalid, fmt::format("the SQL API's answer {}", what)};
}

base::Result<base::Done> add_rows(ResultSet& result, const codec::JsonValue& body) {
    const codec::JsonValue* data = codec::find_array(body, "data");
    if (data == nullptr) return unreadable("has no data");
    for (const codec::JsonValue& row : data->GetArray()) {
        if (!row.IsArray() || row.Size() != result.columns.size())
            return unreadable("has a row that does not fit its columns");
        std::vector<std::optional<std::string>> values;
        for (const codec::JsonValue& value : row.GetArray()) {
            if (value.IsString()) {
                values.emplace_back(codec::text_of(value));
            } else if (value.IsNull()) {
                values.emplace_back(std::nullopt);
            } else {
                return unreadable("has a value that is neither a text nor null");
            }
        }
        result.rows.push_back(std::move(values));
    }
    return base::Done{};
}

base::Result<std::string> checked_handle(const codec::JsonValue& body) {
    const auto handle = codec::find_text(body, "statementHandle");
    if (!handle || handle->empty()) return unreadable("has no statementHandle");
    const bool harmless = std::all_of(handle->begin(), handle->end(), [](char byte) {
        return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
               (byte >= '0' && byte <= '9') || byte == '-';
    });
    if (!harmless) return unreadable("has a statementHandle that is none");
    return std::string(*handle);
}

base::ErrorKind kind_of(int status) {
    if (status == 401 || status == 403) return base::ErrorKind::access_denied;
    if (status == 429) return base::ErrorKind::throttled;
    if (status >= 500 && status != 522) return base::ErrorKind::service_failed;
    return base::ErrorKind::rejected;
}

// At most kMessageBytesMax bytes of whole characters, on one line.
std::string shortened(std::string_view message) {
    std::string out;
    while (!message.empty() && out.size() < kMessageBytesMax) {
        const std::size_t length = std::max<std::size_t>(base::utf8_sequence_length(message), 1);
        const bool is_control = length == 1 && static_cast<unsigned char>(message[0]) < 0x20;
        out += is_control ? std::string_view(" ") : message.substr(0, length);
        message.remove_prefix(length);
    }
    return message.empty() ? out : out + "…";
}

}  // namespace

base::Result<StatementAnswer> parse_statement_answer(std::string_view body) {
    auto document = codec::parse_json(body, "the SQL API's answer");
    if (!document) return std::move(document).error();
    const auto code = codec::find_text(*document, "code");
    if (!code) return unreadable("has no code");
    if (*code != kDoneCode) {
        return base::Error{base::ErrorKind::rejected,
                           fmt::format("the SQL API's answer has the code {} instead of {}",
                                       shortened(*code), kDoneCode),
                           std::string(*code)};
    }
    auto handle = checked_handle(*document);
    if (!handle) return std::move(handle).error();
    StatementAnswer answer;
    answer.statement_handle = *std::move(handle);
    const codec::JsonValue* meta = codec::find_object(*document, "resultSetMetaData");
    const codec::JsonValue* row_type =
        meta == nullptr ? nullptr : codec::find_array(*meta, "rowType");
    if (row_type == nullptr) return unreadable("has no rowType");
    for (const codec::JsonValue& column : row_type->GetArray()) {
        const auto name = codec::find_text(column, "name");
        if (!name) return unreadable("has a column without a name");
        answer.result.columns.emplace_back(*name);
    }
    if (const auto* partitions = codec::find_array(*meta, "partitionInfo"); partitions != nullptr)
        answer.partitions = std::max<std::size_t>(partitions->Size(), 1);
    if (auto rows = add_rows(answer.result, *document); !rows) return std::move(rows).error();
    return answer;
}

base::Result<base::Done> add_partition(ResultSet& result, std::string_view body) {
    auto document = codec::parse_json(body, "the SQL API's answer");
    if (!document) return std::move(document).error();
    return add_rows(result, *document);
}

base::Result<std::string> parse_statement_handle(std::string_view body) {
    auto document = codec::parse_json(body, "the SQL API's answer");
    if (!document) return std::move(document).error();
    return checked_handle(*document);
}

base::Error error_of(const http::Response& response, std::string_view subject) {
    base::Error error{kind_of(response.status), fmt::format("{}: {}", subject, response.status)};
    const auto document = codec::parse_json(response.body, "the SQL API's answer");
    if (!document) return error;
    error.code = codec::find_text(*document, "code").value_or(std::string_view());
    if (!error.code.empty()) error.message += " " + shortened(error.code);
    if (const auto state = codec::find_text(*document, "sqlState"))
        error.message += fmt::format(" ({})", shortened(*state));
    if (const auto message = codec::find_text(*document, "message"))
        error.message += ": " + shortened(*message);
    return error;
}

}  // namespace snowflake
