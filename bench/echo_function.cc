// The smallest function of lakefeed: gives its event back. The benches of the loop drive it.
#include "runtime/bootstrap.h"

int main() {
    return runtime::run_bootstrap([](const runtime::Context&) -> base::Result<runtime::Handler> {
        return runtime::Handler(
            [](const runtime::Invocation& invocation) -> base::Result<runtime::InvocationResponse> {
                return runtime::InvocationResponse{.body = std::string(invocation.event)};
            });
    });
}
