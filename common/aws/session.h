// What a function that calls AWS makes once for each loop: an HTTP client, the credentials, and the
// signed client on top of both.
#pragma once

#include <memory>
#include <utility>

#include "common/aws/aws_client.h"
#include "common/http/curl_client.h"

namespace aws {

struct SessionSettings {
    http::CurlSettings http;
    ClientSettings client;

    // Faults go to the reader.
    static SessionSettings from_environment(base::SettingsReader& reader,
                                            const base::Environment& environment);
};

// A function's own settings and those of its calls to AWS.
template <typename Config>
struct FunctionSettings {
    Config config;
    SessionSettings aws;
};

// The faults of both are told at once.
template <typename Config>
base::Result<FunctionSettings<Config>> read_function_settings(
    const base::Environment& environment, Config (&read_config)(base::SettingsReader&)) {
    base::SettingsReader reader(environment);
    FunctionSettings<Config> settings{read_config(reader), {}};
    settings.aws = SessionSettings::from_environment(reader, environment);
    if (auto fault = reader.fault()) return *std::move(fault);
    return settings;
}

// The seams of the loop; they outlive the session.
struct SessionSeams {
    const base::Environment& environment;
    base::Clock& clock;
    base::Random& random;
    base::Log& log;
};

class Session {
  public:
    Session(SessionSettings settings, const SessionSeams& seams);
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    [[nodiscard]] http::HttpClient& http() { return *http_; }
    [[nodiscard]] Client& client() { return client_; }

  private:
    std::unique_ptr<http::HttpMulti> http_;
    std::unique_ptr<CredentialsProvider> credentials_;
    Client client_;
};

}  // namespace aws
