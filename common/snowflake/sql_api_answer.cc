#include "common/snowflake/sql_api_answer.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "common/base/utf8.h"
#include "common/codec/gzip.h"
#include "common/codec/json.h"

namespace snowflake {
namespace {

constexpr std::string_view kDoneCode = "090001";
constexpr std::string_view kResultTooLargeCode = "391908";
constexpr std::string_view kDoneState = "00000";
constexpr std::string_view kHandleUnknownCode = "000709";
constexpr std::string_view kCancelledCode = "000604";
// Too many statements wait for the lock of a table.
constexpr std::array<std::string_view, 1> kTransientCodes{"000625"};
constexpr std::size_t kMessageBytesMax = 400;
constexpr std::size_t kMessageRead = 16UL * 1024;  // bytes of a message that are looked at
constexpr std::size_t kHiddenBytesMin = 4;         // a shorter text is no value, and is everywhere
constexpr std::string_view kWhat = "the SQL API's answer";
constexpr std::string_view kGzipMagic("\x1F\x8B");  // no JSON begins so

base::Error unreadable(std::string_view what) {
    return {base::ErrorKind::data_invalid, fmt::format("{} {}", kWhat, what)};
}

base::Error untold(std::string_view what) {
    return {base::ErrorKind::outcome_unknown,
            fmt::format("{} {}: whether the statement was done is not known", kWhat, what)};
}

base::Error after_its_end(base::Error error) {
    error.message = fmt::format("the statement was done, but {}", error.message);
    return error;
}

base::Result<base::Done> add_row(ResultSet& result, const codec::JsonValue& row) {
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
    return base::Done{};
}

base::Result<base::Done> add_rows(ResultSet& result, const codec::JsonValue& body,
                                  std::optional<std::int64_t> rows) {
    const codec::JsonValue* data = codec::find_array(body, "data");
    if (data == nullptr) return unreadable("has no data");
    if (rows && *rows != static_cast<std::int64_t>(data->Size())) {
        return unreadable(fmt::format("has {} rows where {} were announced", data->Size(), *rows));
    }
    for (const codec::JsonValue& row : data->GetArray()) {
        if (auto added = add_row(result, row); !added) return added;
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

std::string without(std::string message, const std::vector<std::string>& hidden) {
    constexpr std::string_view kLeftOut = "(left out)";
    for (const std::string& value : hidden) {
        if (value.size() < kHiddenBytesMin) continue;
        for (std::size_t at = message.find(value); at != std::string::npos;
             at = message.find(value, at + kLeftOut.size()))
            message.replace(at, value.size(), kLeftOut);
    }
    return message;
}

// What a backslash and this letter stand for in a literal.
char unescaped(char letter) {
    constexpr std::string_view kLetters = "bfnrt";
    constexpr std::string_view kMeanings = "\b\f\n\r\t";
    const std::size_t found = kLetters.find(letter);
    return found == std::string_view::npos ? letter : kMeanings[found];
}

std::string code_of(const http::Response& response) {
    const auto document = codec::parse_json(response.body, kWhat);
    if (!document) return "";
    return std::string(codec::find_text(*document, "code").value_or(std::string_view()));
}

// Rows and columns of a body that says it was done.
base::Result<StatementAnswer> read_result(const codec::JsonValue& document) {
    StatementAnswer answer;
    auto handle = checked_handle(document);
    if (!handle) return std::move(handle).error();
    answer.statement_handle = *std::move(handle);
    const codec::JsonValue* meta = codec::find_object(document, "resultSetMetaData");
    const codec::JsonValue* row_type =
        meta == nullptr ? nullptr : codec::find_array(*meta, "rowType");
    if (row_type == nullptr) return unreadable("has no rowType");
    for (const codec::JsonValue& column : row_type->GetArray()) {
        const auto name = codec::find_text(column, "name");
        if (!name) return unreadable("has a column without a name");
        answer.result.columns.emplace_back(*name);
    }
    std::optional<std::int64_t> first_rows;
    if (const auto* partitions = codec::find_array(*meta, "partitionInfo"); partitions != nullptr) {
        for (const codec::JsonValue& partition : partitions->GetArray()) {
            const auto rows = codec::find_integer(partition, "rowCount");
            if (!rows || *rows < 0) return unreadable("has a partition without a rowCount");
            answer.partition_rows.push_back(*rows);
        }
        if (!answer.partition_rows.empty()) first_rows = answer.partition_rows.front();
    }
    if (auto rows = add_rows(answer.result, document, first_rows); !rows)
        return std::move(rows).error();
    return answer;
}

}  // namespace

base::Result<StatementAnswer> parse_statement_answer(std::string_view body) {
    auto document = codec::parse_json(body, kWhat);
    if (!document) return untold("cannot be read");
    const auto code = codec::find_text(*document, "code");
    if (!code) return untold("has no code");
    if (*code == kResultTooLargeCode)
        return after_its_end(
            {base::ErrorKind::data_invalid, "its result is too large", std::string(*code)});
    const auto state = codec::find_text(*document, "sqlState");
    if (*code != kDoneCode || (state && *state != kDoneState)) {
        base::Error error =
            untold(fmt::format("has the code {} ({}) instead of {} ({})", shortened(*code),
                               shortened(state.value_or("")), kDoneCode, kDoneState));
        error.code = *code;
        return error;
    }
    auto answer = read_result(*document);
    if (!answer) return after_its_end(std::move(answer).error());
    return answer;
}

base::Result<base::Done> add_partition(ResultSet& result, std::string_view body,
                                       std::int64_t rows) {
    std::string unpacked;
    if (body.starts_with(kGzipMagic)) {
        auto bytes = codec::gzip_decompress(body, codec::kJsonBytesMax);
        if (!bytes) return std::move(bytes).error();
        unpacked = *std::move(bytes);
        body = unpacked;
    }
    auto document = codec::parse_json(body, kWhat);
    if (!document) return std::move(document).error();
    return add_rows(result, *document, rows);
}

base::Result<std::string> parse_statement_handle(std::string_view body) {
    auto document = codec::parse_json(body, kWhat);
    if (!document) return std::move(document).error();
    return checked_handle(*document);
}

bool tells_the_end(const http::Response& response) {
    if (response.status == 200 || response.status == 408) return true;
    return response.status == 422 && code_of(response) != kHandleUnknownCode;
}

bool was_cancelled(const http::Response& response) {
    return response.status == 422 && code_of(response) == kCancelledCode;
}

bool is_transient_refusal(const http::Response& response) {
    if (response.status != 422) return false;
    return std::find(kTransientCodes.begin(), kTransientCodes.end(), code_of(response)) !=
           kTransientCodes.end();
}

base::Error error_of(const http::Response& response, const std::vector<std::string>& hidden) {
    base::Error error{kind_of(response.status), fmt::format("{}", response.status)};
    if (response.status >= 300 && response.status < 400)
        error.message += " (a redirect, which is not followed: is url the account's own?)";
    const auto document = codec::parse_json(response.body, kWhat);
    if (!document) return error;
    const auto shown = [&hidden](std::string_view text) {
        return shortened(without(std::string(text.substr(0, kMessageRead)), hidden));
    };
    error.code = codec::find_text(*document, "code").value_or(std::string_view());
    if (!error.code.empty()) error.message += " " + shown(error.code);
    if (const auto state = codec::find_text(*document, "sqlState"))
        error.message += fmt::format(" ({})", shown(*state));
    if (const auto message = codec::find_text(*document, "message"))
        error.message += ": " + shown(*message);
    return error;
}

std::vector<std::string> literals_of(std::string_view sql) {
    std::vector<std::string> literals;
    for (std::size_t at = 0; at < sql.size(); ++at) {
        const char quote = sql[at];
        if (quote != '\'' && quote != '"') continue;
        const std::size_t begin = at + 1;
        std::string plain;  // as the server may show it: escapes taken off
        for (++at; at < sql.size(); ++at) {
            const bool is_escape = quote == '\'' && sql[at] == '\\' && at + 1 < sql.size();
            const bool is_doubled = sql[at] == quote && at + 1 < sql.size() && sql[at + 1] == quote;
            if (sql[at] == quote && !is_doubled) break;
            if (is_escape || is_doubled) ++at;
            plain += is_escape ? unescaped(sql[at]) : sql[at];
        }
        if (quote == '"') continue;
        literals.emplace_back(sql.substr(begin, at - begin));
        if (plain != literals.back()) literals.push_back(std::move(plain));
    }
    // The longest first, so that what stands inside another does not tear it apart.
    std::sort(literals.begin(), literals.end(), [](const std::string& left, const auto& right) {
        return left.size() > right.size();
    });
    return literals;
}

}  // namespace snowflake
