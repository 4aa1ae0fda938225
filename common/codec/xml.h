// XML as AWS's REST services answer with it (S3): elements and their text.
//
// Read strictly, and less than XML 1.0: one root element, an XML declaration before it at most,
// the five named entities and character references, UTF-8. There is no comment, CDATA section,
// document type or processing instruction; attributes are read and left out. Text between elements
// counts only where it is all that an element has.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace codec {

constexpr std::size_t kXmlDepthMax = 16;
// Far beyond a listing of 1,000 objects.
constexpr std::size_t kXmlElementsMax = 100'000;

struct XmlElement {
    std::string name;
    std::string text;  // decoded; empty where there are elements within
    std::vector<XmlElement> children;

    // The first child of that name; nothing where there is none.
    [[nodiscard]] const XmlElement* find(std::string_view child) const;
    // Its text; empty where there is no such child.
    [[nodiscard]] std::string_view text_of(std::string_view child) const;
};

// Kind data_invalid, with `what` and the byte at which it is no longer such a document.
base::Result<XmlElement> parse_xml(std::string_view text, std::string_view what);

// With & < > " and control characters as references, for text and attributes.
std::string escape_xml(std::string_view text);

}  // namespace codec
