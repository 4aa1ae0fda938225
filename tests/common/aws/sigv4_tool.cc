// Signs what it reads, for the comparison with botocore (tests/e2e/test_sigv4_botocore.py): one
// JSON object a line on standard input, one on standard output.
//   {"method", "path", "query": [[name, value]], "headers": [[name, value]], "body": hex,
//    "region", "service", "access_key", "secret_key", "token", "time": "2026-11-20T01:00:00Z"}
//   -> {"query": "a=1&b=", "headers": [[name, value]]}
#include <iostream>
#include <string>

#include "common/aws/sigv4.h"
#include "common/codec/hex.h"
#include "common/codec/json.h"

namespace {

std::string text_of(const codec::JsonValue& object, std::string_view name) {
    return std::string(codec::find_text(object, name).value_or(""));
}

std::string answer(const codec::JsonValue& object) {
    aws::Query query;
    for (const auto& pair : codec::find_array(object, "query")->GetArray())
        query.emplace_back(codec::text_of(pair[0]), codec::text_of(pair[1]));
    http::Headers headers;
    for (const auto& pair : codec::find_array(object, "headers")->GetArray())
        headers.push_back(
            {std::string(codec::text_of(pair[0])), std::string(codec::text_of(pair[1]))});
    const auto body = codec::hex_decode(text_of(object, "body"));
    const auto time_ms = base::parse_iso8601(text_of(object, "time"));
    if (!body || !time_ms) return R"({"error":"body or time"})";

    const std::string method = text_of(object, "method");
    const std::string path = text_of(object, "path");
    const std::string region = text_of(object, "region");
    const std::string service = text_of(object, "service");
    aws::sign({method, path, query, *body, region, service},
              {text_of(object, "access_key"), base::Secret(text_of(object, "secret_key")),
               base::Secret(text_of(object, "token"))},
              *time_ms, headers);

    codec::JsonWriter json;
    json.begin_object().member("query", aws::canonical_query(query)).key("headers").begin_array();
    for (const http::Header& header : headers)
        json.begin_array().text(header.name).text(header.value).end_array();
    json.end_array().end_object();
    return json.take();
}

}  // namespace

int main() {
    std::string line;
    while (std::getline(std::cin, line)) {
        const auto document = codec::parse_json(line, "a line of the input");
        if (!document) {
            std::cerr << document.error().message << '\n';
            return 1;
        }
        std::cout << answer(*document) << '\n';
    }
    return 0;
}
