// The object store in which a URI lies.
#pragma once

#include <memory>

#include "common/aws/aws_client.h"
#include "common/base/deadline.h"
#include "common/lake/object_store.h"
#include "common/lake/object_uri.h"

namespace lake {

// What a bucket is reached with; a folder needs nothing of it.
struct StoreAccess {
    aws::Client* client = nullptr;  // outlives the store; must be there where the URI is S3's
    base::Deadline deadline = {};
};

// The store of the URI's bucket, or of this machine's folders; the URI's key, and others beside it,
// are keys of it. It serves one thread, like its client.
std::unique_ptr<ObjectStore> open_store(const ObjectUri& uri, const StoreAccess& access);

}  // namespace lake
