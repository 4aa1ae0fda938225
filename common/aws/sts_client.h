// AWS STS: GetWebIdentityToken, a JWT that says to a service outside of AWS which role calls. API
// reference: "GetWebIdentityToken" (AWS Security Token Service), API version 2011-06-15. It is
// answered by the regional endpoints only, where outbound identity federation is enabled.
//
//   POST /   Action=GetWebIdentityToken&Version=2011-06-15&Audience.member.1=<audience>
//            &SigningAlgorithm=ES384&DurationSeconds=300
//   <GetWebIdentityTokenResponse><GetWebIdentityTokenResult><WebIdentityToken>…</WebIdentityToken>
//   <Expiration>2026-11-20T01:05:00Z</Expiration></GetWebIdentityTokenResult>…
#pragma once

#include <string_view>

#include "common/aws/aws_client.h"
#include "common/base/clock.h"
#include "common/base/deadline.h"
#include "common/base/result.h"
#include "common/base/secret.h"

namespace aws {

struct WebIdentityToken {
    base::Secret token;
    base::EpochMs expires_at_ms = 0;
};

class StsClient {
  public:
    // The client outlives it.
    explicit StsClient(Client& client) : client_(&client) {}

    // `audience` is letters, digits and dots. Kind data_invalid for an answer that holds no token.
    base::Result<WebIdentityToken> get_web_identity_token(std::string_view audience,
                                                          base::Deadline deadline);

  private:
    Client* client_;
};

}  // namespace aws
