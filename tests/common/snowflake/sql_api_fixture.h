// A SQL API client over scripted HTTP, with a clock that does not wait.
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "common/snowflake/sql_api_client.h"
#include "tests/support/fakes.h"
#include "tests/support/scripted_http.h"

namespace tests {

inline constexpr std::string_view kHandle = "01b2c3d4-0000-1111-2222-333344445555";
inline constexpr std::string_view kStatements =
    "https://x.snowflakecomputing.com/api/v2/statements";

// As the SQL API reference shows them, cut to what is read.
inline const std::string kDone =
    R"({"code":"090001","sqlState":"00000","statementHandle":")" + std::string(kHandle) +
    R"(","resultSetMetaData":{"numRows":1,"rowType":[{"name":"status"},)"
    R"({"name":"note"}],"partitionInfo":[{"rowCount":1}]},)"
    R"("data":[["Table T successfully created.",null]]})";
inline const std::string kRunning =
    R"({"code":"333334","message":"Asynchronous execution in progress.",)"
    R"("statementHandle":")" +
    std::string(kHandle) + R"("})";

class CountingTokens final : public snowflake::TokenProvider {
  public:
    base::Result<snowflake::Token> token(base::Deadline /*deadline*/) override {
        if (fault) return *fault;
        return snowflake::Token{base::Secret("token-" + std::to_string(made)), "KEYPAIR_JWT"};
    }
    void refused(std::optional<base::EpochMs> server_time_ms) override {
        ++made;
        server_time = server_time_ms;
    }
    int made = 1;
    std::optional<base::EpochMs> server_time;
    std::optional<base::Error> fault;
};

class SqlApiClientTest : public testing::Test {
  protected:
    base::Result<snowflake::ResultSet> execute(std::int64_t remaining_ms = 600'000) {
        return execute({.sql = snowflake::Sql("SHOW EXTERNAL TABLES"),
                        .subject = "SHOW",
                        .query_tag = "lakefeed 1",
                        .deadline = {clock_.now_ms() + remaining_ms}});
    }
    base::Result<snowflake::ResultSet> execute(const snowflake::Statement& statement) {
        return client_.execute(statement);
    }
    [[nodiscard]] const http::Request& request(std::size_t i) const { return http_.requests()[i]; }
    [[nodiscard]] std::string header(std::size_t i, std::string_view name) const {
        return std::string(http::find_header(request(i).headers, name).value_or("none"));
    }

    tests::ScriptedHttp http_;
    CountingTokens tokens_;
    tests::FakeClock clock_;
    tests::SeededRandom random_;
    snowflake::SqlApiClient client_{{"https://x.snowflakecomputing.com", "SYNC_ROLE"},
                                    {http_, tokens_, clock_, random_}};
};

}  // namespace tests
