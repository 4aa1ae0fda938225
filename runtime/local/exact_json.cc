#include "runtime/local/exact_json.h"

#include <cassert>

#include <fmt/format.h>

#include "common/base/log.h"
#include "common/codec/json.h"

namespace local {
namespace {

constexpr std::size_t kDepthMax = 512;
constexpr unsigned kParseFlags = rapidjson::kParseIterativeFlag |
                                 rapidjson::kParseNumbersAsStringsFlag |
                                 rapidjson::kParseValidateEncodingFlag;

// Builds the tree from RapidJSON's events; a false ends the parse.
class TreeBuilder {
  public:
    explicit TreeBuilder(ExactJson& root) : root_(root) {}

    bool Null() { return add({}); }
    bool Bool(bool truth) { return add({.kind = ExactJson::Kind::boolean, .truth = truth}); }
    bool RawNumber(const char* text, rapidjson::SizeType length, bool /*copy*/) {
        return add({.kind = ExactJson::Kind::number, .text = std::string(text, length)});
    }
    bool String(const char* text, rapidjson::SizeType length, bool /*copy*/) {
        return add({.kind = ExactJson::Kind::text, .text = std::string(text, length)});
    }
    bool StartObject() { return open(ExactJson::Kind::object); }
    bool StartArray() { return open(ExactJson::Kind::array); }
    bool Key(const char* text, rapidjson::SizeType length, bool /*copy*/) {
        key_.assign(text, length);
        return true;
    }
    bool EndObject(rapidjson::SizeType /*count*/) { return close(); }
    bool EndArray(rapidjson::SizeType /*count*/) { return close(); }
    // Numbers come as RawNumber only.
    bool Int(int /*value*/) { return false; }
    bool Uint(unsigned /*value*/) { return false; }
    bool Int64(std::int64_t /*value*/) { return false; }
    bool Uint64(std::uint64_t /*value*/) { return false; }
    bool Double(double /*value*/) { return false; }

  private:
    ExactJson& place(ExactJson value) {
        if (open_.empty()) return root_ = std::move(value);
        ExactJson& parent = *open_.back();
        if (parent.kind == ExactJson::Kind::array)
            return parent.elements.emplace_back(std::move(value));
        return parent.members.emplace_back(std::move(key_), std::move(value)).second;
    }
    bool add(ExactJson value) {
        place(std::move(value));
        return true;
    }
    bool open(ExactJson::Kind kind) {
        if (open_.size() >= kDepthMax) return false;
        // A pointer to an open value stays valid: nothing is added to its parent before it closes.
        open_.push_back(&place({.kind = kind}));
        return true;
    }
    bool close() {
        open_.pop_back();
        return true;
    }

    ExactJson& root_;
    std::vector<ExactJson*> open_;
    std::string key_;
};

void append(std::string& out, const ExactJson& value) {
    const char* separator = "";
    switch (value.kind) {
        case ExactJson::Kind::null:
            out += "null";
            return;
        case ExactJson::Kind::boolean:
            out += value.truth ? "true" : "false";
            return;
        case ExactJson::Kind::number:
            out += value.text;
            return;
        case ExactJson::Kind::text:
            base::append_json_text(out, value.text);
            return;
        case ExactJson::Kind::array:
            out += '[';
            for (const ExactJson& element : value.elements) {
                out += std::exchange(separator, ",");
                append(out, element);
            }
            out += ']';
            return;
        case ExactJson::Kind::object:
            out += '{';
            for (const auto& [name, member] : value.members) {
                out += std::exchange(separator, ",");
                base::append_json_text(out, name);
                out += ':';
                append(out, member);
            }
            out += '}';
            return;
    }
}

}  // namespace

const ExactJson* ExactJson::find(std::string_view name) const {
    for (const auto& [member_name, member] : members) {
        if (member_name == name) return &member;
    }
    return nullptr;
}

std::string_view ExactJson::find_text(std::string_view name) const {
    const ExactJson* member = find(name);
    return member != nullptr && member->kind == Kind::text ? std::string_view(member->text)
                                                           : std::string_view();
}

base::Result<ExactJson> parse_exact_json(std::string_view text, std::string_view what) {
    ExactJson root;
    TreeBuilder builder(root);
    rapidjson::Reader reader;
    rapidjson::MemoryStream bytes(text.data(), text.size());
    rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream> input(bytes);
    const rapidjson::ParseResult parsed = reader.Parse<kParseFlags>(input, builder);
    if (parsed.IsError()) {
        const std::string_view reason = parsed.Code() == rapidjson::kParseErrorTermination
                                            ? "nested too deep"
                                            : "no valid JSON";
        return base::Error{base::ErrorKind::data_invalid,
                           fmt::format("parse {}: {} at byte {}", what, reason, parsed.Offset())};
    }
    return root;
}

std::string write_exact_json(const ExactJson& value) {
    std::string out;
    append(out, value);
    return out;
}

}  // namespace local
