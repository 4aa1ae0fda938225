// Any bytes as an answer of Snowflake's SQL API: the first byte is the number of rows that a
// partition was announced with, the rest is the body, and an SQL text too. What is taken as a
// result is whole; what is refused says either that the statement was done or that this is not
// known; no message has a line break, grows without bound, or repeats what is hidden.
#include <algorithm>
#include <string>

#include "common/snowflake/sql_api_answer.h"
#include "tests/fuzz/fuzz.h"

namespace {

constexpr std::size_t kMessageBytesMax = 2'000;

void expect_plain(const base::Error& error) {
    fuzz::expect(!error.message.empty() && error.message.size() < kMessageBytesMax);
    fuzz::expect(std::none_of(error.message.begin(), error.message.end(),
                              [](char byte) { return byte == '\n' || byte == '\r'; }));
}

void expect_whole(const snowflake::StatementAnswer& answer) {
    fuzz::expect(!answer.statement_handle.empty() &&
                 answer.statement_handle.find_first_of("/?#&%. ") == std::string::npos);
    for (const auto& row : answer.result.rows)
        fuzz::expect(row.size() == answer.result.columns.size());
    if (!answer.partition_rows.empty()) {
        fuzz::expect(answer.partition_rows[0] ==
                     static_cast<std::int64_t>(answer.result.rows.size()));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::int64_t announced = data[0];
    const std::string body(reinterpret_cast<const char*>(data) + 1, size - 1);

    const auto answer = snowflake::parse_statement_answer(body);
    if (answer) {
        expect_whole(*answer);
    } else {
        expect_plain(answer.error());
        fuzz::expect(answer.error().kind == base::ErrorKind::data_invalid ||
                     answer.error().kind == base::ErrorKind::outcome_unknown);
    }

    snowflake::ResultSet result;
    result.columns = {"a"};
    const auto added = snowflake::add_partition(result, body, announced);
    if (added) fuzz::expect(static_cast<std::int64_t>(result.rows.size()) == announced);

    const auto handle = snowflake::parse_statement_handle(body);
    if (handle) fuzz::expect(handle->find_first_of("/?#&%. ") == std::string::npos);

    for (const int status : {307, 401, 408, 422, 429, 503}) {
        const http::Response response{status, {}, body};
        const base::Error error = snowflake::error_of(response, {"hushhush"});
        expect_plain(error);
        fuzz::expect(error.message.find("hushhush") == std::string::npos);
        (void)snowflake::tells_the_end(response);
    }
    for (const std::string& literal : snowflake::literals_of(body))
        fuzz::expect(literal.size() < body.size());
    return 0;
}
