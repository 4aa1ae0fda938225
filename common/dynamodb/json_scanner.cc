#include "common/dynamodb/json_scanner.h"

#include <cassert>

#include <fmt/format.h>

#include "common/base/utf8.h"
#include "common/dynamodb/text_scan.h"

namespace dynamodb {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

}  // namespace

void JsonScanner::fail(std::string_view reason) {
    if (ok()) reason_ = reason;
}

base::Error JsonScanner::error(std::string_view what) const {
    return {base::ErrorKind::data_invalid, fmt::format("{}: {} at byte {}", what, reason_, at_)};
}

void JsonScanner::skip_long_space() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t'))
        ++at_;
}

bool JsonScanner::take_word(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
}

JsonKind JsonScanner::kind() {
    if (!ok()) return JsonKind::none;
    skip_space();
    if (at_ >= text_.size()) return JsonKind::none;
    switch (text_[at_]) {
        case '{':
            return JsonKind::object;
        case '[':
            return JsonKind::array;
        case '"':
            return JsonKind::string;
        case 't':
        case 'f':
            return JsonKind::boolean;
        case 'n':
            return JsonKind::null;
        default:
            return text_[at_] == '-' || is_digit(text_[at_]) ? JsonKind::number : JsonKind::none;
    }
}

bool JsonScanner::enter(char bracket, bool is_object) {
    if (!ok()) return false;
    skip_space();
    if (!take(bracket)) {
        fail(is_object ? "no object where one belongs" : "no array where one belongs");
        return false;
    }
    if (depth_ == kJsonDepthMax) {
        fail("nested too deep");
        return false;
    }
    is_object_[depth_++] = is_object;
    first_ = true;
    return true;
}

bool JsonScanner::open_object() {
    return enter('{', true);
}

bool JsonScanner::open_array() {
    return enter('[', false);
}

// Leaves the object or array where its closing bracket is next; else passes the comma that must
// stand before everything but the first.
bool JsonScanner::leave_at(char bracket) {
    assert(depth_ > 0);
    skip_space();
    if (take(bracket)) {
        --depth_;
        first_ = false;
        return true;
    }
    if (!first_ && !take(',')) fail("no comma or closing bracket where one belongs");
    first_ = false;
    return !ok();
}

// ,"name": without white space, as most JSON has it; takes nothing where it is anything else.
bool JsonScanner::take_member(std::string_view& name) {
    const char* const end = text_.data() + text_.size();
    const char* at = text_.data() + at_;
    if (!first_) {
        if (at == end || *at != ',') return false;
        ++at;
    }
    if (at == end || *at != '"') return false;
    const char* const begin = at + 1;
    const char* const behind = pass_text(begin, end);
    if (behind == nullptr || behind == end || *behind != ':') return false;
    name = {begin, static_cast<std::size_t>(behind - 1 - begin)};
    at_ = static_cast<std::size_t>(behind + 1 - text_.data());
    first_ = false;
    return true;
}

bool JsonScanner::next_member(std::string_view& name) {
    if (!ok()) return false;
    if (take_member(name)) return true;
    if (leave_at('}')) return false;
    name = read_string();
    skip_space();
    if (ok() && !take(':')) fail("no colon after a member's name");
    return ok();
}

bool JsonScanner::next_element() {
    return ok() && !leave_at(']');
}

// Between the quotes of a text in which pass_text found a fault.
void JsonScanner::fail_in_text() {
    const char* const end = text_.data() + text_.size();
    const char* at = text_.data() + at_;
    const char* fault = at;
    while (at != nullptr && at != end) {
        fault = at;
        at = is_plain(*at) ? plain_end(at, end) : pass_special(at, end);
    }
    const char* const place = at == nullptr ? fault : end;
    at_ = static_cast<std::size_t>(place - text_.data());
    if (place == end) return fail("a text without its closing quote");
    const auto byte = static_cast<unsigned char>(*place);
    if (byte == '\\') return fail("a wrong escape in a text");
    fail(byte < 0x20 ? "a control byte in a text" : "a text that is no UTF-8");
}

