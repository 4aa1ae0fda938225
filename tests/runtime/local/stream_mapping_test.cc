// The mapping with its threads, on a source in memory. Nothing waits: the clock stands still, and
// back-off and polling take no time.
#include "runtime/local/stream_mapping.h"

#include <algorithm>
#include <atomic>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/runtime/local/lane_fixture.h"

namespace {

using local::Outcome;
using local::StreamMapping;
using local::StreamMappingOptions;
using testing::ElementsAre;
using tests::Numbers;

class MemorySource final : public local::StreamSource {
  public:
    struct Shard {
        std::string parent = {};
        std::vector<local::StreamRecord> records = {};
        bool closed = false;
        std::size_t at = 0;
        bool opened = false;
    };

    [[nodiscard]] const std::string& stream_arn() const override { return arn_; }
    base::Result<std::vector<local::StreamShard>> list_shards() override {
        if (failing_listings > 0) {
            --failing_listings;
            return *failure;
        }
        std::vector<local::StreamShard> listed;
        listed.reserve(shards.size());
        for (const auto& [id, shard] : shards)
            listed.push_back({id, shard.parent});
        return listed;
    }
    base::Result<base::Done> open(const std::string& id,
                                  local::StartingPosition position) override {
        Shard& shard = shards[id];
        shard.opened = true;
        shard.at = position == local::StartingPosition::latest ? shard.records.size() : 0;
        return base::Done{};
    }
    base::Result<local::ShardPage> read(const std::string& id) override {
        if (on_read) on_read(id);
        Shard& shard = shards[id];
        local::ShardPage page;
        for (int i = 0; i < 10 && shard.at < shard.records.size(); ++i)
            page.records.push_back(shard.records[shard.at++]);
        page.ended = shard.closed && shard.at == shard.records.size();
        return page;
    }
    // Records numbered from `first` on, spread over `keys` items.
    void add(const std::string& id, int first, int records, int keys = 1) {
        for (int number = first; number < first + records; ++number) {
            shards[id].records.push_back(tests::stream_record(number, tests::kTestNowMs));
            shards[id].records.back().key = std::to_string(number % keys);
        }
    }

    std::map<std::string, Shard> shards;
    int failing_listings = 0;
    std::optional<base::Error> failure;
    std::function<void(const std::string&)> on_read;

  private:
    std::string arn_ = "arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/x";
};

// Keeps what it was sent, in the order in which the invocations began.
class RecordingFunction {
  public:
    base::Result<Outcome> invoke(const std::string& event, std::size_t worker) {
        const Numbers numbers = tests::numbers_of(event);
        {
            const std::scoped_lock lock(mutex_);
            EXPECT_TRUE(running_.insert(worker).second) << "worker " << worker << " twice at once";
            workers = std::max(workers, worker + 1);
            batches.push_back(numbers);
        }
        auto outcome = answer(numbers);
        const std::scoped_lock lock(mutex_);
        running_.erase(worker);
        return outcome;
    }
    [[nodiscard]] Numbers all_numbers() const {
        Numbers all;
        for (const Numbers& batch : batches)
            all.insert(all.end(), batch.begin(), batch.end());
        return all;
    }

    std::function<base::Result<Outcome>(const Numbers&)> answer = [](const Numbers&) {
        return tests::response("{}");
    };
    std::vector<Numbers> batches;
    std::size_t workers = 0;

  private:
    std::mutex mutex_;
    std::set<std::size_t> running_;
};

struct MappingTest : testing::Test {
    StreamMapping make(const local::StreamMappingSettings& settings) {
        return {
            {.settings = settings,
             .back_off = {.base_ms = 0, .most_ms = 0},
             .poll_interval_ms = 0,
             .drain_polls = 2,
             .on_failure = [this](const local::DiscardedBatch& batch) -> base::Result<base::Done> {
                 if (destination_fails)
                     return base::Error{base::ErrorKind::rejected, "no such queue"};
                 discarded.push_back(batch);
                 return base::Done{};
             }},
            source,
            [this](const std::string& event, std::size_t worker, const std::stop_token&) {
                return function.invoke(event, worker);
            },
            clock};
    }

