// The manifest that a person means who names an export's folder, or one above it.
#pragma once

#include "common/base/result.h"
#include "common/lake/object_store.h"
#include "common/lake/object_uri.h"

namespace local {

// `named` is a manifest-summary.json, which is given back as it is, or a folder in or below which
// there is one finished export. Kind data_invalid where there is none, naming the unfinished ones,
// or several, naming each with its table, kind and times.
base::Result<lake::ObjectUri> find_export_manifest(lake::ObjectStore& store,
                                                   const lake::ObjectUri& named);

}  // namespace local
