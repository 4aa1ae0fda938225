#include "functions/api_to_dynamodb/api_key.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "common/codec/json.h"

namespace api_to_dynamodb {
namespace {

base::Error fault(std::string message) {
    return {base::ErrorKind::config_invalid, std::move(message)};
}

// What may stand in a header and, encoded, in a query.
bool is_printable(std::string_view key) {
    return !key.empty() &&
           std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

}  // namespace

base::Result<base::Secret> api_key_of(const base::Secret& secret) {
    std::string_view text = secret.reveal();
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    const std::size_t last = text.find_last_not_of(" \t\r\n");
    if (first == std::string_view::npos) return fault("the secret of API_KEY_SECRET_ARN is empty");
    text = text.substr(first, last - first + 1);
    if (text.front() != '{') {
        if (is_printable(text)) return base::Secret(text);
        return fault("the secret of API_KEY_SECRET_ARN is no key: it has blanks or other bytes");
    }
    const auto document = codec::parse_json(text, "the secret");
    const bool has_key = document && document->IsObject() && document->MemberCount() == 1 &&
                         document->MemberBegin()->value.IsString();
    if (!has_key) {
        return fault(
            "the secret of API_KEY_SECRET_ARN is neither a text nor a JSON object with one text");
    }
    const std::string_view key = codec::text_of(document->MemberBegin()->value);
    if (!is_printable(key)) return fault("the key in the secret of API_KEY_SECRET_ARN is no key");
    return base::Secret(key);
}

base::Result<base::Secret> ApiKey::get(base::Deadline deadline) {
    if (key_) return *key_;
    const auto secret = read_(deadline);
    if (!secret) return secret.error();
    auto key = api_key_of(*secret);
    if (key) key_ = *key;
    return key;
}

}  // namespace api_to_dynamodb
