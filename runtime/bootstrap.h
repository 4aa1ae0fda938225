// The whole life of a `bootstrap`: read the environment, make the handler, run the loop (or as many
// loops as AWS_LAMBDA_MAX_CONCURRENCY says), and give the exit status. A function's main() is one
// call of this.
//
// Where the handler cannot be made, the error is posted as the init error and the status is 1. It
// is 1 too when the Runtime API is gone for good or an exception came out of the handler; Lambda
// then starts a new environment. It is 0 after SIGTERM (shutdown.h).
//
// Managed instances set AWS_LAMBDA_MAX_CONCURRENCY: that many loops run, each in a thread with a
// connection, a log and a handler of its own. A loop that ends leaves the others alone; the process
// ends with the last one.
#pragma once

#include <functional>

#include "runtime/invocation.h"

namespace runtime {

// Where Lambda SnapStart takes its snapshot (AWS_LAMBDA_INITIALIZATION_TYPE=snap-start): before it,
// after all handlers were made, and after each restore, before the first invocation. An error is
// posted and ends the process. Both may be empty.
struct SnapshotHooks {
    std::function<base::Result<base::Done>()> before_snapshot;
    std::function<base::Result<base::Done>()> after_restore;
};

int run_bootstrap(const HandlerFactory& make_handler, const SnapshotHooks& hooks = {});

// The same for a function that streams its responses.
int run_streaming_bootstrap(const StreamingHandlerFactory& make_handler,
                            const SnapshotHooks& hooks = {});

}  // namespace runtime
