#include "runtime/local/proxied_function.h"

#include <utility>

namespace local {

ProxiedFunction::ProxiedFunction(FunctionOptions options, std::uint16_t aws_port,
                                 std::shared_ptr<FaultDial> dial, const base::Clock& clock)
    : options_(std::move(options)), aws_port_(aws_port), dial_(std::move(dial)), clock_(clock) {}

base::Result<Outcome> ProxiedFunction::invoke(Event event, const std::stop_token& stop) {
    if (!function_) {
        if (auto started = start(); !started) return std::move(started).error();
    }
    return function_->invoke(std::move(event), stop);
}

base::Result<base::Done> ProxiedFunction::start() {
    if (auto started = proxy_.start(); !started) return started;
    proxy_.forward_to(aws_port_);
    proxy_.keep_no_calls();
    options_.environment.insert(
        {{"AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"},
         {"AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"},
         {"AWS_REGION", "us-east-1"},
         {"AWS_ENDPOINT_URL", proxy_.url()}});
    function_ = std::make_unique<FunctionProcess>(options_, clock_, random_);
    proxy_.set_faults(dial_, [this] { function_->kill(); });
    return base::Done{};
}

}  // namespace local
