// What the table is fed with: the first items from an API, and then changes at random.
#pragma once

#include <functional>
#include <string>

#include "common/base/result.h"
#include "runtime/local/demo/stage.h"

namespace demo {

// api_to_dynamodb fills the table; its stream begins behind that. Gives the stream's ARN.
base::Result<std::string> load_from_api(Stage& stage);

// All changes; `at_half` is called when half of them are made.
base::Result<base::Done> change_table(Stage& stage, const std::function<void()>& at_half);

}  // namespace demo
