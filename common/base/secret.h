// A value that must not be seen: it has no printer, no comparison and no copy into a string but by
// reveal(), and its memory is wiped when it goes.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace base {

class Secret {
  public:
    Secret() = default;
    explicit Secret(std::string value);
    explicit Secret(std::string_view value) : value_(value) {}
    Secret(const Secret&) = default;
    Secret(Secret&& other) noexcept;
    Secret& operator=(const Secret& other);
    Secret& operator=(Secret&& other) noexcept;
    ~Secret();

    // The value itself, for the one place that signs or sends it.
    [[nodiscard]] std::string_view reveal() const { return value_; }
    [[nodiscard]] bool empty() const { return value_.empty(); }

  private:
    static void wipe(std::string& value);
    std::string value_;
};

}  // namespace base
