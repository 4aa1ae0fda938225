// Properties of the codecs over random input, with OpenSSL's EVP as the second implementation of
// base64. RC_PARAMS (seed, max_success) reruns a case; a failure prints it.
#include <cmath>
#include <cstring>

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "common/base/utf8.h"
#include "common/codec/base64.h"
#include "common/codec/csv.h"
#include "common/codec/gzip.h"
#include "common/codec/hex.h"
#include "common/codec/json.h"
#include "common/codec/uri.h"

namespace codec {
namespace {

std::string evp_encode(const std::string& bytes) {
    std::string out(base64_encoded_size(bytes.size()) + 1, '\0');
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(size));
    return out;
}

// Without the padding's zeros, which EVP_DecodeBlock counts.
std::optional<std::string> evp_decode(const std::string& text) {
    std::string out(text.size() + 3, '\0');
    const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
    if (size < 0) return std::nullopt;
    const std::size_t padding = text.size() - (text.find_last_not_of('=') + 1);
    out.resize(static_cast<std::size_t>(size) - std::min<std::size_t>(padding, 2));
    return out;
}

rc::Gen<std::string> any_bytes() {
    return rc::gen::container<std::string>(rc::gen::arbitrary<char>());
}

// Characters of all lengths and of all kinds that JSON treats in its own way.
rc::Gen<std::string> any_utf8() {
    return rc::gen::map(
        rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
            "a", "Z", "0", " ", "\"", "\\", "/", "\n", "\x01", "\x1f", "\x7f", std::string(1, '\0'),
            "\xc2\x80", "\xc3\xa9", "\xed\x9f\xbf", "\xee\x80\x80", "\xe2\x80\xa8", "\xef\xbb\xbf",
            "\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbf")),
        [](const std::vector<std::string>& characters) {
            std::string text;
            for (const std::string& character : characters)
                text += character;
            return text;
        });
}

RC_GTEST_PROP(Base64Property, EncodesAsOpenSslDoes, ()) {
    const std::string bytes = *any_bytes();
    RC_ASSERT(base64_encode(bytes) == evp_encode(bytes));
}

RC_GTEST_PROP(Base64Property, DecodesWhatOpenSslEncodes, ()) {
    const std::string bytes = *any_bytes();
    const auto decoded = base64_decode(evp_encode(bytes));
    RC_ASSERT(decoded.ok());
    RC_ASSERT(*decoded == bytes);
}

// Whatever is taken is the one text of its bytes, and OpenSSL reads the same bytes in it.
RC_GTEST_PROP(Base64Property, TakesNothingButTheOneText, ()) {
    const auto text = *rc::gen::container<std::string>(
        rc::gen::element('A', 'B', 'Q', 'g', 'w', 'z', '0', '9', '+', '/', '=', '='));
    const auto decoded = base64_decode(text);
    RC_ASSERT(decoded.ok() == is_base64(text));
    RC_CLASSIFY(decoded.ok());
    if (!decoded.ok()) return;
    RC_ASSERT(base64_encode(*decoded) == text);
    RC_ASSERT(evp_decode(text) == *decoded);
}

RC_GTEST_PROP(Base64Property, SeesOneChangedByte, ()) {
    const std::string bytes = *rc::gen::nonEmpty(any_bytes());
    std::string text = base64_encode(bytes);
    const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
    const char was = text[at];
    text[at] = *rc::gen::arbitrary<char>();
    RC_PRE(text[at] != was);
    const auto decoded = base64_decode(text);
    const bool same = decoded.ok() && *decoded == bytes;
    RC_ASSERT(!same);
}

RC_GTEST_PROP(HexProperty, ReadsBackWhatItWrote, ()) {
    const std::string bytes = *any_bytes();
    RC_ASSERT(*hex_decode(hex_lower(bytes)) == bytes);
}

RC_GTEST_PROP(UriProperty, ReadsBackWhatItWrote, ()) {
    const std::string bytes = *any_bytes();
    RC_ASSERT(*uri_decode(uri_encode(bytes, KeepSlash::no)) == bytes);
    RC_ASSERT(*uri_decode(uri_encode(bytes, KeepSlash::yes)) == bytes);
}

