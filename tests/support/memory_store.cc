#include "tests/support/memory_store.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "common/codec/digest.h"
#include "common/codec/hex.h"

namespace tests {
namespace {

std::optional<base::Error> fault_of(const StoreFault& fault, StoreCall call, std::string_view key) {
    return fault ? fault(call, key) : std::nullopt;
}

lake::ObjectInfo info_of(const std::string& key, const std::string& bytes) {
    return {.key = key, .bytes = bytes.size(), .etag = codec::hex_lower(codec::md5(bytes))};
}

class MemoryReader final : public lake::ObjectReader {
  public:
    MemoryReader(lake::ObjectInfo info, std::string bytes, StoreFault fault)
        : info_(std::move(info)), bytes_(std::move(bytes)), fault_(std::move(fault)) {}
    [[nodiscard]] const lake::ObjectInfo& info() const override { return info_; }
    base::Result<std::size_t> read(char* out, std::size_t room) override {
        if (auto error = fault_of(fault_, StoreCall::read, info_.key)) return *std::move(error);
        const std::size_t count = std::min(room, bytes_.size() - at_);
        std::memcpy(out, bytes_.data() + at_, count);
        at_ += count;
        return count;
    }

  private:
    lake::ObjectInfo info_;
    std::string bytes_;
    StoreFault fault_;
    std::size_t at_ = 0;
};

class MemoryWriter final : public lake::ObjectWriter {
  public:
    MemoryWriter(MemoryObjects& objects, std::string key, StoreFault fault)
        : objects_(objects), key_(std::move(key)), fault_(std::move(fault)) {}
    base::Result<base::Done> write(std::string_view bytes) override {
        if (auto error = fault_of(fault_, StoreCall::write, key_)) return *std::move(error);
        bytes_.append(bytes);
        return base::Done{};
    }
    base::Result<base::Done> finish() override {
        if (auto error = fault_of(fault_, StoreCall::finish, key_)) return *std::move(error);
        objects_.put(key_, std::move(bytes_));
        return base::Done{};
    }

  private:
    MemoryObjects& objects_;
    std::string key_;
    std::string bytes_;
    StoreFault fault_;
};

}  // namespace

void MemoryObjects::put(const std::string& key, std::string bytes) {
    const std::scoped_lock lock(mutex_);
    objects_[key] = std::move(bytes);
}

void MemoryObjects::remove(const std::string& key) {
    const std::scoped_lock lock(mutex_);
    objects_.erase(key);
}

std::optional<std::string> MemoryObjects::find(const std::string& key) const {
    const std::scoped_lock lock(mutex_);
    const auto found = objects_.find(key);
    if (found == objects_.end()) return std::nullopt;
    return found->second;
}

std::map<std::string, std::string> MemoryObjects::all() const {
    const std::scoped_lock lock(mutex_);
    return objects_;
}

base::Result<std::unique_ptr<lake::ObjectReader>> MemoryStore::open(const std::string& key) {
    if (auto error = fault_of(fault_, StoreCall::open, key)) return *std::move(error);
    auto bytes = objects_.find(key);
    if (!bytes) {
        return base::Error{base::ErrorKind::data_invalid,
                           "read " + key + ": there is no such object", "NoSuchKey"};
    }
    auto info = info_of(key, *bytes);
    return std::unique_ptr<lake::ObjectReader>(
        std::make_unique<MemoryReader>(std::move(info), *std::move(bytes), fault_));
}

base::Result<std::unique_ptr<lake::ObjectWriter>> MemoryStore::create(
    const std::string& key, std::string_view /*content_type*/) {
    if (auto error = fault_of(fault_, StoreCall::create, key)) return *std::move(error);
    return std::unique_ptr<lake::ObjectWriter>(
        std::make_unique<MemoryWriter>(objects_, key, fault_));
}

base::Result<std::vector<lake::ObjectInfo>> MemoryStore::list(const std::string& prefix) {
    if (auto error = fault_of(fault_, StoreCall::list, prefix)) return *std::move(error);
    std::vector<lake::ObjectInfo> infos;
    for (const auto& [key, bytes] : objects_.all()) {
        if (key.starts_with(prefix)) infos.push_back(info_of(key, bytes));
    }
    return infos;
}

base::Result<base::Done> MemoryStore::remove(const std::string& key) {
    if (auto error = fault_of(fault_, StoreCall::remove, key)) return *std::move(error);
    objects_.remove(key);
    return base::Done{};
}

}  // namespace tests
