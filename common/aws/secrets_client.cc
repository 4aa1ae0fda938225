#include "common/aws/secrets_client.h"

#include <fmt/format.h>

#include "common/codec/json.h"

namespace aws {

base::Result<base::Secret> SecretsClient::get_secret_value(std::string_view secret_id,
                                                           base::Deadline deadline) {
    codec::JsonWriter body;
    body.begin_object().member("SecretId", secret_id).end_object();
    auto answer = client_->call(JsonCall{.service = kSecretsManager,
                                         .operation = "GetSecretValue",
                                         .body = body.take(),
                                         .subject = fmt::format("secret {}", secret_id),
                                         .repeatable = http::Repeatable::yes,
                                         .deadline = deadline});
    if (!answer) return std::move(answer).error();
    // The answer holds the secret: it is wiped when it goes.
    const base::Secret wiped(*std::move(answer));
    auto document = codec::parse_json(wiped.reveal(), "the answer of GetSecretValue");
    if (!document) return std::move(document).error();
    const auto text = codec::find_text(*document, "SecretString");
    if (!text) {
        return base::Error{base::ErrorKind::config_invalid,
                           fmt::format("GetSecretValue of secret {}: it has no SecretString; store "
                                       "the settings as text",
                                       secret_id)};
    }
    return base::Secret(*text);
}

}  // namespace aws
