#include "runtime/local/firehose_delivery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/codec/gzip.h"
#include "tests/runtime/local/firehose_world.h"

namespace local {
namespace {

using Due = FirehoseDelivery::Due;

constexpr base::EpochMs kArrivalMs = 1'795'136'523'456;  // 2026-11-20T01:02:03.456Z

struct Bench {
    tests::FakeClock clock;
    tests::SeededRandom random;
    tests::MemoryStore store;
    DeliveryOptions options{.stream_name = "changes",
                            .prefix = "data/!{timestamp:yyyy/MM/dd}/",
                            .error_prefix = "errors/!{firehose:error-output-type}/"};

    FirehoseDelivery make() { return {options, store, clock, random}; }
    void partition_dynamically() {
        options.partitioning = Partitioning::dynamic;
        options.prefix = "t=!{partitionKeyFromLambda:table}/dt=!{partitionKeyFromLambda:dt}/";
    }
    [[nodiscard]] std::vector<std::string> keys() const {
        std::vector<std::string> keys;
        keys.reserve(store.objects.size());
        for (const auto& [key, bytes] : store.objects)
            keys.push_back(key);
        return keys;
    }
};

constexpr const char* kName =
    "changes-1-2026-11-20-01-02-03-"
    "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";

TEST(FirehoseDelivery, NamesAnObjectAsFirehoseDoes) {
    Bench bench;
    FirehoseDelivery delivery = bench.make();
    EXPECT_FALSE(delivery.add("late", kArrivalMs + 86'400'000, {}));
    EXPECT_FALSE(delivery.add("oldest", kArrivalMs, {}));
    ASSERT_TRUE(delivery.deliver(Due::all));
    ASSERT_EQ(bench.store.objects.size(), 1U);
    EXPECT_THAT(bench.keys()[0], testing::MatchesRegex(std::string("data/2026/11/20/") + kName));
    EXPECT_EQ(bench.store.objects.begin()->second, "lateoldest");
}

TEST(FirehoseDelivery, CompressesAndNamesTheExtension) {
    for (const auto& [extension, expected] :
         {std::pair{"", "\\.gz"}, std::pair{".json.gz", "\\.json\\.gz"}}) {
        Bench bench;
        bench.options.compression = Compression::gzip;
        bench.options.file_extension = extension;
        FirehoseDelivery delivery = bench.make();
        EXPECT_FALSE(delivery.add("{}\n", kArrivalMs, {}));
        delivery.add_error("processing-failed", "{\"e\":1}\n", kArrivalMs);
        ASSERT_TRUE(delivery.deliver(Due::all));
        EXPECT_EQ(*codec::gzip_decompress(bench.store.below("data/"), 100), "{}\n");
        EXPECT_THAT(bench.keys()[0],
                    testing::MatchesRegex(std::string("data/2026/11/20/") + kName + expected));
        EXPECT_EQ(bench.store.below("errors/processing-failed/"), "{\"e\":1}\n");
        EXPECT_THAT(bench.keys()[1],
                    testing::MatchesRegex(std::string("errors/processing-failed/") + kName));
        EXPECT_EQ(delivery.counts().objects, 1);
        EXPECT_EQ(delivery.counts().error_objects, 1);
        EXPECT_EQ(delivery.counts().object_bytes,
                  static_cast<std::int64_t>(bench.store.below("data/").size()));
    }
}

TEST(FirehoseDelivery, WaitsForBytesOrSeconds) {
    Bench bench;
    bench.options.buffer_bytes = 1'048'576;
    FirehoseDelivery delivery = bench.make();
    EXPECT_FALSE(delivery.add(std::string(1'048'575, 'x'), kArrivalMs, {}));
    ASSERT_TRUE(delivery.deliver(Due::now));
    EXPECT_TRUE(bench.store.objects.empty());
    EXPECT_FALSE(delivery.add("x", kArrivalMs, {}));
    ASSERT_TRUE(delivery.deliver(Due::now));
    EXPECT_EQ(bench.store.objects.size(), 1U);

    EXPECT_FALSE(delivery.add("y", kArrivalMs, {}));
    bench.clock.advance_ms(299'999);
    ASSERT_TRUE(delivery.deliver(Due::now));
    EXPECT_EQ(bench.store.objects.size(), 1U);
    bench.clock.advance_ms(1);
    ASSERT_TRUE(delivery.deliver(Due::now));
    EXPECT_EQ(bench.store.objects.size(), 2U);
    EXPECT_EQ(delivery.waiting(), 0U);
}

TEST(FirehoseDelivery, PartitionsByTheKeysOfTheFunction) {
    Bench bench;
    bench.partition_dynamically();
    FirehoseDelivery delivery = bench.make();
    for (const auto& [data, dt] :
         {std::pair{"a", "20261119"}, std::pair{"b", "20261120"}, std::pair{"c", "20261119"}})
        EXPECT_FALSE(
            delivery.add(data, kArrivalMs, {{"table", "orders"}, {"dt", dt}, {"x", data}}));
    ASSERT_TRUE(delivery.deliver(Due::all));
    EXPECT_EQ(bench.store.objects.size(), 2U);
    EXPECT_EQ(bench.store.below("t=orders/dt=20261119/"), "ac");
    EXPECT_EQ(bench.store.below("t=orders/dt=20261120/"), "b");
}

TEST(FirehoseDelivery, RefusesARecordWithoutItsKey) {
    Bench bench;
    bench.partition_dynamically();
    FirehoseDelivery delivery = bench.make();
    for (const PartitionKeys& keys :
         {PartitionKeys{}, PartitionKeys{{"table", "t"}}, PartitionKeys{{"table", "t"}, {"dt", ""}},
          PartitionKeys{{"Table", "t"}, {"dt", "d"}}}) {
        const auto problem = delivery.add("x", kArrivalMs, keys);
        ASSERT_TRUE(problem);
        EXPECT_EQ(problem->error_output_type, "processing-failed");
        EXPECT_THAT(problem->failure.message, testing::HasSubstr("must not be null or empty"));
    }
    EXPECT_EQ(delivery.waiting(), 0U);
}

TEST(FirehoseDelivery, RefusesAPrefixThatBecomesTooLong) {
    Bench bench;
    bench.partition_dynamically();
    FirehoseDelivery delivery = bench.make();
    const std::size_t room = 512 - std::string("t=/dt=d/").size();
    EXPECT_FALSE(delivery.add("x", kArrivalMs, {{"table", std::string(room, 't')}, {"dt", "d"}}));
    EXPECT_TRUE(
        delivery.add("x", kArrivalMs, {{"table", std::string(room + 1, 't')}, {"dt", "d"}}));
}

TEST(FirehoseDelivery, LimitsTheActivePartitions) {
    Bench bench;
    bench.partition_dynamically();
    bench.options.active_partitions_max = 2;
    FirehoseDelivery delivery = bench.make();
    const auto add = [&](const char* dt) {
        return delivery.add("x", kArrivalMs, {{"table", "t"}, {"dt", dt}});
    };
    delivery.add_error("processing-failed", "{}\n", kArrivalMs);  // is no partition
    EXPECT_FALSE(add("1"));
    EXPECT_FALSE(add("2"));
    const auto problem = add("3");
    ASSERT_TRUE(problem);
    EXPECT_EQ(problem->error_output_type, "activePartitionExceeded");
    EXPECT_FALSE(add("2")) << "an open partition goes on";
    ASSERT_TRUE(delivery.deliver(Due::all));
    EXPECT_FALSE(add("3")) << "delivered partitions are active no more";
}

TEST(FirehoseDelivery, TriesAFailedPutAgainUnderTheSameName) {
    Bench bench;
    FirehoseDelivery delivery = bench.make();
    EXPECT_FALSE(delivery.add("a", kArrivalMs, {}));
    bench.store.failures_left = 7;
    const auto failed = delivery.deliver(Due::all);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().kind, base::ErrorKind::service_failed);
    EXPECT_EQ(bench.store.attempts, 5);
    EXPECT_EQ(delivery.waiting(), 1U);
    EXPECT_EQ(bench.clock.sleeps_ms, (std::vector<std::int64_t>{100, 200, 400, 800}));
    EXPECT_FALSE(delivery.add("b", kArrivalMs, {}));
    ASSERT_TRUE(delivery.deliver(Due::all));
    EXPECT_EQ(bench.store.objects.size(), 2U);
    EXPECT_EQ(delivery.counts().objects, 2);
    EXPECT_EQ(delivery.counts().put_retries, 6);
    EXPECT_EQ(delivery.waiting(), 0U);
}

TEST(CheckDelivery, NamesAllFaults) {
    const auto checked = check_delivery({.prefix = "!{timestamp:QQ}",
                                         .error_prefix = "",
                                         .buffer_bytes = 1,
                                         .buffer_ms = 900'001,
                                         .file_extension = "gz"});
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().kind, base::ErrorKind::config_invalid);
    for (const char* fault :
         {"QQ", "ErrorOutputPrefix must be given", "1 to 128 MiB", "0 to 900 s", "FileExtension"})
        EXPECT_THAT(checked.error().message, testing::HasSubstr(fault));
    EXPECT_TRUE(check_delivery({}));
    EXPECT_FALSE(check_delivery({.prefix = "!{partitionKeyFromLambda:a}",
                                 .error_prefix = "e/",
                                 .buffer_ms = 0,
                                 .partitioning = Partitioning::dynamic}));
}

}  // namespace
}  // namespace local
