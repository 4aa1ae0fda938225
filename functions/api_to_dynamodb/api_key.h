// The API's key, out of its secret: the secret's text, or the one member of its JSON object. Read
// once and kept; read again after the API refused it.
#pragma once

#include <functional>
#include <optional>

#include "common/base/deadline.h"
#include "common/base/result.h"
#include "common/base/secret.h"

namespace api_to_dynamodb {

// Kind config_invalid where it holds no key.
base::Result<base::Secret> api_key_of(const base::Secret& secret);

class ApiKey {
  public:
    using ReadSecret = std::function<base::Result<base::Secret>(base::Deadline)>;
    explicit ApiKey(ReadSecret read) : read_(std::move(read)) {}

    base::Result<base::Secret> get(base::Deadline deadline);
    void forget() { key_.reset(); }

  private:
    ReadSecret read_;
    std::optional<base::Secret> key_;
};

}  // namespace api_to_dynamodb
