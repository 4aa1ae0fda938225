// Where a delivery puts its objects: S3's PutObject on this machine.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "common/base/result.h"

namespace local {

class ObjectStore {
  public:
    virtual ~ObjectStore() = default;
    // Puts the whole object or nothing; the same key once more replaces it.
    virtual base::Result<base::Done> put(std::string_view key, std::string_view bytes) = 0;
};

// A bucket of the S3 server at 127.0.0.1:port (API reference, "PutObject": PUT /bucket/key).
class S3Store final : public ObjectStore {
  public:
    S3Store(std::uint16_t port, std::string bucket) : port_(port), bucket_(std::move(bucket)) {}
    // Kind rejected for 4xx, service_failed for 5xx, outcome_unknown or connect_failed where there
    // was no whole answer.
    base::Result<base::Done> put(std::string_view key, std::string_view bytes) override;

  private:
    std::uint16_t port_;
    std::string bucket_;
};

}  // namespace local