RC_GTEST_PROP(GzipProperty, ReadsBackWhatItWrote, ()) {
    const std::string bytes = *any_bytes();
    const std::string more = *any_bytes();
    const int level = *rc::gen::inRange(1, 10);
    const std::string gzip = gzip_compress(bytes, level);
    RC_ASSERT(*gzip_decompress(gzip, bytes.size()) == bytes);
    RC_ASSERT(*gzip_decompress(gzip + gzip_compress(more, level), bytes.size() + more.size()) ==
              bytes + more);
}

// Flips one bit anywhere: what comes out is an error, or the same text (a bit of the header that
// means nothing, such as the time).
RC_GTEST_PROP(GzipProperty, NeverGivesAnotherText, ()) {
    const std::string bytes = *any_bytes();
    std::string gzip = gzip_compress(bytes);
    const auto bit = *rc::gen::inRange<std::size_t>(0, gzip.size() * 8);
    gzip[bit / 8] =
        static_cast<char>(static_cast<unsigned char>(gzip[bit / 8]) ^ (1U << (bit % 8)));
    const auto read = gzip_decompress(gzip, 1024UL * 1024);
    const bool other = read.ok() && *read != bytes;
    RC_ASSERT(!other);
}

RC_GTEST_PROP(CsvProperty, ReadsBackWhatItWrote, ()) {
    const auto fields = *rc::gen::nonEmpty(
        rc::gen::container<std::vector<std::string>>(rc::gen::container<std::string>(
            rc::gen::element('a', ' ', ',', '"', '\r', '\n', '\\', '\xff'))));
    std::string text;
    CsvWriter writer(text);
    std::vector<CsvRow> rows(2);
    for (CsvRow& row : rows) {
        for (const std::string& field : fields) {
            writer.text(field);
            row.emplace_back(field);
        }
        writer.absent();
        row.emplace_back(std::nullopt);
        writer.end_row();
    }
    const auto read = parse_csv(text);
    RC_ASSERT(read.ok());
    RC_ASSERT(*read == rows);
}

RC_GTEST_PROP(JsonProperty, ReadsBackEveryText, ()) {
    const std::string text = *any_utf8();
    RC_ASSERT(base::is_utf8(text));
    JsonWriter json;
    json.begin_object().member(text, text).end_object();
    const std::string written = json.take();
    const auto document = parse_json(written, "it");
    RC_ASSERT(document.ok());
    RC_ASSERT(find_text(*document, text) == text);
    const auto again = parse_json(write_json(*document), "it");
    RC_ASSERT(again.ok());
    RC_ASSERT(find_text(*again, text) == text);
}

// The text of any bytes is taken where they are UTF-8 without control bytes and quotes, and refused
// where not.
RC_GTEST_PROP(JsonProperty, TakesTextsThatAreUtf8AndNoOther, ()) {
    const auto bytes = *rc::gen::container<std::string>(rc::gen::element(
        'a', '\x7f', '\x80', '\x8f', '\x90', '\x9f', '\xa0', '\xbf', '\xc0', '\xc2', '\xdf', '\xe0',
        '\xe1', '\xed', '\xef', '\xf0', '\xf1', '\xf4', '\xf5', '\xff'));
    RC_ASSERT(parse_json("\"" + bytes + "\"", "it").ok() == base::is_utf8(bytes));
}

RC_GTEST_PROP(JsonProperty, SurvivesAnyBytes, ()) {
    const auto bytes = *rc::gen::container<std::string>(
        rc::gen::element('{', '}', '[', ']', ',', ':', '"', '\\', 'u', 'd', '8', '0', '1', 'e', '-',
                         '.', 'n', 't', ' ', '\0', '\xc3', '\xed'));
    const auto document = parse_json(bytes, "it");
    if (!document.ok()) return;
    const auto again = parse_json(write_json(*document), "it");
    RC_ASSERT(again.ok());
    RC_ASSERT(write_json(*again) == write_json(*document));
}

RC_GTEST_PROP(JsonProperty, ReadsBackEveryDouble, ()) {
    const auto bits = *rc::gen::arbitrary<std::uint64_t>();
    double number = 0;
    static_assert(sizeof number == sizeof bits);
    std::memcpy(&number, &bits, sizeof number);
    RC_PRE(std::isfinite(number));
    JsonValue value(number);
    const auto document = parse_json(write_json(value), "it");
    RC_ASSERT(document.ok());
    RC_ASSERT(document->GetDouble() == number);
}

}  // namespace
}  // namespace codec
