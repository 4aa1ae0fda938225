#include "common/dynamodb/attribute_value.h"

#include <fmt/format.h>

#include "common/codec/base64.h"
#include "common/dynamodb/name_set.h"
#include "common/dynamodb/text_scan.h"

namespace dynamodb {
namespace {

constexpr std::size_t kPathBytesMax = 200;

void append_text(std::string& out, std::string_view contents) {
    out.append(1, '"').append(contents).append(1, '"');
}

// `contents` of a text is base64 in its strict form; a slash may be escaped.
bool is_base64(std::string_view contents) {
    if (contents.find('\\') == std::string_view::npos) return codec::is_base64(contents);
    return codec::is_base64(unescape_json(contents));
}

class ValueWriter {
  public:
    ValueWriter(JsonScanner& scanner, LineNumbers numbers, std::string& out, std::string& path)
        : scanner_(scanner), numbers_(numbers), out_(out), path_(path) {}

    // {"TAG":value}. The scanner's cap on depth bounds the recursion.
    bool write_value() {
        std::string_view tag;
        scanner_.open_object();
        if (!scanner_.next_member(tag)) {
            scanner_.fail("an attribute value without a type tag");
            return false;
        }
        write_tagged(tag);
        if (scanner_.next_member(tag)) scanner_.fail("an attribute value with two type tags");
        return scanner_.ok();
    }

    // {"name":value,…}
    bool write_map() {
        NameSet names;
        std::string_view name;
        out_ += '{';
        scanner_.open_object();
        for (char separator = '\0'; scanner_.next_member(name); separator = ',') {
            if (separator != '\0') out_ += separator;
            append_text(out_, name);
            out_ += ':';
            if (!names.insert(name)) scanner_.fail("an attribute name that stands twice");
            if (!write_value()) {
                prepend_step(path_, fmt::format(".{}", name));
                return false;
            }
        }
        out_ += '}';
        return scanner_.ok();
    }

  private:
    void write_tagged(std::string_view tag) {
        if (tag == "S") {
            write_text();
        } else if (tag == "N") {
            write_number();
        } else if (tag == "M") {
            write_map();
        } else if (tag == "L") {
            write_elements(&ValueWriter::write_element);
        } else if (tag == "BOOL") {
            out_ += scanner_.read_boolean() ? "true" : "false";
        } else if (tag == "NULL") {
            write_null();
        } else if (tag == "B") {
            write_binary();
        } else if (tag == "SS") {
            write_elements(&ValueWriter::write_text);
        } else if (tag == "NS") {
            write_elements(&ValueWriter::write_number);
        } else if (tag == "BS") {
            write_elements(&ValueWriter::write_binary);
        } else {
            scanner_.fail("an unknown type tag");
        }
    }

    void write_text() { append_text(out_, scanner_.read_string()); }
    void write_element() { write_value(); }

    void write_number() {
        const std::string_view number = scanner_.read_string();
        if (numbers_ == LineNumbers::number && is_json_number(number)) {
            out_ += number;
        } else {
            append_text(out_, number);
        }
    }

    void write_binary() {
        const std::string_view contents = scanner_.read_string();
        if (!is_base64(contents)) scanner_.fail("a binary value that is no base64");
        append_text(out_, contents);
    }

    // Only true is a NULL.
    void write_null() {
        if (!scanner_.read_boolean()) scanner_.fail("a NULL that is not true");
        out_ += "null";
    }

    void write_elements(void (ValueWriter::*write_one)()) {
        out_ += '[';
        scanner_.open_array();
        for (std::size_t index = 0; scanner_.next_element(); ++index) {
            if (index > 0) out_ += ',';
            (this->*write_one)();
            if (!scanner_.ok()) {
                prepend_step(path_, fmt::format("[{}]", index));
                return;
            }
        }
        out_ += ']';
    }

    JsonScanner& scanner_;
    LineNumbers numbers_;
    std::string& out_;
    std::string& path_;
};

// Runs `write` over the whole of `text`; on a fault takes back what it appended.
template <typename Write>
base::Result<base::Done> append_whole(std::string_view text, LineNumbers numbers, std::string& out,
                                      Write write) {
    const std::size_t before = out.size();
    JsonScanner scanner(text);
    std::string path;
    ValueWriter writer(scanner, numbers, out, path);
    if (write(writer) && scanner.expect_end()) return base::Done{};
    out.resize(before);
    return attribute_error(scanner, path);
}

}  // namespace

void prepend_step(std::string& path, std::string_view step) {
    if (path.size() + step.size() <= kPathBytesMax) {
        path.insert(0, step);
    } else if (!path.starts_with("…")) {
        path.insert(0, "…");
    }
}

bool is_json_number(std::string_view text) {
    const char* const begin = text.data();
    const char* const end = begin + text.size();
    return pass_number(begin, end) == end && !text.empty();
}

base::Error attribute_error(const JsonScanner& scanner, std::string_view path) {
    if (path.starts_with('.')) path.remove_prefix(1);
    return scanner.error(path.empty() ? "the attribute value" : fmt::format("attribute {}", path));
}

bool write_attribute_value(JsonScanner& scanner, LineNumbers numbers, std::string& out,
                           std::string& path) {
    return ValueWriter(scanner, numbers, out, path).write_value();
}

base::Result<base::Done> append_attribute_value(std::string_view value, LineNumbers numbers,
                                                std::string& out) {
    return append_whole(value, numbers, out,
                        [](ValueWriter& writer) { return writer.write_value(); });
}

base::Result<base::Done> append_attribute_map(std::string_view map, LineNumbers numbers,
                                              std::string& out) {
    return append_whole(map, numbers, out, [](ValueWriter& writer) { return writer.write_map(); });
}

}  // namespace dynamodb
