#include "common/event/s3_event.h"

#include <algorithm>
#include <utility>

#include "common/codec/json.h"
#include "common/codec/uri.h"

namespace event {
namespace {

using Objects = std::vector<S3Object>;

base::Error invalid(std::string message) {
    return {base::ErrorKind::event_invalid, std::move(message)};
}

// Of `s3` or `detail`.
base::Result<S3Object> read_object(const codec::JsonValue* holder) {
    if (holder == nullptr) return invalid("the S3 event has no bucket and object");
    const codec::JsonValue* bucket = codec::find_object(*holder, "bucket");
    const codec::JsonValue* object = codec::find_object(*holder, "object");
    const auto name = bucket == nullptr ? std::nullopt : codec::find_text(*bucket, "name");
    const auto key = object == nullptr ? std::nullopt : codec::find_text(*object, "key");
    if (!name || name->empty()) return invalid("the S3 event does not name its bucket");
    if (!key || key->empty()) return invalid("the S3 event does not name its object's key");
    return S3Object{std::string(*name), std::string(*key)};
}

base::Result<std::string> decode(std::string key) {
    std::replace(key.begin(), key.end(), '+', ' ');
    return codec::uri_decode(key);
}

base::Result<Objects> read_records(const codec::JsonValue& records) {
    Objects objects;
    for (const codec::JsonValue& record : records.GetArray()) {
        if (codec::find_text(record, "eventSource") != "aws:s3")
            return invalid("the event's Records are not all those of S3");
        const auto event_name = codec::find_text(record, "eventName").value_or("");
        if (!event_name.starts_with("ObjectCreated:")) continue;
        auto object = read_object(codec::find_object(record, "s3"));
        if (!object) return std::move(object).error();
        auto key = decode(std::move(object->key));
        if (!key) return invalid("the S3 event's key is not URL-encoded: " + key.error().message);
        objects.push_back({std::move(object->bucket), *std::move(key)});
    }
    return objects;
}

base::Result<Objects> read_event_bridge(const codec::JsonValue& event) {
    if (codec::find_text(event, "detail-type") != "Object Created") return Objects();
    auto object = read_object(codec::find_object(event, "detail"));
    if (!object) return std::move(object).error();
    auto decoded = decode(object->key);
    if (decoded && *decoded != object->key) object->decoded_key = *std::move(decoded);
    return Objects{*std::move(object)};
}

bool is_of_s3(const codec::JsonValue& record) {
    return codec::find_text(record, "eventSource") == "aws:s3";
}

}  // namespace

base::Result<std::optional<Objects>> parse_s3_event(std::string_view text) {
    using Found = std::optional<Objects>;
    const auto document = codec::parse_json(text, "the event");
    if (!document) return invalid(document.error().message);
    if (codec::find_text(*document, "Event") == "s3:TestEvent") return Found(Objects());
    base::Result<Objects> objects = Objects();
    if (codec::find_text(*document, "source") == "aws.s3") {
        objects = read_event_bridge(*document);
    } else {
        const codec::JsonValue* records = codec::find_array(*document, "Records");
        if (records == nullptr) return Found();
        const auto array = records->GetArray();
        if (std::none_of(array.begin(), array.end(), is_of_s3)) return Found();
        objects = read_records(*records);
    }
    if (!objects) return std::move(objects).error();
    return Found(*std::move(objects));
}

}  // namespace event
