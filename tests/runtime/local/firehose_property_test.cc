// Random streams through a function and a store that do all sorts of wrong. Whatever they do, each
// record ends in exactly one place: delivered once, dropped once, or kept once with its own data in
// the error prefix; and the records of a partition keep their order. A failing seed is printed.
#include <algorithm>
#include <map>
#include <set>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "common/codec/digest.h"
#include "tests/runtime/local/firehose_world.h"

namespace local {
namespace {

using tests::EventRecord;
using tests::FirehoseWorld;

constexpr std::uint64_t kSeeds = 1'000;

// What the function does with one call, or with one record.
class Chance {
  public:
    explicit Chance(std::uint64_t seed) : random_(seed) {}
    std::uint64_t number(std::uint64_t smallest, std::uint64_t largest) {
        return smallest + base::below(random_, largest - smallest + 1);
    }
    bool happens(std::uint64_t percent) { return number(0, 99) < percent; }

  private:
    tests::SeededRandom random_;
};

class RandomFunction {
  public:
    RandomFunction(std::uint64_t seed, std::uint64_t fault_percent)
        : chance_(seed), fault_percent_(fault_percent) {}

    base::Result<Outcome> operator()(const std::string& event) {
        if (!chance_.happens(fault_percent_)) return answer(event);
        switch (chance_.number(0, 8)) {
            case 0:
                return Outcome{.kind = Outcome::Kind::timed_out};
            case 1:
                return base::Error{base::ErrorKind::throttled, "429"};
            case 2:
                return base::Error{base::ErrorKind::outcome_unknown, "reset"};
            case 3:
                return Outcome{.kind = Outcome::Kind::exited};
            case 4:
                return base::Error{base::ErrorKind::config_invalid, "cannot be started"};
            case 5:
                return Outcome{.kind = Outcome::Kind::interrupted};
            default:
                return spoiled(event);
        }
    }
    [[nodiscard]] const std::multiset<std::string>& dropped() const { return dropped_; }

  private:
    // Records that are dropped count only where the whole answer is taken.
    Outcome answer(const std::string& event) {
        std::string body = R"({"records":[)";
        for (const EventRecord& record : tests::records_of(event)) {
            if (!body.ends_with('[')) body += ',';
            body += fmt::format(R"({{"recordId":"{}",)", record.id);
            const std::uint64_t fate = chance_.number(0, 9);
            if (fate == 0) {
                dropped_.insert(record.data);
                body += R"("result":"Dropped"})";
            } else if (fate == 1) {
                body += R"("result":"ProcessingFailed"})";
            } else {
                body +=
                    fmt::format(R"("result":"Ok","data":"{}","metadata":{{"partitionKeys":{}}}}})",
                                codec::base64_encode(record.data + "\n"), keys(record));
            }
        }
        return tests::response(body + "]}");
    }
    // Mostly the partition that the record names; now and then none.
    std::string keys(const EventRecord& record) {
        if (chance_.happens(5)) return "{}";
        return fmt::format(R"({{"p":"{}"}})", record.data.substr(0, record.data.find(' ')));
    }
    // An answer that breaks the contract somewhere.
    Outcome spoiled(const std::string& event) {
        const std::multiset<std::string> dropped = dropped_;
        Outcome outcome = answer(event);
        dropped_ = dropped;
        if (chance_.happens(50)) {
            outcome.body.resize(outcome.body.size() - 1 - chance_.number(0, 20));
        } else {
            outcome.body.replace(outcome.body.find("recordId"), 8, "recordid");
        }
        return outcome;
    }

