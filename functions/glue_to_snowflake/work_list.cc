#include "functions/glue_to_snowflake/work_list.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

#include <fmt/format.h>

namespace glue_to_snowflake {
namespace {

Work::Kind kind_of(event::GlueChange change) {
    switch (change) {
        case event::GlueChange::table_written:
        case event::GlueChange::table_deleted:
            return Work::Kind::table;  // the catalog tells which
        case event::GlueChange::partitions_changed:
            return Work::Kind::partitions;
        case event::GlueChange::database_deleted:
            return Work::Kind::reconcile;
        case event::GlueChange::other:
            break;
    }
    return Work::Kind::nothing;
}

}  // namespace

std::string work_name(const Work& work) {
    return work.source.name.empty() ? work.source.database
                                    : fmt::format("{}.{}", work.source.database, work.source.name);
}

std::vector<std::size_t> WorkList::add(const event::CatalogEvent& event) {
    if (const auto* glue_event = std::get_if<event::GlueEvent>(&event))
        return add_event(*glue_event);
    const auto& reconcile = std::get<event::ReconcileEvent>(event);
    return {add_work({.kind = Work::Kind::reconcile,
                      .source = {scope_.catalog_id, reconcile.database, reconcile.table},
                      .sending = reconcile.dry_run ? Sending::off : Sending::on})};
}

std::vector<std::size_t> WorkList::add_event(const event::GlueEvent& event) {
    const std::string reason = reason_for_nothing(event);
    Work work{.kind = reason.empty() ? kind_of(event.change) : Work::Kind::nothing,
              .reason = reason,
              .event_id = event.id};
    if (work.kind == Work::Kind::partitions)
        work.change = {event.partitions, event.partitions_are_complete};
    if (event.tables.empty()) return {add_work(std::move(work))};
    std::vector<std::size_t> places;
    places.reserve(event.tables.size());
    for (const event::GlueTableReference& table : event.tables) {
        work.source = {table.catalog_id, table.database, table.table};
        const std::size_t place = add_work(work);
        if (std::ranges::find(places, place) == places.end()) places.push_back(place);
    }
    return places;
}

std::string WorkList::reason_for_nothing(const event::GlueEvent& event) const {
    if (!event.error_code.empty())
        return fmt::format("the {} call failed with {}: nothing changed", event.name,
                           event.error_code);
    if (event.change == event::GlueChange::other)
        return fmt::format("{} changes no table", event.name);
    const auto other = [](const std::string& theirs, const std::string& ours) {
        return !theirs.empty() && !ours.empty() && theirs != ours;
    };
    if (other(event.region, scope_.region))
        return fmt::format("the event is of region {}, this function reads {}", event.region,
                           scope_.region);
    // All tables of an event are of one catalog.
    const std::string& catalog_id = event.tables.front().catalog_id;
    if (other(catalog_id, scope_.catalog_id))
        return fmt::format("the event is of catalog {}, this function mirrors {}", catalog_id,
                           scope_.catalog_id);
    return "";
}

std::size_t WorkList::add_work(Work work) {
    const std::size_t last = works_.size();
    if (work.kind != Work::Kind::nothing) {
        const auto [found, is_new] =
            places_.try_emplace(Key{work.kind, work.source.catalog_id, work.source.database,
                                    work.source.name, work.sending},
                                last);
        if (!is_new) {
            PartitionChange& change = works_[found->second].change;
            std::ranges::move(work.change.partitions, std::back_inserter(change.partitions));
            change.is_complete = change.is_complete && work.change.is_complete;
            return found->second;
        }
    }
    works_.push_back(std::move(work));
    return last;
}

}  // namespace glue_to_snowflake
