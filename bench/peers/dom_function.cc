// The Firehose transform on lakefeed's own loop, done the usual C++ way (dom_baseline.h).
#include "bench/dom_baseline.h"
#include "runtime/bootstrap.h"

int main() {
    return runtime::run_bootstrap([](const runtime::Context&) -> base::Result<runtime::Handler> {
        return runtime::Handler(
            [](const runtime::Invocation& invocation) -> base::Result<runtime::InvocationResponse> {
                return runtime::InvocationResponse{.body = bench::dom_transform(invocation.event)};
            });
    });
}
