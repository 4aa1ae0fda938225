// Reads JSON text front to back without building a tree: values come back as slices of the text, so
// numbers and strings keep their bytes. What is scanned is checked strictly (RFC 8259): the
// grammar, UTF-8, escapes, surrogate pairs, and a depth of at most kJsonDepthMax. Nothing recurses.
//
//   JsonScanner scanner(text);
//   std::string_view name;
//   scanner.open_object();
//   while (scanner.next_member(name)) { if (name == "Keys") keys = scanner.skip_value(); … }
//   scanner.expect_end();
//   if (!scanner.ok()) return scanner.error("the record");
//
// After a fault every call gives an empty answer, so that a loop ends by itself; ok() tells.
#pragma once

#include <bitset>
#include <cstddef>
#include <string>
#include <string_view>

#include "common/base/result.h"

namespace dynamodb {

constexpr std::size_t kJsonDepthMax = 128;

enum class JsonKind { none, object, array, string, number, boolean, null };

class JsonScanner {
  public:
    explicit JsonScanner(std::string_view text) : text_(text) {}

    // The kind of the value that is due, from its first byte; none where no value begins there.
    JsonKind kind();

    // Enters an object or array; a fault where the value is something else.
    bool open_object();
    bool open_array();

    // Goes to the next member's value, or the next element. False at the end of the object or array
    // (which is then left) and on a fault. Each value must be read before the next call. `name` is
    // what stands between the quotes, with its escapes.
    bool next_member(std::string_view& name);
    bool next_element();

    // What stands between the quotes, with its escapes.
    std::string_view read_string();
    // The bytes of a number.
    std::string_view read_number();
    bool read_boolean();
    void read_null();

    // Passes one whole value and gives its slice, without the white space around it.
    std::string_view skip_value();
    // The same by brackets and quotes alone, to any depth and with no check of what is between
    // them: for finding where a value ends that may be faulty.
    std::string_view skip_balanced();

    // What was not passed yet.
    [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }
    // Passes a whole value of so many bytes at the start of rest(), which was checked elsewhere.
    void pass_checked(std::size_t bytes) { at_ += bytes; }

    // A fault where anything but white space follows.
    bool expect_end();

    // Makes the scanner fail with this reason; the first one stays.
    void fail(std::string_view reason);

    [[nodiscard]] bool ok() const { return reason_.empty(); }
    [[nodiscard]] std::string_view reason() const { return reason_; }
    [[nodiscard]] std::size_t offset() const { return at_; }
    // What was passed since offset() was `begin`; kind() stands right before a value.
    [[nodiscard]] std::string_view passed_since(std::size_t begin) const {
        return text_.substr(begin, at_ - begin);
    }
    // Kind data_invalid: what was read, the reason and the byte offset, never the text itself.
    [[nodiscard]] base::Error error(std::string_view what) const;

  private:
    // Mostly there is none.
    void skip_space() {
        if (at_ >= text_.size() || static_cast<unsigned char>(text_[at_]) <= ' ') skip_long_space();
    }
    void skip_long_space();
    // Passes the byte where it is the next one.
    bool take(char wanted) {
        if (at_ >= text_.size() || text_[at_] != wanted) return false;
        ++at_;
        return true;
    }
    bool take_word(std::string_view word);
    bool enter(char bracket, bool is_object);
    bool leave_at(char bracket);
    bool take_member(std::string_view& name);
    void fail_in_text();
    std::string_view skip_nested();

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t depth_ = 0;
    bool first_ = false;  // nothing was read yet in the object or array that was entered last
    std::bitset<kJsonDepthMax> is_object_;
    std::string_view reason_;
};

// The text that a string's contents stand for. `contents` come from a scanner that found no fault.
std::string unescape_json(std::string_view contents);

}  // namespace dynamodb
