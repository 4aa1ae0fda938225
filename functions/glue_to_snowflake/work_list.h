// What the events of one invocation lead to, each thing once: a table that five messages of an SQS
// batch name is brought in step once, and the five share what became of it. Pure.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "common/aws/glue_table.h"
#include "common/event/glue_event.h"
#include "functions/glue_to_snowflake/sync/sync.h"

namespace glue_to_snowflake {

// What this function mirrors: one catalog, since tables of two with the same names would take
// turns in one place. An empty member is not known, and lets every event through.
struct CatalogScope {
    std::string region;
    std::string catalog_id;
};

struct Work {
    // In the order in which they are done.
    enum class Kind { nothing, table, partitions, reconcile };
    Kind kind = Kind::nothing;
    // Of a reconcile: no table is all of the database, no database all of the catalog. Of nothing:
    // what the event names.
    aws::GlueTableId source = {};
    std::string reason = {};  // of nothing
    // Of partitions: those of all events that name them.
    PartitionChange change = {};
    Sending sending = Sending::on;
    std::string event_id = {};  // of the first event; empty where it has none
};

// "db.table", "db", or nothing.
std::string work_name(const Work& work);

class WorkList {
  public:
    explicit WorkList(CatalogScope scope) : scope_(std::move(scope)) {}

    // The places in works() of what the event leads to: one for each table, at least one.
    std::vector<std::size_t> add(const event::CatalogEvent& event);
    // Of an event that is known to lead to nothing.
    std::size_t add_nothing(std::string reason) {
        return add_work({.kind = Work::Kind::nothing, .reason = std::move(reason)});
    }
    [[nodiscard]] const std::vector<Work>& works() const { return works_; }

  private:
    using Key = std::tuple<Work::Kind, std::string, std::string, std::string, Sending>;

    std::vector<std::size_t> add_event(const event::GlueEvent& event);
    // Why nothing is to be done for the event; empty where something is.
    [[nodiscard]] std::string reason_for_nothing(const event::GlueEvent& event) const;
    std::size_t add_work(Work work);

    CatalogScope scope_;
    std::vector<Work> works_;
    std::map<Key, std::size_t> places_;
};

}  // namespace glue_to_snowflake
