// Events come late, twice, out of order, by two ways and in two accounts' trails; whatever comes of
// that, Snowflake ends where the catalog is, and then nothing more is sent.

#include <algorithm>
#include <compare>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/functions/glue_to_snowflake/catalog_world.h"

namespace {

using glue_to_snowflake::DeletePolicy;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using tests::CatalogWorld;
using tests::GlueCatalog;
using tests::parquet_table;
using tests::trail;

const GlueCatalog::TableKey kKey{"a__b", "t"};

// A change of the catalog, and the event that it sends; a duplicate changes nothing.
struct Step {
    std::function<void(GlueCatalog&)> change;
    std::string event;
};
using History = std::vector<Step>;

Step write(const std::vector<std::string>& columns, const std::string& event) {
    return {[columns](GlueCatalog& catalog) {
                catalog.put_table(kKey, parquet_table("t", columns, {"dt:date"}));
            },
            event};
}

const std::string kInput = R"({"databaseName":"a__b","tableInput":{"name":"t"}})";
// A call from the other account on this account's catalog, in the trail of the caller.
const std::string kCalled =
    R"({"catalogId":"123456789012","databaseName":"a__b","tableInput":{"name":"t"},"name":"t"})";

Step add_partition() {
    return {[](GlueCatalog& catalog) {
                catalog.put_partition(kKey, {"2026-11-20"}, "s3://lake/raw/t/dt=2026-11-20/");
            },
            tests::native_partitions("CreatePartition", R"("[2026-11-20]")")};
}

Step delete_table(const std::string& event) {
    return {[](GlueCatalog& catalog) { catalog.delete_table(kKey); }, event};
}

Step duplicate(const Step& step) {
    return {[](GlueCatalog&) {}, step.event};
}

// Created, altered, a partition added, deleted, and created anew with another type.
History recreated() {
    const Step altered = write({"a:int", "b:string", "c:double"}, trail("UpdateTable", kInput));
    return {write({"a:int", "b:string"}, tests::native_tables("CreateTable", R"("t")")),
            altered,
            add_partition(),
            delete_table(trail("DeleteTable", kCalled, tests::kOtherAccount)),
            write({"a:string", "c:double"}, trail("CreateTable", kCalled, tests::kOtherAccount)),
            duplicate(altered)};
}

// Created, altered three times by either way, a duplicate, deleted.
History deleted() {
    const Step created = write({"a:int"}, tests::native_tables("CreateTable", R"("t")"));
    return {created,
            write({"a:int", "b:string"}, trail("UpdateTable", kInput)),
            write({"a:bigint", "c:string"}, trail("UpdateTable", kCalled, tests::kOtherAccount)),
            add_partition(),
            duplicate(created),
            delete_table(tests::native_tables("DeleteTable", R"("t")"))};
}

// What Snowflake has, less the tombstones: those are of tables that were seen before they were
// deleted, and no event looks at them again.
std::set<std::string> mirrors(CatalogWorld& world) {
    std::set<std::string> state = world.state();
    std::erase_if(state, [](const std::string& line) {
        return line.find("\"deleted\":") != std::string::npos;
    });
    return state;
}

// All orders of the events at once. A handler remembers nothing, so what it will do depends on the
// events that are still to come, on the catalog and on Snowflake alone: two orders that lead to the
// same of these go on as one. Before an event the catalog has come at least as far as the change
// that sent it.
class Orders {
  public:
    Orders(History history, DeletePolicy policy) : history_(std::move(history)), policy_(policy) {}

    // Every state that an order ends in.
    std::set<std::set<std::string>> walk() {
        std::map<Place, Way> level{{Place{}, Way{}}};
        for (std::size_t delivered = 0; delivered < history_.size(); ++delivered) {
            std::map<Place, Way> next;
            for (const auto& [place, way] : level)
                step(place, way, next);
            level = std::move(next);
        }
        std::set<std::set<std::string>> ends;
        for (const auto& [place, way] : level) {
            ends.insert(place.state);
            expect_idle(way);
        }
        return ends;
    }

  private:
    struct Place {
        std::set<std::size_t> delivered;
        std::set<std::string> state;
        auto operator<=>(const Place&) const = default;
    };
    // One of the orders that lead there, and the statements that it took.
    struct Way {
        std::vector<std::size_t> events;
        std::vector<std::string> statements;
    };

    void step(const Place& place, const Way& way, std::map<Place, Way>& next) const {
        for (std::size_t event = 0; event < history_.size(); ++event) {
            if (place.delivered.contains(event)) continue;
            Way longer = way;
            longer.events.push_back(event);
            CatalogWorld world;
            go(world, way, longer);
            const auto response = world.handle(history_[event].event);
            ASSERT_TRUE(response) << response.error().message;
            for (std::string& statement : world.changes())
                longer.statements.push_back(std::move(statement));
            Place there{place.delivered, mirrors(world)};
            there.delivered.insert(event);
            next.try_emplace(std::move(there), std::move(longer));
        }
    }

    // Snowflake as the way has left it, and the catalog as it is at the last of the events.
    void go(CatalogWorld& world, const Way& way, const Way& longer) const {
        world.config.delete_policy = policy_;
        for (const std::string& statement : way.statements)
            world.query(statement);
        world.changes();
        const std::size_t last = *std::ranges::max_element(longer.events);
        for (std::size_t change = 0; change <= last; ++change)
            history_[change].change(world.catalog);
    }

    // All events once more, when all is done.
    void expect_idle(const Way& way) const {
        CatalogWorld world;
        go(world, way, way);
        for (const Step& step : history_)
            ASSERT_TRUE(world.handle(step.event));
        ASSERT_THAT(world.changes(), IsEmpty()) << testing::PrintToString(way.events);
    }

    History history_;
    DeletePolicy policy_;
};

// The state that one look at the catalog's end gives.
std::set<std::string> state_at_the_end(const History& history) {
    CatalogWorld world;
    for (const Step& step : history)
        step.change(world.catalog);
    EXPECT_TRUE(world.handle(history.front().event));
    return world.state();
}

TEST(Convergence, EndsWithTheTableThatWasCreatedLast) {
    const auto expected = state_at_the_end(recreated());
    ASSERT_THAT(expected, SizeIs(1));
    EXPECT_THAT(*expected.begin(), testing::HasSubstr("A VARCHAR(16777216), C FLOAT, DT DATE"));
    EXPECT_THAT(Orders(recreated(), DeletePolicy::drop).walk(), ElementsAre(expected));
    EXPECT_THAT(Orders(recreated(), DeletePolicy::ignore).walk(), ElementsAre(expected));
}

TEST(Convergence, EndsWithoutTheTableThatWasDeleted) {
    ASSERT_THAT(state_at_the_end(deleted()), IsEmpty());
    const std::set<std::string> nothing;
    EXPECT_THAT(Orders(deleted(), DeletePolicy::drop).walk(), ElementsAre(nothing));
    EXPECT_THAT(Orders(deleted(), DeletePolicy::rename).walk(), ElementsAre(nothing));
}

}  // namespace
