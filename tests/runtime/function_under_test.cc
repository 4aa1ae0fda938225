// A function that does what its environment (FAULT) and its event say; the tests of run_bootstrap
// start it as a process.
#include <csignal>
#include <stdexcept>
#include <string>

#include "runtime/bootstrap.h"

namespace {

base::Result<runtime::InvocationResponse> serve(const runtime::Invocation& invocation) {
    if (invocation.event == "terminate and throw") {
        ::raise(SIGTERM);
        throw std::runtime_error("thrown after SIGTERM");
    }
    if (invocation.event == "throw") throw std::runtime_error("thrown by the handler");
    if (invocation.event == "terminate") ::raise(SIGTERM);
    return runtime::InvocationResponse{.body = std::string(invocation.event)};
}

base::Result<runtime::Handler> make_handler(const runtime::Context& context) {
    const std::string fault = context.environment.get("FAULT").value_or("");
    if (fault == "config")
        return base::Error{base::ErrorKind::config_invalid, "TABLE_ARN is not set"};
    if (fault == "throw") throw std::runtime_error("thrown by the factory");
    context.log.info("handler_made");
    return runtime::Handler(serve);
}

base::Result<base::Done> hook(const char* name) {
    const base::ProcessEnvironment environment;
    if (environment.get("FAULT") == name)
        return base::Error{base::ErrorKind::unexpected, std::string(name) + " failed"};
    return base::Done{};
}

}  // namespace

int main() {
    return runtime::run_bootstrap(make_handler,
                                  {.before_snapshot = [] { return hook("before_snapshot"); },
                                   .after_restore = [] { return hook("after_restore"); }});
}