std::string_view JsonScanner::read_string() {
    if (!ok()) return {};
    skip_space();
    if (!take('"')) {
        fail("no text where one belongs");
        return {};
    }
    const char* const begin = text_.data() + at_;
    const char* const behind = pass_text(begin, text_.data() + text_.size());
    if (behind == nullptr) {
        fail_in_text();
        return {};
    }
    at_ = static_cast<std::size_t>(behind - text_.data());
    return {begin, static_cast<std::size_t>(behind - 1 - begin)};
}

std::string_view JsonScanner::read_number() {
    if (!ok()) return {};
    skip_space();
    const char* const begin = text_.data() + at_;
    const char* const behind = pass_number(begin, text_.data() + text_.size());
    if (behind == nullptr) {
        fail("no number where one belongs");
        return {};
    }
    at_ = static_cast<std::size_t>(behind - text_.data());
    return {begin, static_cast<std::size_t>(behind - begin)};
}

bool JsonScanner::read_boolean() {
    if (!ok()) return false;
    skip_space();
    if (take_word("true")) return true;
    if (!take_word("false")) fail("no true or false where one belongs");
    return false;
}

void JsonScanner::read_null() {
    if (!ok()) return;
    skip_space();
    if (!take_word("null")) fail("no null where one belongs");
}

std::string_view JsonScanner::skip_balanced() {
    const JsonKind what = kind();
    if (!ok()) return {};
    const std::size_t begin = at_;
    const bool nested = what == JsonKind::object || what == JsonKind::array;
    std::size_t open = 0;
    bool in_text = false;
    for (; at_ < text_.size(); ++at_) {
        const char c = text_[at_];
        if (in_text) {
            if (c == '\\') ++at_;
            in_text = c != '"';
        } else if (c == '"') {
            in_text = true;
        } else if (c == '{' || c == '[') {
            ++open;
        } else if (c == '}' || c == ']') {
            if (open == 0) break;  // of the object or array around a value without brackets
            if (--open == 0 && nested) {
                ++at_;
                return text_.substr(begin, at_ - begin);
            }
        } else if (c == ',' && open == 0) {
            break;
        }
    }
    if (at_ >= text_.size()) {
        at_ = text_.size();
        fail("a value without its end");
    }
    if (at_ == begin) fail("no value where one belongs");
    return ok() ? text_.substr(begin, at_ - begin) : std::string_view();
}

std::string_view JsonScanner::skip_nested() {
    const std::size_t begin = at_;
    const std::size_t outside = depth_;
    std::string_view name;
    do {
        switch (kind()) {
            case JsonKind::object:
                open_object();
                break;
            case JsonKind::array:
                open_array();
                break;
            default:
                skip_value();  // no bracket, so it does not come back here
        }
        while (ok() && depth_ > outside &&
               !(is_object_[depth_ - 1] ? next_member(name) : next_element())) {
        }
    } while (ok() && depth_ > outside);
    return ok() ? text_.substr(begin, at_ - begin) : std::string_view();
}

std::string_view JsonScanner::skip_value() {
    const JsonKind what = kind();
    const std::size_t begin = at_;
    if (!ok()) return {};
    const char* const behind =
        pass_value(text_.data() + at_, text_.data() + text_.size(), kJsonDepthMax - depth_);
    if (behind != nullptr) {
        at_ = static_cast<std::size_t>(behind - text_.data());
        return passed_since(begin);
    }
    // It has a fault: step by step, to find out which.
    switch (what) {
        case JsonKind::object:
        case JsonKind::array:
            return skip_nested();
        case JsonKind::string:
            read_string();
            break;
        case JsonKind::number:
            read_number();
            break;
        case JsonKind::boolean:
            read_boolean();
            break;
        case JsonKind::null:
            read_null();
            break;
        case JsonKind::none:
            fail("no value where one belongs");
    }
    return ok() ? text_.substr(begin, at_ - begin) : std::string_view();
}

bool JsonScanner::expect_end() {
    if (!ok()) return false;
    skip_space();
    if (at_ < text_.size()) fail("something follows the value");
    return ok();
}

}  // namespace dynamodb
