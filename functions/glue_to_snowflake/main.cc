#include <memory>
#include <utility>

#include "common/aws/glue_client.h"
#include "common/aws/secrets_client.h"
#include "common/aws/session.h"
#include "common/aws/sts_client.h"
#include "common/base/metrics.h"
#include "common/snowflake/sql_api_client.h"
#include "functions/glue_to_snowflake/config.h"
#include "functions/glue_to_snowflake/handler.h"
#include "functions/glue_to_snowflake/snowflake_settings.h"
#include "functions/glue_to_snowflake/snowflake_tokens.h"
#include "runtime/bootstrap.h"

namespace glue_to_snowflake {
namespace {

// Lambda's INIT phase ends after 10 s.
constexpr std::int64_t kInitMs = 8'000;

using Settings = aws::FunctionSettings<Config>;

// The services that a loop talks to, made once.
struct Services {
    Services(Settings from, const runtime::Context& context)
        : config(std::move(from.config)),
          session(std::move(from.aws),
                  {context.environment, context.clock, context.random, context.log}),
          glue(session.client()),
          secrets(session.client()),
          sts(session.client()),
          metrics(context.clock, context.log.function_name()) {}

    Config config;
    aws::Session session;
    aws::GlueClient glue;
    aws::SecretsClient secrets;
    aws::StsClient sts;
    base::Metrics metrics;
    SnowflakeSettings snowflake;
    std::unique_ptr<SecretTokens> tokens;
    std::unique_ptr<snowflake::SqlApiClient> sql_api;  // null for the target logging
    std::unique_ptr<TableSync> sync;
    std::unique_ptr<CatalogHandler> handler;
};

// The secret is read here; snowflake_tokens.h says when it is read again.
base::Result<base::Done> connect(Services& services, const runtime::Context& context) {
    const auto read = [&services](base::Deadline deadline) {
        return services.secrets.get_secret_value(services.config.secret_id, deadline);
    };
    const auto secret = read({context.clock.now_ms() + kInitMs});
    if (!secret) return secret.error();
    auto settings = parse_snowflake_settings(*secret, services.config.target_type);
    if (!settings) return std::move(settings).error();
    services.snowflake = *std::move(settings);
    if (services.config.target_type == TargetType::logging) return base::Done{};
    auto tokens =
        SecretTokens::from(*secret, services.snowflake, read, {services.sts, context.clock});
    if (!tokens) return std::move(tokens).error();
    services.tokens = *std::move(tokens);
    services.sql_api = std::make_unique<snowflake::SqlApiClient>(
        snowflake::SqlApiSettings{services.snowflake.url, services.snowflake.role},
        snowflake::SqlApiSeams{services.session.http(), *services.tokens, context.clock,
                               context.random});
    return base::Done{};
}

// What the SQL API client met in this invocation.
void add_metrics(Services& services, const snowflake::SqlApiCounts& before, const base::Log& log) {
    const snowflake::SqlApiCounts& now = services.sql_api->counts();
    const auto add = [&services](std::string_view name, std::int64_t value,
                                 base::MetricUnit unit = base::MetricUnit::count) {
        services.metrics.add(name, static_cast<double>(value), unit);
    };
    if (now.statements == before.statements) return;
    add("Statements", now.statements - before.statements);
    add("StatementsFailed", now.failed - before.failed);
    add("StatementsUnknown", now.unknown - before.unknown);
    add("StatementsTime", now.milliseconds - before.milliseconds, base::MetricUnit::milliseconds);
    add("SqlApiRequests", now.requests - before.requests);
    add("SqlApiRetries", now.retries - before.retries);
    add("SqlApiThrottles", now.throttles - before.throttles);
    services.metrics.flush(log);
}

base::Result<runtime::Handler> make_handler(const runtime::Context& context) {
    auto settings = aws::read_function_settings(context.environment, read_config);
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
    return runtime::Handler([services, &log = context.log](const runtime::Invocation& invocation) {
        if (!services->sql_api) return services->handler->handle(invocation);
        const snowflake::SqlApiCounts before = services->sql_api->counts();
        auto response = services->handler->handle(invocation);
        add_metrics(*services, before, log);
        return response;
    });
}

}  // namespace
}  // namespace glue_to_snowflake

int main() {
    return runtime::run_bootstrap(glue_to_snowflake::make_handler);
}
