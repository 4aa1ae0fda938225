// What a function is given and what it gives back.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "common/base/deadline.h"
#include "common/base/environment.h"
#include "common/base/log.h"
#include "common/base/metrics.h"
#include "common/base/random.h"
#include "common/base/result.h"

namespace runtime {

// One event and its context. All views hold until the handler returns; an absent header is an empty
// view.
struct Invocation {
    std::string_view event;
    std::string_view request_id;            // Lambda-Runtime-Aws-Request-Id
    std::string_view invocation_id;         // Lambda-Runtime-Invocation-Id
    std::string_view invoked_function_arn;  // Lambda-Runtime-Invoked-Function-Arn
    std::string_view trace_id;              // Lambda-Runtime-Trace-Id
    std::string_view client_context;        // Lambda-Runtime-Client-Context, JSON
    std::string_view cognito_identity;      // Lambda-Runtime-Cognito-Identity, JSON
    std::string_view tenant_id;             // Lambda-Runtime-Aws-Tenant-Id
    std::string_view content_type;          // of the event
    base::Deadline deadline;                // Lambda-Runtime-Deadline-Ms; never where there is none
};

struct InvocationResponse {
    std::string body;
    std::string content_type = "application/json";
};

// An error is posted to the caller with its errorType; the loop goes on.
using Handler = std::function<base::Result<InvocationResponse>(const Invocation&)>;

// A handler is copyable, so what it calls is shared between its copies.
template <typename Function>
Handler handler_of(std::shared_ptr<Function> function) {
    return [function = std::move(function)](const Invocation& invocation) {
        return function->handle(invocation);
    };
}

// Where a streaming handler puts its response, piece by piece. The response begins with the first
// write; from then on the invocation counts as answered, and an error that the handler returns is
// sent behind the bytes that went out already.
class ResponseStream {
  public:
    virtual ~ResponseStream() = default;
    // Of the response; "application/octet-stream" where it is not set. Before the first write only.
    virtual void set_content_type(std::string_view content_type) = 0;
    // Sends the bytes now. An error means that nobody takes the response any more.
    virtual base::Result<base::Done> write(std::string_view bytes) = 0;
};

using StreamingHandler =
    std::function<base::Result<base::Done>(const Invocation&, ResponseStream&)>;

// What main.cc makes once for each loop, and lends to the handler for its life.
struct Context {
    const base::Environment& environment;
    base::Clock& clock;
    base::Random& random;
    base::Log& log;
};

// Runs in the INIT phase, once for each concurrent loop, so that a handler is only ever called by
// one thread. An error is posted as the init error, and the process ends with 1.
using HandlerFactory = std::function<base::Result<Handler>(const Context&)>;
using StreamingHandlerFactory = std::function<base::Result<StreamingHandler>(const Context&)>;

}  // namespace runtime
