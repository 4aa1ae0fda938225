#include "common/event/batch_response.h"

#include <compare>

#include "common/codec/json.h"
#include "common/dynamodb/change_record.h"

namespace event {

std::optional<std::string_view> checkpoint(const std::vector<std::string_view>& sequence_numbers,
                                           const std::vector<bool>& failed) {
    std::optional<std::string_view> lowest;
    std::string_view before;
    for (std::size_t i = 0; i < sequence_numbers.size(); ++i) {
        if (!sequence_numbers[i].empty()) before = sequence_numbers[i];
        if (!failed[i]) continue;
        if (before.empty()) return std::string_view();
        if (!lowest || dynamodb::compare_sequence_numbers(before, *lowest) < 0) lowest = before;
    }
    return lowest;
}

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
