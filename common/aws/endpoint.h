// Where a service is asked: by region and partition, or where AWS_ENDPOINT_URL says.
#pragma once

#include <string>
#include <string_view>

#include "common/aws/client_settings.h"
#include "common/base/result.h"

namespace aws {

struct Endpoint {
    std::string url;        // without a path: "https://kinesis.us-east-1.amazonaws.com"
    std::string host;       // the Host header: "kinesis.us-east-1.amazonaws.com", "127.0.0.1:5000"
    std::string base_path;  // of an override, without a slash at its end; mostly empty
};

// "us-east-1": lower-case letters, digits and inner hyphens. What else comes would end up in a host
// name.
bool is_region(std::string_view region);

// "amazonaws.com", "amazonaws.com.cn" in aws-cn; aws-us-gov has the first.
std::string_view dns_suffix(std::string_view region);

// An override is https to any host, or http to this machine. The instance metadata service is never
// one. The error's message is the remedy.
base::Result<Endpoint> parse_endpoint_url(std::string_view endpoint_url);

// Kind config_invalid where neither region nor override gives an endpoint.
base::Result<Endpoint> resolve_endpoint(const ClientSettings& settings, const Service& service);

}  // namespace aws
