#include "common/aws/client_settings.h"

#include <array>
#include <cstdint>

#include "common/aws/endpoint.h"

namespace aws {
namespace {

constexpr std::array kServices{&kDynamoDb,       &kKinesis, &kFirehose, &kGlue,
                               &kSecretsManager, &kSqs,     &kS3,       &kSts};
constexpr std::int64_t kAttemptsConfiguredMax = 20;

std::string service_id(const Service& service) {
    return std::string(service.id);
}

}  // namespace

ClientSettings ClientSettings::from_environment(base::SettingsReader& settings,
                                                const base::Environment& environment) {
    ClientSettings read;
    const auto default_region = environment.get("AWS_DEFAULT_REGION");
    const bool use_default = !environment.get("AWS_REGION") && default_region;
    read.region = use_default ? *default_region : settings.required("AWS_REGION", "us-east-1");
    if (!read.region.empty() && !is_region(read.region)) {
        settings.add_fault(use_default ? "AWS_DEFAULT_REGION" : "AWS_REGION", read.region,
                           "use a region's code, such as us-east-1");
    }
    read.attempts_max =
        static_cast<int>(settings.integer("AWS_MAX_ATTEMPTS", 0, 1, kAttemptsConfiguredMax));
    if (settings.boolean("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", false)) return read;

    const auto read_url = [&](const std::string& name) {
        std::string url = settings.text(name);
        if (url.empty()) return url;
        if (const auto endpoint = parse_endpoint_url(url); !endpoint) {
            const bool may_hold_password = url.find('@') != std::string::npos;
            settings.add_fault(name, may_hold_password ? "(not shown)" : url,
                               endpoint.error().message);
        }
        return url;
    };
    read.endpoint_url = read_url("AWS_ENDPOINT_URL");
    for (const Service* service : kServices) {
        std::string url = read_url("AWS_ENDPOINT_URL_" + service_id(*service));
        if (!url.empty())
            read.service_endpoint_urls.emplace_back(service_id(*service), std::move(url));
    }
    return read;
}

}  // namespace aws
