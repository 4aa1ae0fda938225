#include "common/event/batch_response.h"

#include "common/codec/json.h"

namespace event {

std::string batch_response(const std::vector<std::string_view>& item_identifiers) {
    codec::JsonWriter json;
    json.begin_object().key("batchItemFailures").begin_array();
    for (const std::string_view identifier : item_identifiers) {
        json.begin_object().member("itemIdentifier", identifier).end_object();
    }
    json.end_array().end_object();
    return json.take();
}

}  // namespace event
