// The lake's files, copied to a folder of this machine.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/lake/object_store.h"

namespace demo {

struct LakeCopy {
    std::string prefix = {};  // of the keys: "lake/"
    std::string folder = {};  // the keys become paths below it
    // Each object that was copied.
    std::function<base::Result<base::Done>(std::string_view key, std::string_view bytes)> each = {};
};

// Kind config_invalid where a file cannot be written, deadline_near where it was stopped.
base::Result<base::Done> copy_lake(lake::ObjectStore& store, const LakeCopy& copy,
                                   const std::stop_token& stop);

}  // namespace demo
