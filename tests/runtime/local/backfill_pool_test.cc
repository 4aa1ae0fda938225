#include "runtime/local/backfill_pool.h"

#include <algorithm>
#include <atomic>
#include <latch>
#include <semaphore>
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace local {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr std::int64_t kLongMs = 60'000;  // only a broken pool takes it

std::vector<lake::ExportDataFile> files(int count) {
    std::vector<lake::ExportDataFile> made;
    for (int i = 0; i < count; ++i) {
        const std::string name = fmt::format("{:03d}.json.gz", i);
        made.push_back({.uri = {.bucket = "b", .key = "data/" + name},
                        .name = name,
                        .item_count = i,
                        .md5 = {},
                        .etag = {}});
    }
    return made;
}

// What a test lets a worker do with a file.
using Convert = std::function<base::Result<lake::DataFileCounts>(const lake::ExportDataFile&,
                                                                 const lake::DataFileProgress&)>;

class Scripted final : public FileTask {
  public:
    explicit Scripted(Convert convert) : convert_(std::move(convert)) {}
    base::Result<lake::DataFileCounts> run(const lake::ExportDataFile& file,
                                           const lake::DataFileProgress& progress) override {
        return convert_(file, progress);
    }

  private:
    Convert convert_;
};

MakeFileTask each(Convert convert) {
    return [convert = std::move(convert)] { return std::make_unique<Scripted>(convert); };
}

lake::DataFileCounts counts_of(const lake::ExportDataFile& file) {
    return {.items = file.item_count, .bytes_read = 10, .bytes_inflated = 100, .bytes_written = 11};
}

base::Error bad(const lake::ExportDataFile& file) {
    return {base::ErrorKind::data_invalid, file.name + ", line 3: no JSON"};
}

std::vector<std::string> names(const std::vector<FailedFile>& failed) {
    std::vector<std::string> names;
    names.reserve(failed.size());
    for (const FailedFile& one : failed)
        names.push_back(one.file.name);
    return names;
}

TEST(BackfillPool, TakesEachFileOnceAndAddsUp) {
    std::mutex mutex;
    std::multiset<std::string> seen;
    const auto make = each([&](const auto& file, const auto&) {
        const std::scoped_lock lock(mutex);
        seen.insert(file.name);
        return counts_of(file);
    });
    BackfillPool pool(files(100), 8, make, {});
    ASSERT_TRUE(pool.wait_ms(kLongMs));
    EXPECT_EQ(seen.size(), 100U);
    EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), 100U);
    const PoolCounts counts = pool.counts();
    EXPECT_EQ(counts.files, 100);
    EXPECT_EQ(counts.failed_files, 0);
    EXPECT_EQ(counts.done.items, 99 * 100 / 2);
    EXPECT_EQ(counts.done.bytes_read, 1'000U);
    EXPECT_EQ(counts.done.bytes_inflated, 10'000U);
    EXPECT_EQ(counts.done.bytes_written, 1'100U);
    EXPECT_EQ(counts.so_far.items, counts.done.items);
}

TEST(BackfillPool, HasATaskForEachWorkerAndNoMoreWorkersThanFiles) {
    std::atomic<int> made = 0;
    const MakeFileTask make = [&] {
        ++made;
        return std::make_unique<Scripted>(
            [](const auto& file, const auto&) { return counts_of(file); });
    };
    {
        BackfillPool pool(files(3), 8, make, {});
        ASSERT_TRUE(pool.wait_ms(kLongMs));
    }
    EXPECT_EQ(made, 3);
}

TEST(BackfillPool, WorksOnSeveralFilesAtOnce) {
    std::latch all_there(4);
    const auto make = each([&](const auto& file, const auto&) {
        all_there.arrive_and_wait();  // would wait for ever with fewer than four workers
        return counts_of(file);
    });
    BackfillPool pool(files(4), 4, make, {});
    EXPECT_TRUE(pool.wait_ms(kLongMs));
}

TEST(BackfillPool, IsDoneAtOnceWithoutFiles) {
    const auto make = each([](const auto& file, const auto&) { return counts_of(file); });
    BackfillPool pool({}, 4, make, {});
    EXPECT_TRUE(pool.wait_ms(kLongMs));
    EXPECT_EQ(pool.counts().files, 0);
}

TEST(BackfillPool, GoesOnAfterAFailedFile) {
    const auto make = each([](const auto& file, const auto&) -> base::Result<lake::DataFileCounts> {
        if (file.item_count == 5) return bad(file);
        return counts_of(file);
    });
    BackfillPool pool(files(20), 3, make, {});
    ASSERT_TRUE(pool.wait_ms(kLongMs));
    EXPECT_EQ(pool.counts().files, 19);
    EXPECT_EQ(pool.counts().failed_files, 1);
    const auto failed = pool.take_failed();
    ASSERT_THAT(names(failed), ElementsAre("005.json.gz"));
    EXPECT_THAT(failed[0].error.message, HasSubstr("line 3"));
    EXPECT_THAT(pool.take_failed(), IsEmpty());
}

TEST(BackfillPool, GivesUpWhenNothingGoesWellAnyMore) {
    const auto make = each([](const auto& file, const auto&) -> base::Result<lake::DataFileCounts> {
        if (file.item_count >= 7) return bad(file);
        return counts_of(file);
    });
    BackfillPool pool(files(100), 1, make, {});
    ASSERT_TRUE(pool.wait_ms(kLongMs));
    EXPECT_EQ(pool.counts().files, 7);
    EXPECT_EQ(pool.counts().failed_files, kFailuresInARowMax);
}

TEST(BackfillPool, DoesNotGiveUpWhileSomethingGoesWell) {
    const auto make = each([](const auto& file, const auto&) -> base::Result<lake::DataFileCounts> {
        if (file.item_count % kFailuresInARowMax != 0) return bad(file);
        return counts_of(file);
    });
    BackfillPool pool(files(100), 1, make, {});
    ASSERT_TRUE(pool.wait_ms(kLongMs));
    EXPECT_EQ(pool.counts().files, 10);
    EXPECT_EQ(pool.counts().failed_files, 90);
}

TEST(BackfillPool, CountsWhatIsUnderWayUntilItFails) {
    std::binary_semaphore told(0);
    std::binary_semaphore go_on(0);
    const auto make =
        each([&](const auto& file, const auto& progress) -> base::Result<lake::DataFileCounts> {
            EXPECT_TRUE(
                progress({.items = 42, .bytes_read = 1, .bytes_inflated = 2, .bytes_written = 3}));
            told.release();
            go_on.acquire();
            return bad(file);
        });
    BackfillPool pool(files(1), 1, make, {});
    told.acquire();
    EXPECT_FALSE(pool.wait_ms(0));
    EXPECT_EQ(pool.counts().so_far.items, 42);
    EXPECT_EQ(pool.counts().so_far.bytes_inflated, 2U);
    EXPECT_EQ(pool.counts().done.items, 0);
    go_on.release();
    ASSERT_TRUE(pool.wait_ms(kLongMs));
    EXPECT_EQ(pool.counts().so_far.items, 0);
}

TEST(BackfillPool, StopsInTheMiddleOfAFile) {
    std::stop_source stop;
    std::latch both_run(2);
    const auto make =
        each([&](const auto& file, const auto& progress) -> base::Result<lake::DataFileCounts> {
            both_run.count_down();
            while (true) {
                auto go_on = progress(counts_of(file));
                if (!go_on) return go_on.error();
                std::this_thread::yield();
            }
        });
    BackfillPool pool(files(10), 2, make, stop.get_token());
    both_run.wait();
    stop.request_stop();
    ASSERT_TRUE(pool.wait_ms(kLongMs));
    EXPECT_EQ(pool.counts().files, 0);
    EXPECT_EQ(pool.counts().failed_files, 0);  // given up, not failed
    EXPECT_THAT(pool.take_failed(), IsEmpty());
}

TEST(BackfillPool, CountsAFileThatEndsWellDespiteTheStop) {
    std::stop_source stop;
    const auto make = each([&](const auto& file, const auto&) {
        stop.request_stop();
        return counts_of(file);
    });
    BackfillPool pool(files(10), 1, make, stop.get_token());
    ASSERT_TRUE(pool.wait_ms(kLongMs));
    EXPECT_EQ(pool.counts().files, 1);
}

TEST(BackfillPool, EndsItsWorkersWhenItIsDestroyed) {
    std::binary_semaphore runs(0);
    std::atomic<bool> ended = false;
    const auto make =
        each([&](const auto& file, const auto& progress) -> base::Result<lake::DataFileCounts> {
            runs.release();
            while (true) {
                auto go_on = progress(counts_of(file));
                if (!go_on) {
                    ended = true;
                    return go_on.error();
                }
                std::this_thread::yield();
            }
        });
    {
        BackfillPool pool(files(1), 1, make, {});
        runs.acquire();
    }
    EXPECT_TRUE(ended);
}

}  // namespace
}  // namespace local
