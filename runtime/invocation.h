// What a function is given and what it gives back.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

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

}  // namespace runtime
