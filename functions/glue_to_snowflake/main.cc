#include <memory>
#include <utility>

#include "common/aws/glue_client.h"
#include "common/aws/secrets_client.h"
#include "common/aws/session.h"
#include "common/snowflake/key_pair_jwt.h"
#include "common/snowflake/sql_api_client.h"
#include "functions/glue_to_snowflake/config.h"
#include "functions/glue_to_snowflake/handler.h"
#include "functions/glue_to_snowflake/snowflake_settings.h"
#include "runtime/bootstrap.h"

namespace glue_to_snowflake {
namespace {

// Lambda's INIT phase ends after 10 s.
constexpr std::int64_t kInitMs = 8'000;

struct Settings {
    Config config;
    aws::SessionSettings aws;
};

base::Result<Settings> read_settings(const base::Environment& environment) {
    base::SettingsReader reader(environment);
    Settings settings;
    settings.config = read_config(reader);
    settings.aws = aws::SessionSettings::from_environment(reader, environment);
    if (auto fault = reader.fault()) return std::move(*fault);
    return settings;
}

base::Result<std::unique_ptr<snowflake::TokenProvider>> make_tokens(
    const SnowflakeSettings& settings, const base::Clock& clock) {
    using Tokens = std::unique_ptr<snowflake::TokenProvider>;
    if (!settings.token.empty()) {
        return Tokens(std::make_unique<snowflake::FixedToken>(
            snowflake::Token{settings.token, settings.token_type}));
    }
    auto key =
        codec::RsaPrivateKey::from_pem(settings.private_key, settings.private_key_passphrase);
    if (!key) {
        return base::Error{base::ErrorKind::config_invalid,
                           "the secret of SECRET_ARN: private_key: " + key.error().message};
    }
    return Tokens(std::make_unique<snowflake::KeyPairTokens>(
        snowflake::KeyPairTokens::Identity{settings.account_identifier, settings.username},
        *std::move(key), clock));
}

// The services that a loop talks to, made once.
struct Services {
    Services(Settings from, const runtime::Context& context)
        : config(std::move(from.config)),
          session(std::move(from.aws),
                  {context.environment, context.clock, context.random, context.log}),
          glue(session.client()) {}

    Config config;
    aws::Session session;
    aws::GlueClient glue;
    SnowflakeSettings snowflake;
    std::unique_ptr<snowflake::TokenProvider> tokens;
    std::unique_ptr<snowflake::SqlApiClient> sql_api;  // null for the target logging
    std::unique_ptr<TableSync> sync;
    std::unique_ptr<CatalogHandler> handler;
};

// The secret is read once, here, and kept for the environment's life.
base::Result<base::Done> connect(Services& services, const runtime::Context& context) {
    aws::SecretsClient secrets(services.session.client());
    const auto secret =
        secrets.get_secret_value(services.config.secret_id, {context.clock.now_ms() + kInitMs});
    if (!secret) return secret.error();
    auto settings = parse_snowflake_settings(*secret, services.config.target_type);
    if (!settings) return std::move(settings).error();
    services.snowflake = *std::move(settings);
    if (services.config.target_type == TargetType::logging) return base::Done{};
    auto tokens = make_tokens(services.snowflake, context.clock);
    if (!tokens) return std::move(tokens).error();
    services.tokens = *std::move(tokens);
    services.sql_api = std::make_unique<snowflake::SqlApiClient>(
        snowflake::SqlApiSettings{services.snowflake.url, services.snowflake.role},
        snowflake::SqlApiSeams{services.session.http(), *services.tokens, context.clock,
                               context.random});
    return base::Done{};
}

base::Result<runtime::Handler> make_handler(const runtime::Context& context) {
    auto settings = read_settings(context.environment);
    if (!settings) return std::move(settings).error();
    // A Handler is copyable, so what it holds is shared between its copies.
    auto services = std::make_shared<Services>(*std::move(settings), context);
    if (auto connected = connect(*services, context); !connected)
        return std::move(connected).error();
    services->sync = std::make_unique<TableSync>(services->config, services->snowflake,
                                                 services->glue, services->sql_api.get());
    services->handler = std::make_unique<CatalogHandler>(
        HandlerSettings{services->session.client().settings().region,
                        services->config.auto_refresh},
        *services->sync, context.clock, context.log);
    return runtime::Handler([services](const runtime::Invocation& invocation) {
        return services->handler->handle(invocation);
    });
}

}  // namespace
}  // namespace glue_to_snowflake

int main() {
    return runtime::run_bootstrap(glue_to_snowflake::make_handler);
}
