// The object stores of one thread: a store is used by one thread at a time.
#pragma once

#include <functional>
#include <memory>

#include "common/lake/object_store.h"
#include "common/lake/object_uri.h"

namespace local {

class ThreadStores {
  public:
    ThreadStores() = default;
    ThreadStores(const ThreadStores&) = delete;
    ThreadStores& operator=(const ThreadStores&) = delete;
    virtual ~ThreadStores() = default;
    // The store in which the object lies; it lives as long as this.
    virtual lake::ObjectStore& at(const lake::ObjectUri& uri) = 0;
};

using MakeThreadStores = std::function<std::unique_ptr<ThreadStores>()>;

}  // namespace local
