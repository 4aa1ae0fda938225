#include "runtime/local/verify_compare.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "common/dynamodb/json_scanner.h"
#include "runtime/local/verify_members.h"
#include "runtime/local/verify_names.h"
#include "runtime/local/verify_number.h"

namespace local {
namespace {

using dynamodb::JsonKind;
using dynamodb::JsonScanner;
using dynamodb::LineNumbers;

JsonKind kind_of(std::string_view value) {
    return JsonScanner(value).kind();
}

std::string_view kind_name(JsonKind kind) {
    switch (kind) {
        case JsonKind::object:
            return "an object";
        case JsonKind::array:
            return "a list";
        case JsonKind::string:
            return "text";
        case JsonKind::number:
            return "a number";
        case JsonKind::boolean:
            return "true or false";
        case JsonKind::null:
            return "null";
        case JsonKind::none:
            break;
    }
    return "no JSON";
}

std::string_view contents_of(std::string_view text) {
    return text.substr(1, text.size() - 2);
}

bool same_text(std::string_view left, std::string_view right) {
    return left == right || dynamodb::unescape_json(left) == dynamodb::unescape_json(right);
}

// A set's element in a form that is the same for equal ones; the first byte keeps the kinds apart.
std::string text_form(std::string_view text) {
    return "\"" + std::string(text);
}

std::string number_form(std::string_view text) {
    const auto decimal = canonical_decimal(text);
    return decimal ? *decimal : text_form(text);
}

// Walks the export's item, with the line's values beside it. False ends the walk: a difference was
// found, or the item has a fault.
class Comparison {
  public:
    Comparison(JsonScanner& item, LineNumbers numbers) : item_(item), numbers_(numbers) {}

    // The members of the object that the scanner stands at, by the names that they have in the
    // line.
    bool attributes(const JsonMembers& typed, const std::vector<std::string>& names,
                    const JsonMembers& plain) {
        std::vector<bool> found(plain.all().size());
        for (std::size_t i = 0; i < names.size(); ++i) {
            const auto place = plain.find(names[i]);
            if (!place || found[*place]) return differ("." + names[i], "is not in the lake");
            found[*place] = true;
            JsonScanner value(typed.all()[i].value);
            Comparison inner(value, numbers_);
            const bool same = inner.value(plain.all()[*place].value);
            if (!value.ok()) item_.fail(value.reason());
            if (!same) return take(inner, "." + std::string(typed.all()[i].name));
        }
        const auto extra = std::find(found.begin(), found.end(), false);
        if (extra == found.end()) return true;
        const auto index = static_cast<std::size_t>(extra - found.begin());
        return differ("." + std::string(plain.all()[index].name), "is in the lake alone");
    }

    // {"TAG":value}
    bool value(std::string_view plain) {
        std::string_view tag;
        item_.open_object();
        if (!item_.next_member(tag)) return fail("an attribute value without a type tag");
        if (!tagged(tag, plain)) return false;
        if (item_.next_member(tag)) return fail("an attribute value with two type tags");
        return item_.ok();
    }

    [[nodiscard]] ItemDifference difference() const {
        const std::string_view path = difference_.path;
        return {std::string(path.starts_with('.') ? path.substr(1) : path), difference_.reason};
    }

  private:
    bool tagged(std::string_view tag, std::string_view plain) {
        if (tag == "S" || tag == "B") return text(plain);
        if (tag == "N") return number(plain);
        if (tag == "M") return map(plain);
        if (tag == "L") return list(plain);
        if (tag == "BOOL") return boolean(plain);
        if (tag == "NULL") return null(plain);
        if (tag == "SS" || tag == "BS") return set(plain, JsonKind::string);
        if (tag == "NS") return set(plain, JsonKind::number);
        return fail("an unknown type tag");
    }

    bool text(std::string_view plain) {
        const std::string_view wanted = item_.read_string();
        if (!is(JsonKind::string, plain)) return false;
        return same_text(wanted, contents_of(plain)) || differ("", "differs");
    }

    bool number(std::string_view plain) {
        const std::string_view wanted = item_.read_string();
        if (kind_of(plain) == JsonKind::number && numbers_ == LineNumbers::number &&
            wanted == plain)
            return true;
        const std::string wanted_form = typed_number(wanted);
        if (const JsonKind kind = number_kind(wanted_form); !is(kind, plain)) return false;
        return wanted_form == plain_number(plain) || differ("", "differs");
    }

    bool boolean(std::string_view plain) {
        const bool wanted = item_.read_boolean();
        if (!is(JsonKind::boolean, plain)) return false;
        return (plain == "true") == wanted || differ("", "differs");
    }

    bool null(std::string_view plain) {
        if (!item_.read_boolean()) return fail("a NULL that is not true");
        return is(JsonKind::null, plain);
    }

