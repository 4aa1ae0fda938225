#include "functions/glue_to_snowflake/snowflake_settings.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "common/codec/json.h"
#include "common/codec/rs256.h"
#include "common/snowflake/key_pair_jwt.h"
#include "functions/glue_to_snowflake/definition/parameters.h"

namespace glue_to_snowflake {
namespace {

constexpr std::string_view kStatementsPath = "/api/v2/statements";

class FieldReader {
  public:
    explicit FieldReader(const codec::JsonValue& object) : object_(object) {}

    std::string optional(std::string_view name) {
        const codec::JsonValue* member = codec::find_member(object_, name);
        if (member == nullptr || member->IsNull()) return "";
        if (member->IsString()) return std::string(codec::text_of(*member));
        fault(name, "is no text");
        return "";
    }

    std::string required(std::string_view name) {
        std::string text = optional(name);
        const codec::JsonValue* member = codec::find_member(object_, name);
        const bool wrong_type = member != nullptr && !member->IsString() && !member->IsNull();
        if (text.empty() && !wrong_type) fault(name, "is missing");
        return text;
    }

    void fault(std::string_view name, std::string_view what) {
        if (!faults_.empty()) faults_ += "; ";
        faults_ += fmt::format("{} {}", name, what);
    }
    [[nodiscard]] const std::string& faults() const { return faults_; }

  private:
    const codec::JsonValue& object_;
    std::string faults_;
};

bool is_loopback(std::string_view authority) {
    const std::string_view host = authority.substr(0, authority.rfind(':'));
    return host == "127.0.0.1" || host == "localhost" || host == "[::1]";
}

bool is_snowflake_host(std::string_view authority) {
    return authority.ends_with(".snowflakecomputing.com") ||
           authority.ends_with(".snowflakecomputing.cn");
}

// The account URL, with or without the API's path; the connection carries a token, so it is TLS.
std::string read_url(FieldReader& fields) {
    std::string url = fields.required("url");
    if (url.empty()) return url;
    const std::string_view whole = url;
    const bool is_tls = whole.starts_with("https://");
    const std::size_t scheme = whole.find("://");
    const std::size_t start = scheme == std::string_view::npos ? 0 : scheme + 3;
    const std::size_t slash = std::min(whole.find('/', start), whole.size());
    const std::string_view authority = whole.substr(start, slash - start);
    const std::string_view path = whole.substr(slash);
    const bool is_local = whole.starts_with("http://") && is_loopback(authority);
    const bool is_plain = std::all_of(authority.begin(), authority.end(), [](char byte) {
        return byte > ' ' && byte < 0x7F && byte != '@' && byte != '?' && byte != '#';
    });
    if ((!is_tls && !is_local) || authority.empty() || !is_plain) {
        fields.fault("url",
                     "is no https URL such as https://myorg-myaccount.snowflakecomputing.com");
        return "";
    }
    if (!path.empty() && path != "/" && path != kStatementsPath) {
        fields.fault("url", "has a path other than /api/v2/statements");
        return "";
    }
    url.resize(slash);
    if (is_snowflake_host(authority)) std::replace(url.begin(), url.end(), '_', '-');
    return url;
}

void read_key_pair(FieldReader& fields, SnowflakeSettings& settings) {
    settings.account_identifier = fields.required("accountidentifier");
    if (!settings.account_identifier.empty() &&
        snowflake::jwt_account(settings.account_identifier).empty())
        fields.fault("accountidentifier", "names no account such as MYORG-MYACCOUNT");
    settings.username = fields.required("username");
    settings.private_key = base::Secret(fields.required("private_key"));
    settings.private_key_passphrase = base::Secret(fields.optional("private_key_passphrase"));
    if (settings.private_key.empty()) return;
    const auto key =
        codec::RsaPrivateKey::from_pem(settings.private_key, settings.private_key_passphrase);
    if (!key) fields.fault("private_key", fmt::format("is of no use: {}", key.error().message));
}

void read_credentials(FieldReader& fields, SnowflakeSettings& settings) {
    settings.token = base::Secret(fields.optional("token"));
    settings.token_type = fields.optional("token_type");
    if (settings.token_type == kWorkloadIdentity) {
        if (!settings.token.empty())
            fields.fault("token", "is set, and WORKLOAD_IDENTITY_FEDERATION makes its own");
        return;
    }
    if (settings.token.empty()) {
        if (settings.token_type.empty()) return read_key_pair(fields, settings);
        return fields.fault("token", "is missing, but token_type is set");
    }
    const bool bearable =
        std::all_of(settings.token.reveal().begin(), settings.token.reveal().end(),
                    [](char byte) { return byte > ' ' && byte < 0x7F; });
    if (!bearable) fields.fault("token", "has blanks or control characters");
    if (settings.token_type != "PROGRAMMATIC_ACCESS_TOKEN" && settings.token_type != "OAUTH")
        fields.fault("token_type",
                     "is none of PROGRAMMATIC_ACCESS_TOKEN, OAUTH, WORKLOAD_IDENTITY_FEDERATION");
}

bool is_unquoted_identifier(std::string_view text) {
    const auto is_start = [](char byte) {
        return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
    };
    return !text.empty() && is_start(text[0]) &&
           std::all_of(text.begin(), text.end(), [&](char byte) {
               return is_start(byte) || (byte >= '0' && byte <= '9') || byte == '$';
           });
}

// The name inside double quotes, one inside doubled; nothing where the text is no such name.
std::optional<std::string> quoted_name(std::string_view text) {
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::nullopt;
    text = text.substr(1, text.size() - 2);
    std::string name;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '"') {
            ++at;
            if (at == text.size() || text[at] != '"') return std::nullopt;
        }
        name += text[at];
    }
    return name;
}

