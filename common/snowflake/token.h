// How a request to Snowflake says who sends it: Authorization: Bearer <value>, and the value's kind
// in X-Snowflake-Authorization-Token-Type. Page: "Authenticating to the server" (SQL API).
#pragma once

#include <string>
#include <utility>

#include "common/base/result.h"
#include "common/base/secret.h"

namespace snowflake {

struct Token {
    base::Secret value;
    std::string type;  // KEYPAIR_JWT, PROGRAMMATIC_ACCESS_TOKEN, OAUTH
};

class TokenProvider {
  public:
    virtual ~TokenProvider() = default;
    virtual base::Result<Token> token() = 0;
    // Snowflake refused the token: the next token() makes a new one, if it can.
    virtual void forget() = 0;
};

// A token that somebody else made.
class FixedToken final : public TokenProvider {
  public:
    explicit FixedToken(Token token) : token_(std::move(token)) {}
    base::Result<Token> token() override { return token_; }
    void forget() override {}

  private:
    Token token_;
};

}  // namespace snowflake
