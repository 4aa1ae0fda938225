// Secrets Manager: GetSecretValue. API reference: "GetSecretValue" (AWS Secrets Manager).
//
//   {"SecretId":"<name or ARN>"}
//   {"ARN":"…","Name":"…","VersionId":"…","SecretString":"<text>"}   or "SecretBinary" in its place
#pragma once

#include <string_view>

#include "common/aws/aws_client.h"
#include "common/base/deadline.h"
#include "common/base/result.h"
#include "common/base/secret.h"

namespace aws {

class SecretsClient {
  public:
    // The client outlives it.
    explicit SecretsClient(Client& client) : client_(&client) {}

    // The current version's text. Kind config_invalid where the secret holds bytes instead of text.
    base::Result<base::Secret> get_secret_value(std::string_view secret_id,
                                                base::Deadline deadline);

  private:
    Client* client_;
};

}  // namespace aws
