#include "common/dynamodb/name_set.h"

#include <algorithm>
#include <utility>

#include "common/dynamodb/json_scanner.h"

namespace dynamodb {
namespace {

constexpr std::size_t kFewMax = 32;

}  // namespace

bool NameSet::insert(std::string_view contents) {
    if (contents.find('\\') != std::string_view::npos) return insert_text(unescape_json(contents));
    return insert_view(contents);
}

bool NameSet::insert_text(std::string text) {
    if (contains(text)) return false;
    return insert_view(kept_.emplace_back(std::move(text)));
}

bool NameSet::contains(std::string_view text) const {
    if (!many_.empty()) return many_.contains(text);
    return std::find(few_.begin(), few_.end(), text) != few_.end();
}

bool NameSet::insert_view(std::string_view text) {
    if (contains(text)) return false;
    if (many_.empty() && few_.size() < kFewMax) {
        few_.push_back(text);
        return true;
    }
    if (many_.empty()) many_.insert(few_.begin(), few_.end());
    many_.insert(text);
    return true;
}

}  // namespace dynamodb
