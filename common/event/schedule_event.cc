#include "common/event/schedule_event.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/log.h"
#include "common/codec/json.h"

namespace event {
namespace {

constexpr std::size_t kShownBytesMax = 60;
constexpr base::EpochMs kMsPerSecond = 1'000;

base::Error invalid(std::string message) {
    return {base::ErrorKind::event_invalid, "schedule event: " + std::move(message)};
}

// The start of a text that a person typed, for a message.
std::string shown(std::string_view text) {
    std::string quoted;
    base::append_json_text(quoted, text.substr(0, kShownBytesMax));
    return quoted;
}

base::EpochMs whole_second(base::EpochMs time_ms) {
    return time_ms - time_ms % kMsPerSecond;
}

// A member of the manual form stands in it, or it is empty, or it is what a schedule sends by
// itself.
bool is_schedule_event(const codec::JsonValue& value) {
    if (const auto* detail_type = codec::find_member(value, "detail-type")) {
        return detail_type->IsString() && codec::text_of(*detail_type) == "Scheduled Event";
    }
    if (value.MemberCount() == 0) return true;
    constexpr std::string_view kManualMembers[] = {"time", "export_type", "table_arns"};
    return std::any_of(std::begin(kManualMembers), std::end(kManualMembers),
                       [&](std::string_view name) { return codec::find_member(value, name); });
}

base::Result<base::EpochMs> read_slot(const codec::JsonValue& value, base::EpochMs now_ms) {
    const auto* member = codec::find_member(value, "time");
    if (member == nullptr) return whole_second(now_ms);
    if (!member->IsString()) return invalid("time is no text: use 2026-11-20T01:00:00Z");
    const std::string_view text = codec::text_of(*member);
    const auto time_ms = base::parse_iso8601(text);
    if (!time_ms || *time_ms < 0) {
        return invalid(
            fmt::format("time is {}: use a date and time with its offset from UTC, such "
                        "as 2026-11-20T01:00:00Z",
                        shown(text)));
    }
    if (*time_ms > now_ms) {
        return invalid(fmt::format("time {} lies in the future: it is {} now", shown(text),
                                   base::format_iso8601_ms(now_ms)));
    }
    return whole_second(*time_ms);
}

base::Result<std::vector<std::string>> read_table_arns(const codec::JsonValue& value) {
    std::vector<std::string> table_arns;
    const auto* member = codec::find_member(value, "table_arns");
    if (member == nullptr) return table_arns;
    if (!member->IsArray() || member->Empty()) {
        return invalid("table_arns is no list of table ARNs: name one or more, or leave it out");
    }
    for (const codec::JsonValue& element : member->GetArray()) {
        if (!element.IsString()) return invalid("table_arns holds an element that is no text");
        std::string table_arn(codec::text_of(element));
        if (std::find(table_arns.begin(), table_arns.end(), table_arn) == table_arns.end()) {
            table_arns.push_back(std::move(table_arn));
        }
    }
    return table_arns;
}

}  // namespace

base::Result<ScheduleEvent> parse_schedule_event(std::string_view text, base::EpochMs now_ms) {
    auto document = codec::parse_json(text, "the schedule event");
    if (!document) return base::Error{base::ErrorKind::event_invalid, document.error().message};
    if (!document->IsObject()) return invalid("it is no JSON object");
    if (!is_schedule_event(*document)) {
        return invalid(
            "it is another trigger's event: send a \"Scheduled Event\" of EventBridge, or an "
            "object with time, export_type or table_arns");
    }

    ScheduleEvent event;
    auto slot_ms = read_slot(*document, now_ms);
    if (!slot_ms) return std::move(slot_ms).error();
    event.slot_ms = *slot_ms;
    auto table_arns = read_table_arns(*document);
    if (!table_arns) return std::move(table_arns).error();
    event.table_arns = *std::move(table_arns);
    if (const auto* export_type = codec::find_member(*document, "export_type")) {
        if (!export_type->IsString()) return invalid("export_type is no text");
        event.export_type = std::string(codec::text_of(*export_type));
    }
    return event;
}

}  // namespace event
