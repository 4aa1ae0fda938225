// parse the Firehose event, transform its records, respond within the limit.
#pragma once

#include "common/base/result.h"
#include "runtime/invocation.h"

namespace firehose_transform {

// Kind config_invalid where a setting is wrong.
base::Result<runtime::Handler> make_handler(const runtime::Context& context);

}  // namespace firehose_transform
