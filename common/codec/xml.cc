#include "common/codec/xml.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "common/base/utf8.h"

namespace codec {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::array<std::pair<std::string_view, char>, 5> kEntities{
    {{"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}, {"amp", '&'}}};
constexpr std::size_t kReferenceBytesMax = 12;  // "&#x10FFFF;" and some zeros

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 && !is_blank(c);
}

bool begins_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

bool continues_name(char c) {
    return begins_name(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == ':';
}

void append_utf8(std::string& out, std::uint32_t code_point) {
    const auto append = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
    if (code_point < 0x80) {
        append(code_point);
        return;
    }
    if (code_point < 0x800) {
        append(0xC0 | (code_point >> 6));
    } else {
        if (code_point < 0x10000) {
            append(0xE0 | (code_point >> 12));
        } else {
            append(0xF0 | (code_point >> 18));
            append(0x80 | ((code_point >> 12) & 0x3F));
        }
        append(0x80 | ((code_point >> 6) & 0x3F));
    }
    append(0x80 | (code_point & 0x3F));
}

// "#x41" or "#65".
std::optional<std::uint32_t> parse_character_reference(std::string_view reference) {
    if (!reference.starts_with('#')) return std::nullopt;
    reference.remove_prefix(1);
    const int base = reference.starts_with('x') ? 16 : 10;
    if (base == 16) reference.remove_prefix(1);
    std::uint32_t code_point = 0;
    const char* const begin = reference.data();
    const char* const end = begin + reference.size();
    const auto [stop, error] = std::from_chars(begin, end, code_point, base);
    const bool is_surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
    if (error != std::errc() || stop != end || code_point == 0 || code_point > 0x10FFFF ||
        is_surrogate)
        return std::nullopt;
    return code_point;
}

// Each function gives false where the document is not what it reads; `at_` stands there then.
class XmlParser {
  public:
    explicit XmlParser(std::string_view text) : text_(text) {}

    bool parse_document(XmlElement& root) {
        take(kByteOrderMark);
        skip_blanks();
        if (rest().starts_with("<?xml") && !skip_declaration()) return false;
        skip_blanks();
        if (!parse_element(root, 1)) return false;
        skip_blanks();
        return rest().empty();
    }
    [[nodiscard]] std::size_t at() const { return at_; }

  private:
    [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }

    bool take(std::string_view expected) {
        if (!rest().starts_with(expected)) return false;
        at_ += expected.size();
        return true;
    }
    void skip_blanks() {
        while (at_ < text_.size() && is_blank(text_[at_]))
            ++at_;
    }
    bool skip_declaration() {
        const std::size_t end = rest().find("?>");
        if (end == std::string_view::npos) return false;
        at_ += end + 2;
        return true;
    }
    std::string_view parse_name() {
        const std::size_t begin = at_;
        if (at_ < text_.size() && begins_name(text_[at_])) {
            while (at_ < text_.size() && continues_name(text_[at_]))
                ++at_;
        }
        return text_.substr(begin, at_ - begin);
    }
    bool skip_attribute() {
        if (parse_name().empty()) return false;
        skip_blanks();
        if (!take("=")) return false;
        skip_blanks();
        const char quote = rest().empty() ? '\0' : rest().front();
        if (quote != '"' && quote != '\'') return false;
        const std::size_t end = rest().find(quote, 1);
        if (end == std::string_view::npos || rest().substr(0, end).find('<') != std::string::npos)
            return false;
        at_ += end + 1;
        return true;
    }
    bool parse_element(XmlElement& element, std::size_t depth) {
        if (depth > kXmlDepthMax || elements_ == kXmlElementsMax || !take("<")) return false;
        ++elements_;
        element.name = parse_name();
        if (element.name.empty()) return false;
        while (true) {
            const std::size_t before = at_;
            skip_blanks();
            if (take("/>")) return true;
            if (take(">")) break;
            if (at_ == before || !skip_attribute()) return false;
        }
        return parse_content(element, depth);
    }
    bool parse_content(XmlElement& element, std::size_t depth) {
        while (!rest().starts_with("</")) {
            if (rest().starts_with('<')) {
                if (!parse_element(element.children.emplace_back(), depth + 1)) return false;
            } else if (!parse_text(element.text)) {
                return false;
            }
        }
        if (!element.children.empty()) element.text.clear();
        take("</");
        if (!take(element.name)) return false;
        skip_blanks();
        return take(">");
    }
    // Up to the next '<', which must come.
    bool parse_text(std::string& out) {
        while (at_ < text_.size() && text_[at_] != '<') {
            const char c = text_[at_];
            if (is_control(c)) return false;
            if (c == '&') {
                if (!parse_reference(out)) return false;
                continue;
            }
            out += c;
            ++at_;
        }
        return at_ < text_.size();
    }
    bool parse_reference(std::string& out) {
        const std::size_t end = rest().substr(0, kReferenceBytesMax).find(';');
        if (end == std::string_view::npos) return false;
        const std::string_view reference = rest().substr(1, end - 1);
        const auto* const entity =
            std::find_if(kEntities.begin(), kEntities.end(),
                         [&](const auto& each) { return each.first == reference; });
        if (entity != kEntities.end()) {
            out += entity->second;
        } else {
            const auto code_point = parse_character_reference(reference);
            if (!code_point) return false;
            append_utf8(out, *code_point);
        }
        at_ += end + 1;
        return true;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t elements_ = 0;
};

}  // namespace

const XmlElement* XmlElement::find(std::string_view child) const {
    const auto found = std::ranges::find(children, child, &XmlElement::name);
    return found == children.end() ? nullptr : &*found;
}

std::string_view XmlElement::text_of(std::string_view child) const {
    const XmlElement* const found = find(child);
    return found == nullptr ? std::string_view() : std::string_view(found->text);
}

base::Result<XmlElement> parse_xml(std::string_view text, std::string_view what) {
    XmlElement root;
    if (!base::is_utf8(text)) {
        return base::Error{base::ErrorKind::data_invalid,
                           fmt::format("{}: it is no XML: no UTF-8", what)};
    }
    XmlParser parser(text);
    if (parser.parse_document(root)) return root;
    return base::Error{base::ErrorKind::data_invalid,
                       fmt::format("{}: it is no XML from byte {} on", what, parser.at())};
}

std::string escape_xml(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (c == '&' || c == '<' || c == '>' || c == '"' || static_cast<unsigned char>(c) < 0x20) {
            out += fmt::format("&#{};", static_cast<int>(static_cast<unsigned char>(c)));
        } else {
            out += c;
        }
    }
    return out;
}

}  // namespace codec