    tests::FakeClock clock;
    MemorySource source;
    RecordingFunction function;
    std::vector<local::DiscardedBatch> discarded;
    bool destination_fails = false;
    std::stop_source stop;
};

TEST_F(MappingTest, DrainsAShardInOrder) {
    source.add("shard", 1, 25);
    const auto counts = make({.batch_size = 10}).drain(stop.get_token());
    ASSERT_TRUE(counts) << counts.error().message;
    Numbers wanted;
    for (int number = 1; number <= 25; ++number)
        wanted.push_back(std::to_string(number));
    EXPECT_EQ(function.all_numbers(), wanted);
    EXPECT_EQ(counts->polled, 25);
    EXPECT_EQ(counts->delivered, 25);
    EXPECT_EQ(counts->pending, 0);
}

TEST_F(MappingTest, EmptySourceIsDrainedAtOnce) {
    source.shards["shard"];
    const auto counts = make({}).drain(stop.get_token());
    ASSERT_TRUE(counts);
    EXPECT_EQ(counts->invoked, 0);
}

TEST_F(MappingTest, ParentsComeBeforeTheirChildren) {
    source.add("b-parent", 1, 12);
    source.shards["b-parent"].closed = true;
    source.add("a-child", 101, 3);
    source.shards["a-child"].parent = "b-parent";
    source.shards["a-child"].closed = true;
    source.add("c-grandchild", 201, 1);
    source.shards["c-grandchild"].parent = "a-child";
    int failures_left = 3;
    function.answer = [&failures_left](const Numbers&) {
        return failures_left-- > 0 ? Outcome{.kind = Outcome::Kind::error} : tests::response("{}");
    };
    const auto counts = make({.batch_size = 1}).drain(stop.get_token());
    ASSERT_TRUE(counts);
    EXPECT_EQ(counts->delivered, 16);
    EXPECT_EQ(counts->retried, 3);
    EXPECT_THAT(function.batches.at(14), ElementsAre("12"));
    EXPECT_THAT(function.batches.at(15), ElementsAre("101"));
    EXPECT_THAT(function.batches.back(), ElementsAre("201"));
    EXPECT_EQ(function.workers, 1U) << "the children take the parent's worker";
}

TEST_F(MappingTest, ShardWhoseParentIsGoneIsRead) {
    source.add("shard", 1, 1);
    source.shards["shard"].parent = "trimmed long ago";
    ASSERT_TRUE(make({}).drain(stop.get_token()));
    EXPECT_EQ(function.all_numbers(), Numbers{"1"});
}

TEST_F(MappingTest, LanesKeepTheOrderOfEachItem) {
    constexpr int kItems = 7;
    source.add("shard", 1, 500, kItems);
    std::atomic<int> calls = 0;
    function.answer = [&calls](const Numbers&) {
        return ++calls % 3 == 0 ? Outcome{.kind = Outcome::Kind::error} : tests::response("{}");
    };
    const auto counts =
        make({.batch_size = 7, .parallelization_factor = 10}).drain(stop.get_token());
    ASSERT_TRUE(counts);
    EXPECT_EQ(counts->delivered, 500);
    EXPECT_GT(function.workers, 1U);
    EXPECT_LE(function.workers, 10U);
    // A batch that failed is sent again as it was, so that no item's number ever goes back by more
    // than what one batch of its lane holds, and each batch is in order.
    std::map<int, int> newest;
    for (const Numbers& batch : function.batches) {
        std::map<int, int> first;
        for (const std::string& text : batch) {
            const int number = std::stoi(text);
            const int item = number % kItems;
            if (first.try_emplace(item, number).second) {
                EXPECT_TRUE(newest[item] == 0 || number <= newest[item] + kItems) << "skipped";
            }
            newest[item] = number;
        }
        EXPECT_TRUE(std::ranges::is_sorted(
            batch, {}, [](const std::string& text) { return std::stoi(text); }));
    }
    for (const auto& [item, number] : newest)
        EXPECT_GT(number, 500 - kItems);
}

TEST_F(MappingTest, OneItemStaysInOneLane) {
    source.add("shard", 1, 30, 1);
    ASSERT_TRUE(make({.batch_size = 1, .parallelization_factor = 10}).drain(stop.get_token()));
    Numbers wanted;
    for (int number = 1; number <= 30; ++number)
        wanted.push_back(std::to_string(number));
    EXPECT_EQ(function.all_numbers(), wanted);
}

TEST_F(MappingTest, LatestLeavesOutWhatWasThere) {
    source.add("shard", 1, 5);
    int reads = 0;
    source.on_read = [this, &reads](const std::string&) {
        if (++reads == 1) source.add("shard", 6, 1);
    };
    auto mapping = make({.starting_position = local::StartingPosition::latest});
    ASSERT_TRUE(mapping.drain(stop.get_token()));
    EXPECT_EQ(function.all_numbers(), Numbers{"6"});
}

TEST_F(MappingTest, LatestReadsShardsThatComeLaterWhole) {
    source.add("shard", 1, 5);
    source.shards["shard"].closed = true;
    int reads = 0;
    source.on_read = [this, &reads](const std::string&) {
        if (++reads > 1) return;
        source.add("child", 6, 2);
        source.shards["child"].parent = "shard";
    };
    auto mapping = make({.starting_position = local::StartingPosition::latest});
    ASSERT_TRUE(mapping.drain(stop.get_token()));
    EXPECT_EQ(function.all_numbers(), (Numbers{"6", "7"}));
}

TEST_F(MappingTest, DrainGoesOnWhereTheLastOneEnded) {
    source.add("shard", 1, 2);
    auto mapping = make({});
    ASSERT_TRUE(mapping.drain(stop.get_token()));
    source.add("shard", 3, 2);
    const auto counts = mapping.drain(stop.get_token());
    ASSERT_TRUE(counts);
    EXPECT_EQ(counts->delivered, 4);
    EXPECT_EQ(function.all_numbers(), (Numbers{"1", "2", "3", "4"}));
}

TEST_F(MappingTest, DrainDoesNotWaitForTheBatchingWindow) {
    source.add("shard", 1, 2);
    ASSERT_TRUE(make({.maximum_batching_window_s = 300}).drain(stop.get_token()));
    EXPECT_EQ(function.batches, std::vector<Numbers>({{"1", "2"}}));
}

TEST_F(MappingTest, DrainEndsTheTumblingWindow) {
    source.add("shard", 1, 1);
    function.answer = [](const Numbers&) { return tests::response(R"({"state":{}})"); };
    ASSERT_TRUE(make({.tumbling_window_s = 60}).drain(stop.get_token()));
    EXPECT_EQ(function.batches, std::vector<Numbers>({{"1"}, {}}));
}

TEST_F(MappingTest, RunEndsWhenItIsStopped) {
    source.add("shard", 1, 3);
    function.answer = [this](const Numbers& numbers) {
        if (numbers.back() == "3") stop.request_stop();
        return tests::response("{}");
    };
    const auto counts = make({.batch_size = 1}).run(stop.get_token());
    ASSERT_TRUE(counts);
    EXPECT_EQ(counts->delivered, 3);
}

TEST_F(MappingTest, StoppedDrainSaysSo) {
    source.add("shard", 1, 3);
    function.answer = [this](const Numbers&) {
        stop.request_stop();
        return Outcome{.kind = Outcome::Kind::interrupted};
    };
    auto mapping = make({.batch_size = 1, .maximum_retry_attempts = 0});
    const auto counts = mapping.drain(stop.get_token());
    ASSERT_FALSE(counts);
    EXPECT_EQ(counts.error().kind, base::ErrorKind::deadline_near);
    EXPECT_EQ(mapping.counts().invoked, 0);
    EXPECT_EQ(mapping.counts().pending, 3);
}

TEST_F(MappingTest, ThrottleIsTriedAgainAndCountsNoAttempt) {
    source.add("shard", 1, 1);
    int throttles = 5;
    function.answer = [&throttles](const Numbers&) -> base::Result<Outcome> {
        if (throttles-- > 0) return base::Error{base::ErrorKind::throttled, "TooManyRequests"};
        return tests::response("{}");
    };
    const auto counts = make({.maximum_retry_attempts = 0}).drain(stop.get_token());
    ASSERT_TRUE(counts);
    EXPECT_EQ(counts->not_invoked, 5);
    EXPECT_EQ(counts->invoked, 1);
    EXPECT_EQ(counts->delivered, 1);
}

TEST_F(MappingTest, FunctionThatCannotBeStartedEndsTheRun) {
    source.add("shard", 1, 1);
    function.answer = [](const Numbers&) -> base::Result<Outcome> {
        return base::Error{base::ErrorKind::config_invalid, "start bootstrap: not there"};
    };
    auto mapping = make({});
    const auto counts = mapping.drain(stop.get_token());
    ASSERT_FALSE(counts);
    EXPECT_EQ(counts.error().message, "start bootstrap: not there");
    EXPECT_EQ(mapping.counts().pending, 1);
}

TEST_F(MappingTest, FaultySettingsEndTheRun) {
    const auto counts = make({.batch_size = 0}).drain(stop.get_token());
    ASSERT_FALSE(counts);
    EXPECT_EQ(counts.error().kind, base::ErrorKind::config_invalid);
}

TEST_F(MappingTest, DiscardedRecordsGoToTheDestination) {
    source.add("shard", 1, 3);
    function.answer = [](const Numbers& numbers) {
        return numbers.front() == "2" ? Outcome{.kind = Outcome::Kind::error}
                                      : tests::response("{}");
    };
    const auto counts =
        make({.batch_size = 1, .maximum_retry_attempts = 1}).drain(stop.get_token());
    ASSERT_TRUE(counts);
    EXPECT_EQ(counts->delivered, 2);
    EXPECT_EQ(counts->discarded, 1);
    EXPECT_EQ(counts->on_failure_sent, 1);
    ASSERT_EQ(discarded.size(), 1U);
    EXPECT_EQ(discarded[0].records[0].sequence_number, "2");
    EXPECT_EQ(discarded[0].invoke_count, 2);
}

TEST_F(MappingTest, DestinationThatFailsIsCounted) {
    source.add("shard", 1, 1);
    destination_fails = true;
    function.answer = [](const Numbers&) { return Outcome{.kind = Outcome::Kind::error}; };
    const auto counts = make({.maximum_retry_attempts = 0}).drain(stop.get_token());
    ASSERT_TRUE(counts);
    EXPECT_EQ(counts->on_failure_lost, 1);
    EXPECT_EQ(counts->on_failure_sent, 0);
}

TEST_F(MappingTest, SourceThatFailsForAWhileIsReadOn) {
    source.add("shard", 1, 1);
    source.failing_listings = 5;
    source.failure = base::Error{base::ErrorKind::connect_failed, "refused"};
    const auto counts = make({}).drain(stop.get_token());
    ASSERT_TRUE(counts) << counts.error().message;
    EXPECT_EQ(counts->delivered, 1);
}

TEST_F(MappingTest, SourceThatFailsForGoodEndsTheRun) {
    source.failing_listings = 1;
    source.failure = base::Error{base::ErrorKind::rejected, "no such stream"};
    const auto counts = make({}).drain(stop.get_token());
    ASSERT_FALSE(counts);
    EXPECT_EQ(counts.error().message, "no such stream");
}

}  // namespace
