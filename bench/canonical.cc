#include "bench/canonical.h"

#include <algorithm>
#include <utility>

#include "common/base/json_text.h"
#include "common/codec/base64.h"
#include "common/codec/json.h"

namespace bench {
namespace {

constexpr unsigned kFlags = rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseIterativeFlag |
                            rapidjson::kParseValidateEncodingFlag;

// Takes RapidJSON's events; each open object or array is a list of finished texts.
class Canonical : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Canonical> {
  public:
    bool Null() { return add("null"); }
    bool Bool(bool value) { return add(value ? "true" : "false"); }
    bool RawNumber(const char* text, rapidjson::SizeType size, bool) { return add({text, size}); }
    bool String(const char* text, rapidjson::SizeType size, bool) {
        std::string quoted;
        base::append_json_text(quoted, {text, size});
        return add(std::move(quoted));
    }
    bool Key(const char* text, rapidjson::SizeType size, bool) {
        base::append_json_text(open_.back().name, {text, size});
        return true;
    }
    bool StartObject() { return start(); }
    bool StartArray() { return start(); }
    bool EndObject(rapidjson::SizeType) {
        std::ranges::sort(open_.back().parts);
        return end('{', '}');
    }
    bool EndArray(rapidjson::SizeType) { return end('[', ']'); }

    std::string take() { return std::move(open_.front().parts.front()); }

  private:
    struct Open {
        std::string name;  // of the member that comes next
        std::vector<std::string> parts;
    };

    bool add(std::string text) {
        Open& open = open_.back();
        open.parts.push_back(open.name.empty() ? std::move(text) : open.name + ":" + text);
        open.name.clear();
        return true;
    }

    bool start() {
        open_.emplace_back();
        return true;
    }

    bool end(char begin, char end) {
        std::string text(1, begin);
        for (const std::string& part : open_.back().parts)
            text += part + ",";
        if (text.size() > 1) text.pop_back();
        open_.pop_back();
        return add(text + end);
    }

    std::vector<Open> open_ = std::vector<Open>(1);
};

std::optional<std::string> canonical_data(std::string_view base64) {
    const auto data = codec::base64_decode(base64);
    return data ? canonical_json(*data) : std::nullopt;
}

std::optional<std::string> canonical_outcome(const codec::JsonValue& record) {
    const auto base64 = codec::find_text(record, "data");
    const auto data = base64 ? codec::base64_decode(*base64) : base::Result<std::string>("");
    if (!data || !data->ends_with('\n')) return std::nullopt;
    const auto line = canonical_json(*data);
    const auto id = codec::find_text(record, "recordId");
    const auto result = codec::find_text(record, "result");
    const codec::JsonValue* metadata = codec::find_object(record, "metadata");
    if (!line || !id || !result || metadata == nullptr) return std::nullopt;
    const auto keys = canonical_json(codec::write_json(*metadata));
    return std::string(*id) + " " + std::string(*result) + " " + *keys + " " + *line;
}

}  // namespace

std::optional<std::string> canonical_json(std::string_view text) {
    rapidjson::MemoryStream stream(text.data(), text.size());
    Canonical canonical;
    if (!rapidjson::Reader().Parse<kFlags>(stream, canonical)) return std::nullopt;
    return canonical.take();
}

std::optional<std::vector<std::string>> canonical_transform(std::string_view answer) {
    const auto document = codec::parse_json(answer, "the answer");
    const codec::JsonValue* records = document ? codec::find_array(*document, "records") : nullptr;
    if (records == nullptr) return std::nullopt;
    std::vector<std::string> lines;
    for (const codec::JsonValue& record : records->GetArray()) {
        auto line = canonical_outcome(record);
        if (!line) return std::nullopt;
        lines.push_back(std::move(*line));
    }
    return lines;
}

std::optional<std::vector<std::string>> canonical_forward(const std::vector<std::string>& bodies) {
    std::vector<std::string> lines;
    for (const std::string& body : bodies) {
        const auto document = codec::parse_json(body, "the request");
        const codec::JsonValue* records =
            document ? codec::find_array(*document, "Records") : nullptr;
        if (records == nullptr) return std::nullopt;
        for (const codec::JsonValue& record : records->GetArray()) {
            const auto key = codec::find_text(record, "PartitionKey");
            const auto data = canonical_data(codec::find_text(record, "Data").value_or(""));
            if (!key || !data) return std::nullopt;
            lines.push_back(std::string(*key) + " " + *data);
        }
    }
    std::ranges::sort(lines);
    return lines;
}

}  // namespace bench
