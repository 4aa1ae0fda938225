#include <cassert>
#include <utility>

#include <fmt/format.h>

#include "common/base/json_text.h"
#include "common/codec/json.h"

namespace codec {

// Called in front of each value: it is the whole text, an element, or the value of a key.
void JsonWriter::before_value() {
    assert(!open_.empty() || out_.empty());
    assert(open_.empty() || open_.back() == '[' || key_given_);
    if (comma_needed_ && !key_given_) out_ += ',';
    comma_needed_ = true;
    key_given_ = false;
}

void JsonWriter::open(char bracket) {
    before_value();
    out_ += bracket;
    open_ += bracket;
    comma_needed_ = false;
}

void JsonWriter::close(char bracket) {
    assert(!open_.empty() && open_.back() == (bracket == '}' ? '{' : '[') && !key_given_);
    out_ += bracket;
    open_.pop_back();
    comma_needed_ = true;
}

JsonWriter& JsonWriter::begin_object() {
    open('{');
    return *this;
}

JsonWriter& JsonWriter::end_object() {
    close('}');
    return *this;
}

JsonWriter& JsonWriter::begin_array() {
    open('[');
    return *this;
}

JsonWriter& JsonWriter::end_array() {
    close(']');
    return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
    assert(!open_.empty() && open_.back() == '{' && !key_given_);
    if (comma_needed_) out_ += ',';
    base::append_json_text(out_, name);
    out_ += ':';
    key_given_ = true;
    return *this;
}

JsonWriter& JsonWriter::text(std::string_view value) {
    before_value();
    base::append_json_text(out_, value);
    return *this;
}

JsonWriter& JsonWriter::integer(std::int64_t value) {
    before_value();
    const fmt::format_int digits(value);
    out_.append(digits.data(), digits.size());
    return *this;
}

JsonWriter& JsonWriter::boolean(bool value) {
    before_value();
    out_ += value ? "true" : "false";
    return *this;
}

JsonWriter& JsonWriter::null() {
    before_value();
    out_ += "null";
    return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json) {
    assert(!json.empty());
    before_value();
    out_ += json;
    return *this;
}

std::string JsonWriter::take() {
    assert(open_.empty() && !out_.empty());
    comma_needed_ = false;
    return std::exchange(out_, {});
}

}  // namespace codec
