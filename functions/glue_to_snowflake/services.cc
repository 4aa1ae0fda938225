#include "functions/glue_to_snowflake/services.h"

#include <utility>

namespace glue_to_snowflake {

Services::Services(ServiceSettings settings, const aws::SessionSeams& seams)
    : config_(std::move(settings.config)),
      session_(std::move(settings.aws), seams),
      glue_(session_.client()),
      secrets_(session_.client()),
      sts_(session_.client()) {}

base::Result<std::unique_ptr<Services>> Services::connect(ServiceSettings settings,
                                                          const aws::SessionSeams& seams,
                                                          base::Deadline deadline) {
    std::unique_ptr<Services> services(new Services(std::move(settings), seams));
    if (auto connected = services->connect_snowflake(seams, deadline); !connected)
        return std::move(connected).error();
    services->make_sync(seams);
    return services;
}

std::unique_ptr<Services> Services::without_secret(ServiceSettings settings,
                                                   const aws::SessionSeams& seams,
                                                   SnowflakeSettings snowflake) {
    std::unique_ptr<Services> services(new Services(std::move(settings), seams));
    services->snowflake_ = std::move(snowflake);
    services->make_sync(seams);
    return services;
}

void Services::make_sync(const aws::SessionSeams& seams) {
    sync_ = std::make_unique<TableSync>(
        config_, snowflake_, SyncServices{glue_, sql_api_.get(), seams.clock, seams.random});
}

base::Result<base::Done> Services::connect_snowflake(const aws::SessionSeams& seams,
                                                     base::Deadline deadline) {
    const SecretTokens::ReadSecret read = secret_reader();
    const auto secret = read(deadline);
    if (!secret) return secret.error();
    auto settings = parse_snowflake_settings(*secret, config_.target_type);
    if (!settings) return std::move(settings).error();
    snowflake_ = *std::move(settings);
    if (config_.target_type == TargetType::logging) return base::Done{};
    auto tokens = SecretTokens::from(*secret, snowflake_, read, {sts_, seams.clock});
    if (!tokens) return std::move(tokens).error();
    tokens_ = *std::move(tokens);
    sql_api_ = std::make_unique<snowflake::SqlApiClient>(
        snowflake::SqlApiSettings{snowflake_.url, snowflake_.role},
        snowflake::SqlApiSeams{session_.http(), *tokens_, seams.clock, seams.random});
    return base::Done{};
}

SecretTokens::ReadSecret Services::secret_reader() {
    return [this](base::Deadline deadline) {
        return secrets_.get_secret_value(config_.secret_id, deadline);
    };
}

snowflake::SqlApiCounts Services::sql_api_counts() const {
    return sql_api_ ? sql_api_->counts() : snowflake::SqlApiCounts{};
}

}  // namespace glue_to_snowflake
