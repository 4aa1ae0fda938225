// The members of one JSON object as slices, found again by name.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/dynamodb/json_scanner.h"

namespace local {

// What a name's contents (between its quotes) stand for. `kept` holds those that have escapes.
std::string_view name_of(std::string_view contents, std::deque<std::string>& kept);

class JsonMembers {
  public:
    struct Member {
        std::string_view name;    // without escapes
        std::string_view value;   // its JSON
        std::string_view member;  // name and value as they stand there: "name":value
    };

    // Of the object that the scanner stands at; its text outlives the members. What is no JSON
    // shows in the scanner.
    explicit JsonMembers(dynamodb::JsonScanner& scanner);

    [[nodiscard]] const std::vector<Member>& all() const { return members_; }
    // Its index; of members of one name the first.
    [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;

  private:
    std::vector<Member> members_;
    std::deque<std::string> kept_;
    mutable std::unordered_map<std::string_view, std::size_t> by_name_;  // made when it is needed
};

}  // namespace local
