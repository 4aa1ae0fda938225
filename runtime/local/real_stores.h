// The object stores that the commands work with: this machine's folders, and buckets of S3.
#pragma once

#include <memory>
#include <optional>
#include <span>

#include "common/aws/session.h"
#include "common/base/clock.h"
#include "common/base/environment.h"
#include "common/lake/object_uri.h"
#include "runtime/local/thread_stores.h"

namespace local {

struct StoreSettings {
    std::optional<aws::SessionSettings> aws = {};  // where one of the places is in S3
};

// Credentials that are nowhere are a fault that says how they are set.
void require_credentials(base::SettingsReader& reader, const base::Environment& environment);

// The AWS variables, as the functions read them, where they are needed. Faults go to the reader;
// credentials that are nowhere are one.
StoreSettings read_store_settings(base::SettingsReader& reader,
                                  const base::Environment& environment,
                                  std::span<const lake::ObjectUri> places);

// Folders, and the buckets of S3 where the settings have AWS. The arguments outlive what is made;
// the clock is used by all threads.
std::unique_ptr<ThreadStores> make_real_stores(const StoreSettings& settings,
                                               const base::Environment& environment,
                                               base::Clock& clock);

}  // namespace local
