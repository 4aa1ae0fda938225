// Runs the statement on standard input: `sql_api_tool URL TOKEN MILLISECONDS`. Writes {"columns",
// "rows"} or {"error": kind, "message"}, with {"counts"} either way. Driven by
// tests/e2e/test_sql_api.py.
#include <iostream>
#include <iterator>
#include <string>

#include "common/codec/json.h"
#include "common/http/curl_client.h"
#include "common/snowflake/sql_api_client.h"

namespace {

void write_result(codec::JsonWriter& json, const snowflake::ResultSet& result) {
    json.key("columns").begin_array();
    for (const std::string& column : result.columns)
        json.text(column);
    json.end_array().key("rows").begin_array();
    for (const auto& row : result.rows) {
        json.begin_array();
        for (const auto& value : row) {
            if (value) {
                json.text(*value);
            } else {
                json.null();
            }
        }
        json.end_array();
    }
    json.end_array();
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 4) return 2;
    const std::string sql(std::istreambuf_iterator<char>(std::cin), {});
    base::SystemClock clock;
    base::SystemRandom random;
    const auto http = http::make_curl_client({}, clock);
    snowflake::FixedToken tokens({base::Secret(std::string(arguments[2])), "OAUTH"});
    snowflake::SqlApiClient client({arguments[1], "SYNC_ROLE"}, {*http, tokens, clock, random});
    snowflake::Sql statement("COMMENT ON TABLE T IS ");
    statement.literal(sql);
    const auto result = client.execute({.sql = statement,
                                        .subject = "COMMENT ON TABLE T",
                                        .query_tag = "e2e",
                                        .deadline = {clock.now_ms() + std::stoll(arguments[3])}});
    codec::JsonWriter json;
    json.begin_object();
    if (result) {
        write_result(json, *result);
    } else {
        json.member("error", base::kind_name(result.error().kind));
        json.member("message", result.error().message);
    }
    json.key("counts").begin_object();
    json.member_integer("requests", client.counts().requests);
    json.member_integer("polls", client.counts().polls);
    json.end_object().end_object();
    std::cout << json.take() << '\n';
    return 0;
}
