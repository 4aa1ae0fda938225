#include "common/aws/credentials.h"

#include <algorithm>
#include <cassert>
#include <cstdio>
#include <memory>

#include <fmt/format.h>

#include "common/codec/json.h"
#include "common/http/url.h"

namespace aws {
namespace {

constexpr std::string_view kRelativeUri = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
constexpr std::string_view kFullUri = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
constexpr std::string_view kToken = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
constexpr std::string_view kTokenFile = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

constexpr std::int64_t kTimeoutMs = 2'000;
constexpr int kAttemptsMax = 3;
constexpr std::int64_t kWaitMs = 100;
constexpr std::int64_t kReadAgainBeforeMs = 5 * 60 * 1'000;
constexpr std::size_t kAnswerBytesMax = 64U << 10U;
constexpr std::size_t kTokenBytesMax = 16U << 10U;

base::Error fault(std::string message) {
    return {base::ErrorKind::config_invalid, std::move(message)};
}

bool is_header_value(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

// C's stream: a C++ one would bring <locale> along, 180 kB of each zip.
using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

// Empty where the file cannot be read.
std::string beginning_of_file(const std::string& path, std::size_t bytes_max) {
    const File file(std::fopen(path.c_str(), "rbe"), std::fclose);
    if (!file) return {};
    std::string bytes(bytes_max, '\0');
    bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file.get()));
    return std::ferror(file.get()) == 0 ? bytes : std::string();
}

}  // namespace

base::Result<Credentials> EnvironmentCredentials::get() {
    if (!read_) {
        auto id = environment_.get("AWS_ACCESS_KEY_ID");
        auto secret = environment_.get("AWS_SECRET_ACCESS_KEY");
        if (!id || !secret) {
            return fault(fmt::format("no AWS credentials: {} is not set",
                                     id ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID"));
        }
        read_ = Credentials{*std::move(id), base::Secret(*std::move(secret)),
                            base::Secret(environment_.get("AWS_SESSION_TOKEN").value_or(""))};
    }
    return *read_;
}

base::Result<Credentials> ContainerCredentials::get() {
    const base::EpochMs now_ms = clock_.now_ms();
    const auto lasts = [&](std::int64_t longer_than_ms) {
        return read_ && (!read_->expires_at_ms || *read_->expires_at_ms - now_ms > longer_than_ms);
    };
    if (!lasts(kReadAgainBeforeMs)) {
        auto fetched = fetch();
        if (fetched) {
            read_ = std::move(*fetched);
        } else if (!lasts(0)) {
            read_.reset();
            return std::move(fetched).error();
        }
    }
    assert(read_.has_value());
    return read_->credentials;
}

base::Result<std::string> ContainerCredentials::authorization_token() const {
    std::string token = environment_.get(kToken).value_or("");
    if (const auto path = environment_.get(kTokenFile)) {
        token = beginning_of_file(*path, kTokenBytesMax);
        if (token.empty()) return fault(fmt::format("{} cannot be read: {}", kTokenFile, *path));
        while (!token.empty() && (token.back() == '\n' || token.back() == '\r'))
            token.pop_back();
    }
    if (!is_header_value(token))
        return fault("the container's authorization token holds bytes that a header cannot");
    return token;
}

base::Result<http::Request> ContainerCredentials::make_request() const {
    const auto relative = environment_.get(kRelativeUri);
    const std::string uri =
        relative ? "http://169.254.170.2" + *relative : environment_.get(kFullUri).value_or("");
    const std::string_view name = relative ? kRelativeUri : kFullUri;
    if (relative && relative->front() != '/')
        return fault(fmt::format("{} does not begin with a slash", name));
    const auto url = http::parse_url(uri);
    if (!url) return fault(fmt::format("{}: {}", name, url.error().message));
    const http::HostKind kind = http::host_kind(url->host);
    if (kind == http::HostKind::metadata || kind == http::HostKind::ambiguous)
        return fault(fmt::format("{}: the host {} is never asked", name, url->host));
    if (url->scheme != "https" && !http::plain_http_allowed(kind)) {
        return fault(fmt::format(
            "{}: the host {} must be asked by https; http is for loopback and the container hosts",
            name, url->host));
    }
    auto token = authorization_token();
    if (!token) return std::move(token).error();

    http::Request request;
    request.url = uri;
    request.headers = {{"Accept", "application/json"}};
    if (!token->empty()) request.headers.push_back({"Authorization", *std::move(token)});
    request.repeatable = http::Repeatable::yes;
    request.connect_timeout_ms = kTimeoutMs;
    request.first_byte_timeout_ms = kTimeoutMs;
    request.total_timeout_ms = kTimeoutMs;
    request.response_bytes_max = kAnswerBytesMax;
    return request;
}

base::Result<ContainerCredentials::Expiring> ContainerCredentials::fetch() {
    const auto request = make_request();
    if (!request) return request.error();
    std::string came_back;
    for (int attempt = 1; attempt <= kAttemptsMax; ++attempt) {
        if (attempt > 1) clock_.sleep_ms(kWaitMs);
        const auto answer = http_.send(*request);
        if (answer && answer->status == 200) return parse(answer->body);
        came_back = answer ? std::to_string(answer->status) : answer.error().message;
        if (answer && answer->status < 500 && answer->status != 429) break;
    }
    return fault("no AWS credentials from the container endpoint: " + came_back);
}

base::Result<ContainerCredentials::Expiring> ContainerCredentials::parse(std::string_view body) {
    const auto document = codec::parse_json(body, "the container endpoint's answer");
    if (!document) return fault(document.error().message);
    const auto id = codec::find_text(*document, "AccessKeyId");
    const auto secret = codec::find_text(*document, "SecretAccessKey");
    if (!id || !secret || id->empty() || secret->empty())
        return fault("the container endpoint's answer holds no AccessKeyId and SecretAccessKey");
    Expiring read{{std::string(*id), base::Secret(*secret),
                   base::Secret(codec::find_text(*document, "Token").value_or(""))},
                  std::nullopt};
    if (const auto expiration = codec::find_text(*document, "Expiration")) {
        read.expires_at_ms = base::parse_iso8601(*expiration);
        if (!read.expires_at_ms)
            return fault("the container endpoint's answer holds no valid Expiration");
    }
    return read;
}

std::unique_ptr<CredentialsProvider> make_credentials_provider(const base::Environment& environment,
                                                               http::HttpClient& http,
                                                               base::Clock& clock) {
    const bool has_keys = environment.get("AWS_ACCESS_KEY_ID").has_value();
    const bool has_container = environment.get(kRelativeUri) || environment.get(kFullUri);
    if (!has_keys && has_container)
        return std::make_unique<ContainerCredentials>(environment, http, clock);
    return std::make_unique<EnvironmentCredentials>(environment);
}

}  // namespace aws
