#include "common/codec/json.h"

#include <cassert>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>
#include <rapidjson/writer.h>

namespace codec {
namespace {

// Hands the parser's events on to the document, and stops at the first that passes a cap. RapidJSON
// fixes the names.
class CappedBuilder {
  public:
    CappedBuilder(JsonDocument& document, JsonNumbers numbers)
        : document_(document), numbers_(numbers) {}

    // What was wrong where the parser was stopped.
    [[nodiscard]] std::string_view fault() const { return fault_; }

    bool Null() { return count() && document_.Null(); }
    bool Bool(bool flag) { return count() && document_.Bool(flag); }
    // The parser hands over each number as text: its own conversion reads beyond its tables for
    // "0.000…1" with a million zeros. `text` ends with a NUL byte.
    bool RawNumber(const char* text, rapidjson::SizeType length, bool copy) {
        if (!count()) return false;
        if (numbers_ == JsonNumbers::text) return document_.RawNumber(text, length, copy);
        std::int64_t integer = 0;
        if (is_integer(text, length, integer)) return document_.Int64(integer);
        std::uint64_t large = 0;
        if (is_integer(text, length, large)) return document_.Uint64(large);
        const double real = std::strtod(text, nullptr);
        return std::isfinite(real) ? document_.Double(real)
                                   : stop("a number beyond the range of a double");
    }
    bool String(const char* text, rapidjson::SizeType length, bool copy) {
        return count() && check_surrogates(text, length) && document_.String(text, length, copy);
    }
    bool Key(const char* text, rapidjson::SizeType length, bool copy) {
        return count() && check_surrogates(text, length) && document_.Key(text, length, copy);
    }
    bool StartObject() { return descend() && document_.StartObject(); }
    bool StartArray() { return descend() && document_.StartArray(); }
    bool EndObject(rapidjson::SizeType members) {
        --depth_;
        return document_.EndObject(members);
    }
    bool EndArray(rapidjson::SizeType elements) {
        --depth_;
        return document_.EndArray(elements);
    }

    // The parser names these for numbers in its other mode.
    bool Int(int) { return false; }
    bool Uint(unsigned) { return false; }
    bool Int64(std::int64_t) { return false; }
    bool Uint64(std::uint64_t) { return false; }
    bool Double(double) { return false; }

  private:
    template <typename Integer>
    static bool is_integer(const char* text, std::size_t length, Integer& number) {
        const auto [stopped, error] = std::from_chars(text, text + length, number);
        return error == std::errc() && stopped == text + length;
    }

    bool stop(std::string_view fault) {
        fault_ = fault;
        return false;
    }

    bool count() {
        return ++values_ <= kJsonValuesMax || stop("more values than a document may have");
    }

    bool descend() {
        if (!count()) return false;
        return ++depth_ <= kJsonDepthMax || stop("arrays and objects nested too deeply");
    }

    // The parser has checked the text's own bytes; a surrogate (ED A0 80 to ED BF BF) can only come
    // from an escape "\udc00" without its first half, which the parser lets pass.
    bool check_surrogates(const char* text, std::size_t length) {
        const char* end = text + length;
        while (text != end) {
            const void* found = std::memchr(text, 0xED, static_cast<std::size_t>(end - text));
            if (found == nullptr) return true;
            text = static_cast<const char*>(found) + 1;
            if (text != end && static_cast<unsigned char>(*text) >= 0xA0)
                return stop("half of a surrogate pair");
        }
        return true;
    }

    JsonDocument& document_;
    JsonNumbers numbers_;
    std::string_view fault_;
    std::size_t depth_ = 0;
    std::size_t values_ = 0;
};

// The output stream that RapidJSON's writer wants, without its sixfold reserve.
class StringStream {
  public:
    using Ch = char;
    explicit StringStream(std::string& out) : out_(out) {}
    void Put(char c) { out_ += c; }
    void Flush() {}

  private:
    std::string& out_;
};

base::Error invalid(std::string_view what, std::string_view fault, std::size_t offset) {
    return {base::ErrorKind::data_invalid,
            fmt::format("{} is not valid JSON: {} (at byte {})", what, fault, offset)};
}

}  // namespace

base::Result<JsonDocument> parse_json(std::string_view text, std::string_view what,
                                      JsonNumbers numbers) {
    if (text.size() > kJsonBytesMax) {
        return base::Error{base::ErrorKind::data_invalid,
                           fmt::format("{} is too large: {} bytes of JSON, at most {} are read",
                                       what, text.size(), kJsonBytesMax)};
    }
    JsonDocument document;
    CappedBuilder builder(document, numbers);
    rapidjson::MemoryStream stream(text.data(), text.size());
    rapidjson::ParseResult parsed;
    auto generate = [&](JsonDocument&) {
        constexpr unsigned kFlags = rapidjson::kParseIterativeFlag |
                                    rapidjson::kParseValidateEncodingFlag |
                                    rapidjson::kParseNumbersAsStringsFlag;
        rapidjson::Reader reader;
        parsed = reader.Parse<kFlags>(stream, builder);
        return !parsed.IsError();
    };
    document.Populate(generate);
    if (!builder.fault().empty()) return invalid(what, builder.fault(), parsed.Offset());
    if (parsed.IsError())
        return invalid(what, rapidjson::GetParseError_En(parsed.Code()), parsed.Offset());
    // The parser takes a NUL byte for the end of the text.
    if (stream.Tell() != text.size())
        return invalid(what, "a NUL byte behind the value", stream.Tell());
    return document;
}

std::string write_json(const JsonValue& value) {
    std::string out;
    StringStream stream(out);
    rapidjson::Writer<StringStream> writer(stream);
    const bool written = value.Accept(writer);
    assert(written);
    return out;
}

const JsonValue* find_member(const JsonValue& value, std::string_view name) {
    if (!value.IsObject()) return nullptr;
    for (auto member = value.MemberBegin(); member != value.MemberEnd(); ++member) {
        if (text_of(member->name) == name) return &member->value;
    }
    return nullptr;
}

std::optional<std::string_view> find_text(const JsonValue& value, std::string_view name) {
    const JsonValue* member = find_member(value, name);
    if (member == nullptr || !member->IsString()) return std::nullopt;
    return text_of(*member);
}

std::optional<std::int64_t> find_integer(const JsonValue& value, std::string_view name) {
    const JsonValue* member = find_member(value, name);
    if (member == nullptr || !member->IsInt64()) return std::nullopt;
    return member->GetInt64();
}

std::optional<bool> find_bool(const JsonValue& value, std::string_view name) {
    const JsonValue* member = find_member(value, name);
    if (member == nullptr || !member->IsBool()) return std::nullopt;
    return member->GetBool();
}

const JsonValue* find_array(const JsonValue& value, std::string_view name) {
    const JsonValue* member = find_member(value, name);
    return member != nullptr && member->IsArray() ? member : nullptr;
}

const JsonValue* find_object(const JsonValue& value, std::string_view name) {
    const JsonValue* member = find_member(value, name);
    return member != nullptr && member->IsObject() ? member : nullptr;
}

}  // namespace codec
