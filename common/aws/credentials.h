// AWS credentials: from the environment (Lambda's three variables) or from a container endpoint.
// Never from the instance metadata service.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/base/clock.h"
#include "common/base/environment.h"
#include "common/base/result.h"
#include "common/base/secret.h"
#include "common/http/http.h"

namespace aws {

struct Credentials {
    std::string access_key_id;
    base::Secret secret_access_key;
    base::Secret session_token;  // empty for long-term keys
};

class CredentialsProvider {
  public:
    virtual ~CredentialsProvider() = default;
    // Kind config_invalid where there are none.
    virtual base::Result<Credentials> get() = 0;
    // The service refused them as expired: the next get() reads them again.
    virtual void forget() = 0;
};

// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.
class EnvironmentCredentials final : public CredentialsProvider {
  public:
    explicit EnvironmentCredentials(const base::Environment& environment)
        : environment_(environment) {}
    base::Result<Credentials> get() override;
    void forget() override { read_.reset(); }

  private:
    const base::Environment& environment_;
    std::optional<Credentials> read_;
};

// The endpoint of AWS_CONTAINER_CREDENTIALS_RELATIVE_URI (on 169.254.170.2) or
// AWS_CONTAINER_CREDENTIALS_FULL_URI (https; http only to loopback, 169.254.170.2, 169.254.170.23
// or [fd00:ec2::23]), asked with the text of AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE or
// AWS_CONTAINER_AUTHORIZATION_TOKEN as its Authorization header. Page: "Container credential
// provider" (AWS SDKs and Tools Reference Guide). The answer:
//   {"AccessKeyId": …, "SecretAccessKey": …, "Token": …, "Expiration": "2026-11-20T07:00:00Z"}
// It is read anew in the last five minutes before its expiration; what is not expired is still used
// where that fails.
class ContainerCredentials final : public CredentialsProvider {
  public:
    ContainerCredentials(const base::Environment& environment, http::HttpClient& http,
                         base::Clock& clock)
        : environment_(environment), http_(http), clock_(clock) {}
    base::Result<Credentials> get() override;
    void forget() override { read_.reset(); }

  private:
    struct Expiring {
        Credentials credentials;
        std::optional<base::EpochMs> expires_at_ms;
    };
    [[nodiscard]] base::Result<http::Request> make_request() const;
    [[nodiscard]] base::Result<std::string> authorization_token() const;
    base::Result<Expiring> fetch();
    static base::Result<Expiring> parse(std::string_view body);

    const base::Environment& environment_;
    http::HttpClient& http_;
    base::Clock& clock_;
    std::optional<Expiring> read_;
};

// The container endpoint where there are no keys in the environment but one of its variables is
// set, else the environment. All three arguments outlive the provider.
std::unique_ptr<CredentialsProvider> make_credentials_provider(const base::Environment& environment,
                                                               http::HttpClient& http,
                                                               base::Clock& clock);

}  // namespace aws
