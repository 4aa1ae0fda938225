// How a request to Snowflake says who sends it: Authorization: Bearer <value>, and the value's kind
// in X-Snowflake-Authorization-Token-Type. Page: "Authenticating to the server" (SQL API).
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "common/base/clock.h"
#include "common/base/deadline.h"
#include "common/base/result.h"
#include "common/base/secret.h"

namespace snowflake {

struct Token {
    base::Secret value;
    std::string
        type;  // KEYPAIR_JWT, PROGRAMMATIC_ACCESS_TOKEN, OAUTH, WORKLOAD_IDENTITY_FEDERATION
};

class TokenProvider {
  public:
    virtual ~TokenProvider() = default;
    // May ask another service where it has none at hand; that ends before the deadline.
    virtual base::Result<Token> token(base::Deadline deadline) = 0;
    // Snowflake refused the token (401), with its own time where the answer had one: the next
    // token() is another, if that can be.
    virtual void refused(std::optional<base::EpochMs> server_time_ms) = 0;
};

// A token that somebody else made.
class FixedToken final : public TokenProvider {
  public:
    explicit FixedToken(Token token) : token_(std::move(token)) {}
    base::Result<Token> token(base::Deadline /*deadline*/) override { return token_; }
    void refused(std::optional<base::EpochMs> /*server_time_ms*/) override {}

  private:
    Token token_;
};

}  // namespace snowflake
