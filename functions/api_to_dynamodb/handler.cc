#include "functions/api_to_dynamodb/handler.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "common/codec/json.h"
#include "common/event/schedule_event.h"
#include "functions/api_to_dynamodb/item.h"

namespace api_to_dynamodb {
namespace {

constexpr std::int64_t kAnswerReserveMs = 500;  // of the deadline, to answer
// Of the time, for the writing: a quarter, and not more than this.
constexpr std::int64_t kWriteReserveMsMax = 10'000;
constexpr std::size_t kFailuresShownMax = 20;

std::string name_of(std::string_view place) {
    return place.empty() ? "the API" : std::string(place);
}

}  // namespace

ApiHandler::ApiHandler(const Config& config, HandlerSeams seams)
    : config_(config), seams_(seams), metrics_(seams_.clock, seams_.log.function_name()) {}

base::Result<runtime::InvocationResponse> ApiHandler::handle(
    const runtime::Invocation& invocation) {
    const auto event = event::parse_schedule_event(invocation.event, seams_.clock.now_ms());
    if (!event) return event.error();
    const base::Deadline deadline = invocation.deadline.minus_ms(kAnswerReserveMs);
    const std::int64_t reserve_ms =
        std::min(kWriteReserveMsMax, deadline.remaining_ms(seams_.clock) / 4);
    Gathered gathered = fetch(event->slot_ms, deadline.minus_ms(reserve_ms));
    write(gathered, deadline);
    return respond(gathered, event->slot_ms);
}

// Each place gets its share of what is left, so that a slow one does not take the others' time.
ApiHandler::Gathered ApiHandler::fetch(base::EpochMs slot_ms, base::Deadline deadline) {
    std::vector<std::string> places = config_.places;
    if (places.empty()) places.emplace_back();
    Gathered gathered;
    for (std::size_t i = 0; i < places.size(); ++i) {
        const std::int64_t share_ms =
            deadline.remaining_ms(seams_.clock) / static_cast<std::int64_t>(places.size() - i);
        const auto answer = seams_.api.get(places[i], {seams_.clock.now_ms() + share_ms});
        auto item = answer ? make_item(config_.item_map,
                                       {.answer = *answer, .place = places[i], .slot_ms = slot_ms})
                           : base::Result<std::string>(answer.error());
        if (item) {
            gathered.places.push_back(places[i]);
            gathered.items.push_back(*std::move(item));
        } else {
            gathered.failures.push_back({places[i], std::move(item).error()});
        }
    }
    return gathered;
}

void ApiHandler::write(Gathered& gathered, base::Deadline deadline) {
    const auto outcomes = seams_.writer.put_items(config_.table_name, gathered.items, deadline);
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        const auto& error = outcomes[i];
        if (error) gathered.failures.push_back({gathered.places[i], *error});
    }
}

base::Result<runtime::InvocationResponse> ApiHandler::respond(const Gathered& gathered,
                                                              base::EpochMs slot_ms) {
    const std::size_t places = std::max<std::size_t>(config_.places.size(), 1);
    const std::size_t written = places - gathered.failures.size();
    std::string failures;
    for (std::size_t i = 0; i < gathered.failures.size(); ++i) {
        const Failure& failure = gathered.failures[i];
        seams_.log.error("place_failed", {{"place", failure.place},
                                          {"kind", base::kind_name(failure.error.kind)},
                                          {"error", failure.error.message}});
        if (i >= kFailuresShownMax) continue;
        failures += fmt::format("; {}: {}", name_of(failure.place), failure.error.message);
    }
    if (gathered.failures.size() > kFailuresShownMax) failures += "; and more, see the log";
    seams_.log.info("items_written", {{"items", written}, {"failed", gathered.failures.size()}});
    metrics_.add("ItemsWritten", static_cast<double>(written));
    metrics_.add("PlacesFailed", static_cast<double>(gathered.failures.size()));
    metrics_.flush(seams_.log);
    if (!gathered.failures.empty()) {
        return base::Error{
            gathered.failures.front().error.kind,
            fmt::format("{} of {} places failed{}", gathered.failures.size(), places, failures)};
    }
    codec::JsonWriter json;
    json.begin_object().member("time", base::format_iso8601(slot_ms));
    json.member_integer("items", static_cast<std::int64_t>(written)).end_object();
    return runtime::InvocationResponse{json.take()};
}

}  // namespace api_to_dynamodb
