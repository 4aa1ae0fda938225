// What a person can do about what S3 refuses.
#pragma once

#include <optional>

#include "common/base/result.h"
#include "common/lake/object_uri.h"

namespace export_to_lake {

// The error with a remedy behind its message, where there is one. Error::code decides, and whether
// the message names the lake's folder (nothing until the manifest was read) or else the export's.
base::Error with_remedy(base::Error error, const lake::ObjectUri& summary_uri,
                        const std::optional<lake::ObjectUri>& lake_folder);

}  // namespace export_to_lake
