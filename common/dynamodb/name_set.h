// A set of JSON texts, such as an object's names, compared as what they stand for: "a" and "\u0061"
// are the same name.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace dynamodb {

class NameSet {
  public:
    // `contents` is what a scanner found between the quotes; it must outlive the set. False where
    // the name is there already.
    bool insert(std::string_view contents);
    // The same for a text, which is copied.
    bool insert_text(std::string text);
    [[nodiscard]] bool contains(std::string_view text) const;

  private:
    bool insert_view(std::string_view text);

    // Few names are compared one by one; many are hashed.
    std::vector<std::string_view> few_;
    std::unordered_set<std::string_view> many_;
    std::deque<std::string> kept_;  // what the views point to where it is not the caller's
};

}  // namespace dynamodb
