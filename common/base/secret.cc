#include "common/base/secret.h"

#include <cstring>

namespace base {

// A short string lies inside the object, so a move copies its bytes: the source is wiped as well.
Secret::Secret(std::string value) : value_(std::move(value)) {
    wipe(value);  // NOLINT(bugprone-use-after-move)
}

Secret::Secret(Secret&& other) noexcept : value_(std::move(other.value_)) {
    wipe(other.value_);
}

Secret& Secret::operator=(const Secret& other) {
    if (this == &other) return *this;
    wipe(value_);
    value_ = other.value_;
    return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this == &other) return *this;
    wipe(value_);
    value_ = std::move(other.value_);
    wipe(other.value_);
    return *this;
}

Secret::~Secret() {
    wipe(value_);
}

void Secret::wipe(std::string& value) {
    value.resize(value.capacity());
    explicit_bzero(value.data(), value.size());
    value.clear();
}

}  // namespace base
