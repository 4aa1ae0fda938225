// Several syncs of one table at once, over a catalog that changes: whatever the order of their
// requests, Snowflake ends with what the catalog has at last. Each change brings one sync, as its
// event would, at any time after it; one that fails is run again, as its message would be.
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "common/base/environment.h"
#include "tests/functions/glue_to_snowflake/sync/sync_world.h"

namespace {

using glue_to_snowflake::DeletePolicy;

constexpr int kRunsMax = 5;          // of one message
constexpr std::size_t kOrders = 60;  // of one history

// A table's members; nothing: it is deleted.
using Version = std::optional<std::string>;

// Picks one of so many.
using Pick = std::function<std::size_t(std::size_t count)>;

// A thread that stops before each request until it is let go.
class Worker {
  public:
    Worker(tests::SyncSides& sides, std::uint64_t seed)
        : syncer_(sides, seed, [this, &sides](const http::Request& request) {
              stopped_.release();
              go_.acquire();
              return sides.answer(request);
          }) {
        syncer_.config.delete_policy = DeletePolicy::drop;
    }
    // Up to its first request.
    void start() {
        thread_ = std::jthread([this] {
            for (int run = 0; run < kRunsMax && !outcome_; ++run) {
                auto outcome = syncer_.run();
                error_ = outcome ? "" : outcome.error().message;
                if (outcome) outcome_ = *std::move(outcome);
            }
            is_done_ = true;
            stopped_.release();
        });
        stopped_.acquire();
    }
    void step() {
        go_.release();
        stopped_.acquire();
    }
    [[nodiscard]] bool is_done() const { return is_done_; }
    [[nodiscard]] const std::string& error() const { return error_; }

  private:
    std::binary_semaphore go_{0};
    std::binary_semaphore stopped_{0};
    bool is_done_ = false;
    std::optional<glue_to_snowflake::TableOutcome> outcome_;
    std::string error_;
    tests::Syncer syncer_;
    std::jthread thread_;
};

void put(tests::SyncSides& sides, const Version& version) {
    if (version) {
        sides.catalog.put_table({"a__b", "t"}, *version);
    } else {
        sides.catalog.delete_table({"a__b", "t"});
    }
}

// The account's tables, as far as the definition goes, the columns in any order.
std::string tables_of(const tests::SyncSides& sides) {
    const auto state = codec::parse_json(sides.snowflake.state(), "the state");
    std::string text;
    for (const auto& [name, table] : codec::find_object(*state, "tables")->GetObject()) {
        text += std::string(codec::text_of(name)) + "\n";
        std::set<std::string> parts;
        for (const auto& [member, value] : table.GetObject()) {
            if (codec::text_of(member) == "columns") {
                for (const auto& column : value.GetArray())
                    parts.insert(codec::write_json(column));
            } else if (codec::text_of(member) != "refreshes") {
                parts.insert(std::string(codec::text_of(member)) + ": " + codec::write_json(value));
            }
        }
        for (const std::string& part : parts)
            text += "  " + part + "\n";
    }
    return text;
}

// In step with `before`, then with `after`, by one sync each.
std::string expected_tables(const Version& before, const Version& after) {
    tests::SyncSides sides;
    tests::Syncer syncer(sides);
    syncer.config.delete_policy = DeletePolicy::drop;
    for (const Version& version : {before, after}) {
        put(sides, version);
        const auto outcome = syncer.run();
        EXPECT_TRUE(outcome) << outcome.error().message;
    }
    return tables_of(sides);
}

struct History {
    Version before;                // in step with it at first
    std::vector<Version> changes;  // one after the other, a sync for each
};

// One order of all requests and changes. Gives the tables at the end, and what went wrong.
std::string run(const History& history, const Pick& pick) {
    tests::SyncSides sides;
    put(sides, history.before);
    if (history.before) {
        tests::Syncer first(sides);
        EXPECT_TRUE(first.run());
    }
    std::vector<std::unique_ptr<Worker>> workers;
    while (true) {
        std::vector<std::function<void()>> choices;
        for (const auto& worker : workers) {
            if (!worker->is_done()) choices.emplace_back([&worker] { worker->step(); });
        }
        if (workers.size() < history.changes.size()) {
            choices.emplace_back([&] {
                put(sides, history.changes[workers.size()]);
                workers.push_back(std::make_unique<Worker>(sides, workers.size() + 2));
                workers.back()->start();
            });
        }
        if (choices.empty()) break;
        choices[pick(choices.size())]();
    }
    std::string errors;
    for (const auto& worker : workers)
        errors += worker->error();
    return tables_of(sides) + errors;
}

// LAKEFEED_SYNC_ORDERS: more of them.
std::size_t orders() {
    const auto text = base::ProcessEnvironment().get("LAKEFEED_SYNC_ORDERS");
    return text ? std::stoul(*text) : kOrders;
}

void expect_convergence(const History& history) {
    const std::string expected = expected_tables(history.before, history.changes.back());
    std::mt19937_64 random(20261120);
    for (std::size_t i = 0; i < orders(); ++i) {
        std::string taken;
        const std::string found = run(history, [&](std::size_t count) {
            const std::size_t choice = random() % count;
            taken += std::to_string(choice);
            return choice;
        });
        ASSERT_EQ(found, expected) << "order " << taken;
    }
}

std::string parquet(const std::vector<std::string>& columns, const std::string& folder = "t") {
    return tests::parquet_table(folder, columns);
}

TEST(SyncInterleaving, OfATableThatIsNew) {
    expect_convergence({std::nullopt, {parquet({"x:int"}), parquet({"x:int", "a:int"})}});
}

TEST(SyncInterleaving, OfColumnsThatComeAndGo) {
    expect_convergence({parquet({"x:int", "y:int"}),
                        {parquet({"x:int", "y:int", "a:int"}), parquet({"x:int", "b:int"})}});
}

TEST(SyncInterleaving, OfAColumnWhoseTypeChanges) {
    expect_convergence(
        {parquet({"x:int"}), {parquet({"x:int", "a:int"}), parquet({"x:int", "a:string"})}});
}

TEST(SyncInterleaving, OfAChangeThatIsTakenBack) {
    expect_convergence({parquet({"x:int"}), {parquet({"x:int", "a:int"}), parquet({"x:int"})}});
}

TEST(SyncInterleaving, OfATableThatMovesAndMovesBack) {
    expect_convergence(
        {parquet({"x:int"}), {parquet({"x:int"}, "elsewhere"), parquet({"x:int", "a:int"})}});
}

TEST(SyncInterleaving, OfAReplaceAndAnAlter) {
    expect_convergence({parquet({"x:int"}),
                        {parquet({"x:int", "a:int"}), parquet({"x:int", "b:int"}, "elsewhere")}});
}

TEST(SyncInterleaving, OfATableThatIsDeletedAndMadeAgain) {
    expect_convergence({parquet({"x:int"}), {std::nullopt, parquet({"x:string"})}});
}

TEST(SyncInterleaving, OfATableThatIsChangedAndDeleted) {
    expect_convergence({parquet({"x:int"}), {parquet({"x:int", "a:int"}), std::nullopt}});
}

TEST(SyncInterleaving, OfThreeChanges) {
    expect_convergence({parquet({"x:int"}),
                        {parquet({"x:int", "a:int"}), parquet({"x:int", "a:string"}),
                         parquet({"x:int", "b:int"})}});
}

}  // namespace
