// The files of a folder and all folders below it.
#pragma once

#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/lake/object_store.h"

namespace lake {

// As ObjectStore::list says of a folder.
base::Result<std::vector<ObjectInfo>> list_files(const std::string& prefix);

}  // namespace lake
