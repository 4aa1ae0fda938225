#include "runtime/local/verify_members.h"

namespace local {
namespace {

constexpr std::size_t kFew = 16;

}  // namespace

std::string_view name_of(std::string_view contents, std::deque<std::string>& kept) {
    if (contents.find('\\') == std::string_view::npos) return contents;
    return kept.emplace_back(dynamodb::unescape_json(contents));
}

JsonMembers::JsonMembers(dynamodb::JsonScanner& scanner) {
    std::string_view contents;
    scanner.open_object();
    while (scanner.next_member(contents)) {
        const std::string_view value = scanner.skip_value();
        if (!scanner.ok()) return;
        const char* const begin = contents.data() - 1;  // the quote
        members_.push_back(
            {name_of(contents, kept_),
             value,
             {begin, static_cast<std::size_t>(value.data() + value.size() - begin)}});
    }
}

std::optional<std::size_t> JsonMembers::find(std::string_view name) const {
    const std::size_t size = members_.size();
    if (size <= kFew) {
        for (std::size_t i = 0; i < size; ++i) {
            if (members_[i].name == name) return i;
        }
        return std::nullopt;
    }
    if (by_name_.empty()) {
        for (std::size_t i = 0; i < size; ++i)
            by_name_.emplace(members_[i].name, i);
    }
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) return std::nullopt;
    return found->second;
}

}  // namespace local