    bool map(std::string_view plain) {
        const JsonMembers typed(item_);
        if (!is(JsonKind::object, plain)) return false;
        std::vector<std::string> names;
        for (const JsonMembers::Member& member : typed.all())
            names.emplace_back(member.name);
        JsonScanner scanner(plain);
        return item_.ok() && attributes(typed, names, JsonMembers(scanner));
    }

    bool list(std::string_view plain) {
        item_.open_array();
        if (!item_.ok() || !is(JsonKind::array, plain)) return false;
        JsonScanner elements(plain);
        std::size_t index = 0;
        elements.open_array();
        for (; item_.next_element(); ++index) {
            if (!elements.next_element()) return differ("", "has fewer elements in the lake");
            if (!value(elements.skip_value()))
                return item_.ok() && prepend(fmt::format("[{}]", index));
        }
        if (elements.next_element()) return differ("", "has more elements in the lake");
        return item_.ok();
    }

    bool set(std::string_view plain, JsonKind kind) {
        std::vector<std::string> wanted;
        item_.open_array();
        while (item_.next_element()) {
            const std::string_view contents = item_.read_string();
            wanted.push_back(kind == JsonKind::number
                                 ? typed_number(contents)
                                 : text_form(dynamodb::unescape_json(contents)));
        }
        if (!item_.ok() || !is(JsonKind::array, plain)) return false;
        std::vector<std::string> there;
        JsonScanner elements(plain);
        elements.open_array();
        while (elements.next_element()) {
            const std::string_view element = elements.skip_value();
            there.push_back(kind == JsonKind::number ? plain_number(element) : plain_text(element));
        }
        std::sort(wanted.begin(), wanted.end());
        std::sort(there.begin(), there.end());
        return wanted == there || differ("", "is another set in the lake");
    }

    // How a line writes a number: as a number where it can be one, else as text.
    [[nodiscard]] std::string typed_number(std::string_view contents) const {
        return number_form(dynamodb::unescape_json(contents));
    }
    [[nodiscard]] JsonKind number_kind(std::string_view form) const {
        return numbers_ == LineNumbers::text || form.starts_with('"') ? JsonKind::string
                                                                      : JsonKind::number;
    }
    [[nodiscard]] std::string plain_number(std::string_view value) const {
        const JsonKind kind = kind_of(value);
        if (kind == JsonKind::string) {
            const std::string text = dynamodb::unescape_json(contents_of(value));
            return numbers_ == LineNumbers::text ? number_form(text) : text_form(text);
        }
        // A number where text belongs is equal to nothing, as is a value of another kind.
        if (kind != JsonKind::number || numbers_ == LineNumbers::text)
            return "?" + std::string(value);
        return number_form(value);
    }
    [[nodiscard]] static std::string plain_text(std::string_view value) {
        if (kind_of(value) != JsonKind::string) return "?" + std::string(value);
        return text_form(dynamodb::unescape_json(contents_of(value)));
    }

    bool is(JsonKind wanted, std::string_view plain) {
        const JsonKind kind = kind_of(plain);
        return kind == wanted || differ("", fmt::format("is {} in the lake and should be {}",
                                                        kind_name(kind), kind_name(wanted)));
    }

    bool fail(std::string_view reason) {
        item_.fail(reason);
        return false;
    }
    bool differ(std::string path, std::string reason) {
        difference_ = {std::move(path), std::move(reason)};
        return false;
    }
    bool prepend(const std::string& step) {
        difference_.path.insert(0, step);
        return false;
    }
    bool take(const Comparison& inner, const std::string& step) {
        difference_ = inner.difference_;
        return prepend(step);
    }

    JsonScanner& item_;
    LineNumbers numbers_;
    ItemDifference difference_;
};

}  // namespace

base::Result<std::optional<ItemDifference>> compare_item(std::string_view item,
                                                         std::string_view image,
                                                         const dynamodb::LineSettings& settings) {
    JsonScanner plain_scanner(image);
    const JsonMembers plain(plain_scanner);
    if (!plain_scanner.ok()) return plain_scanner.error("the line's image");
    JsonScanner typed_scanner(item);
    const JsonMembers typed(typed_scanner);
    Comparison comparison(typed_scanner, settings.numbers);
    if (typed_scanner.ok()) {
        std::vector<std::string_view> originals;
        for (const JsonMembers::Member& member : typed.all())
            originals.push_back(member.name);
        if (comparison.attributes(typed, line_names(originals, settings.names), plain))
            return std::optional<ItemDifference>();
    }
    if (!typed_scanner.ok()) return typed_scanner.error("the export's item");
    return std::optional(comparison.difference());
}

}  // namespace local
