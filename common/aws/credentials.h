// AWS credentials: from the environment (Lambda's three variables) or from a container endpoint.
// Never from the instance metadata service.
#pragma once

#include <string>

#include "common/base/result.h"
#include "common/base/secret.h"

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

}  // namespace aws