    Chance chance_;
    std::uint64_t fault_percent_;
    std::multiset<std::string> dropped_;
};

std::string aggregate(const std::vector<std::string>& texts) {
    std::string message("\x0a\x01k", 3);
    for (const std::string& text : texts) {
        const std::string data =
            std::string("\x08\x00\x1a", 3) + static_cast<char>(text.size()) + text;
        message += std::string("\x1a") + static_cast<char>(data.size()) + data;
    }
    return "\xF3\x89\x9A\xC2" + message + codec::md5(message);
}

struct RandomStream {
    explicit RandomStream(std::uint64_t seed)
        : chance(seed), function(seed + 1, chance.number(0, 2) * chance.number(0, 40)) {
        world.options.buffer_bytes = 209'715;
        world.options.buffer_ms = static_cast<std::int64_t>(chance.number(0, 20'000));
        world.options.retries_max = static_cast<int>(chance.number(0, 3));
        world.options.delivery.buffer_ms = static_cast<std::int64_t>(chance.number(1, 60'000));
        world.options.delivery.partitioning = Partitioning::dynamic;
        world.options.delivery.prefix = "data/!{partitionKeyFromLambda:p}/";
        world.options.delivery.active_partitions_max = chance.number(1, 5);
        world.function.otherwise = [this](const std::string& event) { return function(event); };
    }

    void put_some(FirehoseEmulator& firehose) {
        std::vector<std::string> texts;
        for (std::uint64_t i = chance.number(0, 6); i > 0; --i)
            texts.push_back(fmt::format("p{} {:06}", chance.number(0, 4), ++records));
        sent.insert(texts.begin(), texts.end());
        if (texts.size() > 2 && chance.happens(50)) {
            firehose.put(tests::kinesis_record(aggregate(texts)));
        } else {
            for (const std::string& text : texts)
                firehose.put(tests::kinesis_record(text));
        }
    }

    void go() {
        FirehoseEmulator firehose = world.make();
        for (std::uint64_t round = chance.number(1, 30); round > 0; --round) {
            put_some(firehose);
            world.clock.advance_ms(static_cast<std::int64_t>(chance.number(0, 10'000)));
            if (chance.happens(10))
                world.store.failures_left = static_cast<int>(chance.number(0, 12));
            (void)firehose.run();  // what it could not do now, it does later
        }
        for (int i = 0; i < 1'000 && !firehose.drain(); ++i) {
        }
        report = firehose.report();
    }

    Chance chance;
    FirehoseWorld world;
    RandomFunction function;
    std::uint64_t records = 0;
    std::multiset<std::string> sent;
    FirehoseReport report;
};

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = text.find('\n', begin);
        lines.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return lines;
}

TEST(FirehoseProperty, EachRecordEndsInExactlyOnePlace) {
    std::int64_t delivered = 0;
    std::int64_t kept = 0;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        RandomStream run(seed * 2);
        run.go();
        std::multiset<std::string> found = run.function.dropped();
        for (const std::string& line : lines_of(run.world.store.below("data/"))) {
            found.insert(line);
            ++delivered;
        }
        for (const auto& line : tests::error_lines(run.world.store)) {
            found.insert(line.raw_data);
            ++kept;
        }
        ASSERT_EQ(found, run.sent) << "seed " << seed;
        ASSERT_EQ(run.report.ok + run.report.dropped + run.report.failed, run.report.records_in);
        ASSERT_EQ(run.report.waiting + run.report.undelivered, 0) << "seed " << seed;
    }
    EXPECT_GT(delivered, 10'000);  // and not all of it in one place
    EXPECT_GT(kept, 10'000);
}

// An object is put when all before it of its partition are: what comes later is never delivered
// earlier.
TEST(FirehoseProperty, APartitionKeepsItsOrder) {
    class OrderedStore final : public ObjectStore {
      public:
        explicit OrderedStore(tests::MemoryStore& store) : store_(store) {}
        base::Result<base::Done> put(std::string_view key, std::string_view bytes) override {
            auto done = store_.put(key, bytes);
            if (done && key.starts_with("data/"))
                delivered[std::string(key.substr(0, key.rfind('/')))] += bytes;
            return done;
        }
        std::map<std::string, std::string> delivered;

      private:
        tests::MemoryStore& store_;
    };
    for (std::uint64_t seed = 1; seed <= kSeeds / 4; ++seed) {
        RandomStream run(seed * 2 + 1);
        OrderedStore store(run.world.store);
        FirehoseEmulator firehose(run.world.options, {run.world.function.invoke(), store,
                                                      run.world.clock, run.world.random});
        for (int round = 0; round < 20; ++round) {
            run.put_some(firehose);
            run.world.clock.advance_ms(5'000);
            if (run.chance.happens(20)) run.world.store.failures_left = 7;
            (void)firehose.run();
        }
        for (int i = 0; i < 1'000 && !firehose.drain(); ++i) {
        }
        for (const auto& [partition, text] : store.delivered) {
            const std::vector<std::string> lines = lines_of(text);
            ASSERT_TRUE(std::ranges::is_sorted(lines)) << "seed " << seed << " " << partition;
        }
    }
}

}  // namespace
}  // namespace local
