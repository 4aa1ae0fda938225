// An invocation loop against a scripted Runtime API: it runs until the script ends, after which
// connections are refused and the loop gives up. The clock is a fake one, so that no pause is
// waited for.
#pragma once

#include <string>
#include <vector>

#include "runtime/invocation_loop.h"
#include "tests/support/fakes.h"
#include "tests/support/scripted_server.h"

namespace tests {

struct LoopRun {
    runtime::LoopEnd end;
    std::vector<ServerRequest> requests;
    std::vector<std::int64_t> sleeps_ms;
    std::string log;
};

inline LoopRun run_loop_against(ScriptedServer& server, runtime::AnyHandler handler,
                                runtime::LoopCount loop_count = runtime::LoopCount::one) {
    FakeClock clock;
    LogCapture capture;
    base::Log log = capture.make_log(clock);
    runtime::HttpConnection connection(*runtime::parse_server_address(server.address()));
    runtime::InvocationLoop loop(connection, std::move(handler), clock, log, loop_count);
    const runtime::LoopEnd end = loop.run();
    return {end, server.requests(), clock.sleeps_ms, capture.text()};
}

inline LoopRun run_loop(std::vector<ServerAnswer> script, runtime::AnyHandler handler,
                        runtime::LoopCount loop_count = runtime::LoopCount::one) {
    ScriptedServer server(std::move(script));
    return run_loop_against(server, std::move(handler), loop_count);
}

inline runtime::Handler echo() {
    return [](const runtime::Invocation& invocation) -> base::Result<runtime::InvocationResponse> {
        return runtime::InvocationResponse{.body = std::string(invocation.event)};
    };
}

// A handler that always gives this error.
inline runtime::Handler failing(base::Error error) {
    return [error = std::move(error)](
               const runtime::Invocation&) -> base::Result<runtime::InvocationResponse> {
        return error;
    };
}

// The requests as "next", "response id-1", "error id-1", … in their order.
inline std::vector<std::string> calls(const std::vector<ServerRequest>& requests) {
    const std::string prefix = "/2018-06-01/runtime/invocation/";
    std::vector<std::string> names;
    for (const ServerRequest& request : requests) {
        const std::string line = request_line_of(request);
        const std::size_t at = line.find(prefix);
        std::string name = line.substr(at + prefix.size());
        name = name.substr(0, name.find(' '));
        const std::size_t slash = name.find('/');
        if (slash != std::string::npos) name = name.substr(slash + 1) + " " + name.substr(0, slash);
        names.push_back(name);
    }
    return names;
}

}  // namespace tests
