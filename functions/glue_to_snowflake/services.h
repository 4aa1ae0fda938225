// What glue_to_snowflake works with, made once from the environment: AWS, the secret, Snowflake's
// SQL API and, on top of them, the sync of a table. The function and the `lakefeed` command make
// the same.
#pragma once

#include <memory>

#include "common/aws/glue_client.h"
#include "common/aws/secrets_client.h"
#include "common/aws/session.h"
#include "common/aws/sts_client.h"
#include "common/base/deadline.h"
#include "common/base/result.h"
#include "common/snowflake/sql_api_client.h"
#include "functions/glue_to_snowflake/config.h"
#include "functions/glue_to_snowflake/snowflake_settings.h"
#include "functions/glue_to_snowflake/snowflake_tokens.h"
#include "functions/glue_to_snowflake/sync/sync.h"

namespace glue_to_snowflake {

using ServiceSettings = aws::FunctionSettings<Config>;

class Services {
  public:
    // Reads the secret; snowflake_tokens.h says when it is read again. The seams outlive what is
    // made. Errors: as GetSecretValue gives them, and config_invalid, naming the secret's fields.
    static base::Result<std::unique_ptr<Services>> connect(ServiceSettings settings,
                                                           const aws::SessionSeams& seams,
                                                           base::Deadline deadline);
    // Without the secret: `snowflake` says which stages there are, and nothing is sent, as for the
    // target logging.
    static std::unique_ptr<Services> without_secret(ServiceSettings settings,
                                                    const aws::SessionSeams& seams,
                                                    SnowflakeSettings snowflake);
    Services(const Services&) = delete;
    Services& operator=(const Services&) = delete;

    [[nodiscard]] const Config& config() const { return config_; }
    [[nodiscard]] const SnowflakeSettings& snowflake_settings() const { return snowflake_; }
    // Of the catalog.
    [[nodiscard]] const std::string& region() { return session_.client().settings().region; }
    [[nodiscard]] aws::GlueClient& glue() { return glue_; }
    [[nodiscard]] TableSync& sync() { return *sync_; }
    // What the SQL API client has met so far; nothing but zeros for the target logging.
    [[nodiscard]] snowflake::SqlApiCounts sql_api_counts() const;

  private:
    Services(ServiceSettings settings, const aws::SessionSeams& seams);
    void make_sync(const aws::SessionSeams& seams);
    base::Result<base::Done> connect_snowflake(const aws::SessionSeams& seams,
                                               base::Deadline deadline);
    [[nodiscard]] SecretTokens::ReadSecret secret_reader();

    Config config_;
    aws::Session session_;
    aws::GlueClient glue_;
    aws::SecretsClient secrets_;
    aws::StsClient sts_;
    SnowflakeSettings snowflake_;
    std::unique_ptr<SecretTokens> tokens_;
    std::unique_ptr<snowflake::SqlApiClient> sql_api_;  // null for the target logging
    std::unique_ptr<TableSync> sync_;
};

}  // namespace glue_to_snowflake
