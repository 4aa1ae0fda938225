// AWS's Signature Version 4 test suite (aws4_testsuite/, Apache-2.0): each case stage by stage.
// CASE.req is the request as it is sent, CASE.creq the canonical request, CASE.sts the string to
// sign, CASE.authz the Authorization header.
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "common/aws/sigv4.h"
#include "common/codec/digest.h"
#include "common/codec/hex.h"
#include "common/codec/uri.h"
#include "tests/support/fakes.h"

namespace {

constexpr const char* kFolder = "tests/common/aws/aws4_testsuite";
constexpr const char* kAccessKeyId = "AKIDEXAMPLE";
constexpr const char* kSecretAccessKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
constexpr const char* kTime = "20150830T123600Z";
const aws::CredentialScope kScope{"20150830", "us-east-1", "service"};

std::vector<std::string> case_names() {
    std::vector<std::string> names;
    for (const auto& file : std::filesystem::directory_iterator(
             std::filesystem::path(LAKEFEED_SOURCE_FOLDER) / kFolder)) {
        if (file.path().extension() == ".req") names.push_back(file.path().stem());
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::string decode(std::string_view text) {
    auto decoded = codec::uri_decode(text);
    EXPECT_TRUE(decoded.ok()) << text;
    return decoded ? *decoded : "";
}

struct RawRequest {
    std::string method;
    std::string path;
    aws::Query query;
    http::Headers headers;
    std::string body;
};

aws::Query parse_query(std::string_view text) {
    aws::Query query;
    while (!text.empty()) {
        const std::string_view pair = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(pair.size() + 1, text.size()));
        const std::size_t equals = std::min(pair.find('='), pair.size());
        const std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
        query.emplace_back(decode(pair.substr(0, equals)), decode(value));
    }
    return query;
}

RawRequest parse_request(const std::string& text) {
    RawRequest request;
    const std::size_t head_end = std::min(text.find("\n\n"), text.size());
    request.body = text.substr(std::min(head_end + 2, text.size()));
    std::string_view head = std::string_view(text).substr(0, head_end);

    const std::string_view line = head.substr(0, head.find('\n'));
    head.remove_prefix(std::min(line.size() + 1, head.size()));
    const std::size_t target_begin = line.find(' ') + 1;
    const std::string_view target =
        line.substr(target_begin, line.rfind(" HTTP/1.1") - target_begin);
    request.method = line.substr(0, target_begin - 1);
    request.path = target.substr(0, target.find('?'));
    if (request.path.size() < target.size())
        request.query = parse_query(target.substr(request.path.size() + 1));

    while (!head.empty()) {
        const std::string_view header = head.substr(0, head.find('\n'));
        head.remove_prefix(std::min(header.size() + 1, head.size()));
        const std::size_t colon = header.find(':');
        if (header.front() == ' ') {  // the value goes on
            request.headers.back().value.append("\n").append(header);
        } else {
            request.headers.push_back(
                {std::string(header.substr(0, colon)), std::string(header.substr(colon + 1))});
        }
    }
    return request;
}

// The session token that signing adds in the case, which only its result shows.
std::string added_token(const RawRequest& request, const std::string& canonical_request) {
    constexpr std::string_view kName = "\nx-amz-security-token:";
    const std::size_t begin = canonical_request.find(kName);
    if (begin == std::string::npos || http::find_header(request.headers, "X-Amz-Security-Token"))
        return "";
    const std::size_t value = begin + kName.size();
    return canonical_request.substr(value, canonical_request.find('\n', value) - value);
}

class SigV4Suite : public testing::TestWithParam<std::string> {
  protected:
    static std::string read(const std::string& extension) {
        return tests::read_source_file(std::string(kFolder) + "/" + GetParam() + extension);
    }
};

TEST(SigV4Suite, IsWhole) {
    EXPECT_EQ(case_names().size(), 34U);
}

TEST_P(SigV4Suite, AgreesAtEachStage) {
    RawRequest request = parse_request(read(".req"));
    const std::string expected_canonical = read(".creq");
    const std::string token = added_token(request, expected_canonical);
    if (!token.empty()) request.headers.push_back({"X-Amz-Security-Token", token});

    const std::string payload_hash = codec::hex_lower(codec::sha256(request.body));
    const std::string canonical = aws::canonical_request(
        {request.method, request.path, request.query, request.headers, payload_hash});
    EXPECT_EQ(canonical, expected_canonical);

    const std::string to_sign = aws::string_to_sign(kTime, kScope, canonical);
    EXPECT_EQ(to_sign, read(".sts"));

    const base::Secret key =
        aws::signing_key(base::Secret(std::string_view(kSecretAccessKey)), kScope);
    EXPECT_EQ(aws::authorization(kAccessKeyId, kScope, aws::signed_headers(request.headers),
                                 aws::signature(key, to_sign)),
              read(".authz"));
}

// The whole signer, for all cases that sign every header that they send.
TEST_P(SigV4Suite, SignsTheRequest) {
    RawRequest request = parse_request(read(".req"));
    std::string token = added_token(request, read(".creq"));
    std::erase_if(request.headers, [&](const http::Header& header) {
        if (header.name == "X-Amz-Security-Token") token = header.value;
        return header.name == "X-Amz-Date" || header.name == "X-Amz-Security-Token";
    });
    constexpr base::EpochMs kTimeMs = 1'440'938'160'000;  // 2015-08-30T12:36:00Z

    aws::sign({request.method, request.path, request.query, request.body, "us-east-1", "service"},
              {kAccessKeyId, base::Secret(std::string_view(kSecretAccessKey)), base::Secret(token)},
              kTimeMs, request.headers);

    EXPECT_EQ(http::find_header(request.headers, "Authorization"), read(".authz"));
    EXPECT_EQ(http::find_header(request.headers, "X-Amz-Date"), kTime);
}

INSTANTIATE_TEST_SUITE_P(Cases, SigV4Suite, testing::ValuesIn(case_names()),
                         [](const testing::TestParamInfo<std::string>& one) {
                             std::string name = one.param;
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

}  // namespace
