// Any bytes as an answer of S3. What is read as XML is read the same when it is written again; each
// object of a listing has a key that is one, and there is a next page or the listing is done.
#include <string>

#include "common/aws/s3_answer.h"
#include "common/base/utf8.h"
#include "common/codec/xml.h"
#include "tests/fuzz/fuzz.h"

namespace {

std::string text_of(const codec::XmlElement& element) {
    std::string text = "<" + element.name + " a=\"b\">\n" + codec::escape_xml(element.text);
    if (element.children.empty()) text.erase(text.find('\n'), 1);
    for (const codec::XmlElement& child : element.children)
        text += text_of(child);
    return text + "</" + element.name + " >";
}

bool is_same(const codec::XmlElement& left, const codec::XmlElement& right) {
    if (left.name != right.name || left.text != right.text) return false;
    if (left.children.size() != right.children.size()) return false;
    for (std::size_t i = 0; i < left.children.size(); ++i) {
        if (!is_same(left.children[i], right.children[i])) return false;
    }
    return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto root = codec::parse_xml(bytes, "it");
    if (root) {
        const auto again = codec::parse_xml(" <?xml version=\"1.0\"?>\n" + text_of(*root), "it");
        fuzz::expect(again.ok() && is_same(*root, *again));
    }
    const auto page = aws::parse_object_page(bytes, "a");
    if (page) {
        fuzz::expect(root.ok() && root->name == "ListBucketResult");
        fuzz::expect(page->objects.size() <= root->children.size());
        fuzz::expect((root->text_of("IsTruncated") == "true") == !page->next_token.empty());
        for (const aws::ListedObject& object : page->objects)
            fuzz::expect(object.key.starts_with('a') && base::is_utf8(object.key));
    }
    const auto id = aws::parse_upload_id(bytes);
    fuzz::expect(!id || !id->empty());
    fuzz::expect(!aws::parse_completed(bytes) || root->name == "CompleteMultipartUploadResult");
    return 0;
}
