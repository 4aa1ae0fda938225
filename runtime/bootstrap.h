// The whole life of a `bootstrap`: read the environment, make the handler, run the loop (or as many
// loops as AWS_LAMBDA_MAX_CONCURRENCY says), and give the exit status. A function's main() is one
// call of this.
#pragma once

#include "runtime/invocation.h"

namespace runtime {

int run_bootstrap(const HandlerFactory& make_handler);

}  // namespace runtime
