// The object store seam over a map of this process: what one store writes, all stores of the same
// objects see, from any thread.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "common/lake/object_store.h"

namespace tests {

// What is stored, key by key. The ETag of an object is its MD5 in hex, as S3's of a small one.
class MemoryObjects {
  public:
    void put(const std::string& key, std::string bytes);
    void remove(const std::string& key);
    [[nodiscard]] std::optional<std::string> find(const std::string& key) const;
    [[nodiscard]] std::map<std::string, std::string> all() const;

  private:
    mutable std::mutex mutex_;
    std::map<std::string, std::string> objects_;
};

enum class StoreCall { open, read, create, write, finish, list, remove };

// Asked before each call, with its key (of list: the prefix); the error that it gives is the
// call's.
using StoreFault = std::function<std::optional<base::Error>(StoreCall call, std::string_view key)>;

class MemoryStore final : public lake::ObjectStore {
  public:
    // The objects outlive the store and its readers and writers.
    explicit MemoryStore(MemoryObjects& objects, StoreFault fault = {})
        : objects_(objects), fault_(std::move(fault)) {}

    base::Result<std::unique_ptr<lake::ObjectReader>> open(const std::string& key) override;
    base::Result<std::unique_ptr<lake::ObjectWriter>> create(
        const std::string& key, std::string_view content_type) override;
    base::Result<std::vector<lake::ObjectInfo>> list(const std::string& prefix) override;
    base::Result<base::Done> remove(const std::string& key) override;

  private:
    MemoryObjects& objects_;
    StoreFault fault_;
};

}  // namespace tests
