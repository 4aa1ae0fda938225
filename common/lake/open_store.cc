#include "common/lake/open_store.h"

#include <cassert>

#include "common/lake/folder_store.h"
#include "common/lake/s3_store.h"

namespace lake {

std::unique_ptr<ObjectStore> open_store(const ObjectUri& uri, const StoreAccess& access) {
    if (!uri.is_s3()) return std::make_unique<FolderStore>();
    assert(access.client != nullptr);
    return std::make_unique<S3Store>(*access.client, uri.bucket, access.deadline);
}

}  // namespace lake