void read_storage_integration(FieldReader& fields, SnowflakeSettings& settings) {
    constexpr std::string_view kField = "storage_integration";
    const std::string text = fields.optional(kField);
    if (text.empty()) return;
    const auto name = is_unquoted_identifier(text) ? ascii_upper(text) : quoted_name(text);
    auto identifier = snowflake::Identifier::from(name.value_or(""), "the integration");
    if (!identifier) {
        return fields.fault(kField,
                            "is no name of an integration such as S3_INT, or in double quotes");
    }
    settings.storage_integration = *std::move(identifier);
}

void read_stages(FieldReader& fields, const codec::JsonValue& secret, SnowflakeSettings& settings) {
    if (settings.storage_integration && codec::find_member(secret, "stages") == nullptr) return;
    const codec::JsonValue* stages = codec::find_object(secret, "stages");
    const codec::JsonValue* map = stages == nullptr ? nullptr : codec::find_object(*stages, "s3");
    if (map == nullptr) {
        fields.fault("stages.s3", "is missing, or no object of stage names and s3:// folders");
        return;
    }
    for (const auto& [key, value] : map->GetObject()) {
        auto name = snowflake::StageName::from(codec::text_of(key));
        if (!name) {
            fields.fault("stages.s3",
                         "has a stage whose name is not DB.SCHEMA.STAGE, of unquoted "
                         "identifiers");
            continue;
        }
        auto location = value.IsString() ? parse_s3_location(codec::text_of(value)) : std::nullopt;
        if (!location) {
            fields.fault(fmt::format("stages.s3.{}", name->text()), "is no s3:// folder");
            continue;
        }
        settings.stages.push_back({*std::move(name), *std::move(location)});
    }
}

void read_file_formats(FieldReader& fields, const codec::JsonValue& secret,
                       SnowflakeSettings& settings) {
    static constexpr std::array<std::string_view, 5> kKnown{"CSV", "JSON", "PARQUET", "ORC",
                                                            "AVRO"};
    const codec::JsonValue* allowed = codec::find_object(secret, "allowedvalues");
    if (allowed == nullptr) {
        settings.file_formats.assign(kKnown.begin(), kKnown.end());
        return;
    }
    const codec::JsonValue* formats = codec::find_array(*allowed, "fileformats");
    if (formats == nullptr) {
        fields.fault("allowedvalues.fileformats", "is no array");
        return;
    }
    for (const codec::JsonValue& format : formats->GetArray()) {
        std::string word = format.IsString() ? std::string(codec::text_of(format)) : "";
        word = ascii_upper(word);
        if (std::find(kKnown.begin(), kKnown.end(), word) == kKnown.end()) {
            fields.fault("allowedvalues.fileformats",
                         "has a format other than CSV, JSON, PARQUET, ORC, AVRO");
            continue;
        }
        settings.file_formats.push_back(std::move(word));
    }
}

base::Error config_error(std::string_view what) {
    return {base::ErrorKind::config_invalid, fmt::format("the secret of SECRET_ARN: {}", what)};
}

}  // namespace

base::Result<SnowflakeSettings> parse_snowflake_settings(const base::Secret& secret,
                                                         TargetType target_type) {
    const auto document = codec::parse_json(secret.reveal(), "the secret");
    if (!document || !document->IsObject()) return config_error("its text is no JSON object");
    FieldReader fields(*document);
    SnowflakeSettings settings;
    if (target_type == TargetType::snowflake) {
        settings.url = read_url(fields);
        read_credentials(fields, settings);
    }
    settings.role = fields.optional("role");
    (void)fields.optional("warehouse");  // a fault where it is no text
    read_storage_integration(fields, settings);
    read_stages(fields, *document, settings);
    read_file_formats(fields, *document, settings);
    if (!fields.faults().empty()) return config_error(fields.faults());
    return settings;
}

}  // namespace glue_to_snowflake
