#include "runtime/local/verify_files.h"

#include <atomic>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/local/verify_workers.h"
#include "tests/support/memory_store.h"

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kExport = "01695353076000-a1b2c3d4";

std::vector<std::string> names(const std::vector<std::string>& keys) {
    std::vector<lake::ObjectInfo> objects;
    objects.reserve(keys.size());
    for (const std::string& key : keys)
        objects.push_back({key, 1, ""});
    std::vector<std::string> found;
    for (const local::LakeFile& file : local::sort_lake_files(objects, "lake/").files)
        found.push_back(file.name);
    return found;
}

TEST(LakeFiles, AreThoseOfLines) {
    EXPECT_THAT(
        names({"lake/dt=20261120/a.json.gz", "lake/dt=20261120/b.json", "lake/dt=20261120/c.jsonl",
               "lake/dt=20261120/d.gz", "lake/dt=20261120/stream-1-2026-11-20-01-00-00-0f1c"}),
        ElementsAre("dt=20261120/a.json.gz", "dt=20261120/b.json", "dt=20261120/c.jsonl",
                    "dt=20261120/d.gz", "dt=20261120/stream-1-2026-11-20-01-00-00-0f1c"));
}

TEST(LakeFiles, AreNotHiddenOnesAndFolders) {
    EXPECT_THAT(names({"lake/_SUCCESS-x", "lake/.hidden", "lake/_temporary/a.json",
                       "lake/dt=20261120/.a.json", "lake/dt=20261120/", "lake/"}),
                IsEmpty());
}

struct Lake {
    tests::MemoryObjects objects;
    std::vector<std::string> oddities() {
        tests::MemoryStore store(objects);
        const auto found =
            local::find_oddities(store, local::sort_lake_files(*store.list("lake/"), "lake/"));
        EXPECT_TRUE(found.ok()) << found.error().message;
        return *found;
    }
};

TEST(Oddities, AreNoneOfAWholeSnapshot) {
    Lake lake;
    lake.objects.put(std::string("lake/dt=00000000/") + kExport + "-a.json.gz", "");
    lake.objects.put(std::string("lake/dt=00000000/_SUCCESS-") + kExport, R"({"files":1})");
    lake.objects.put("lake/dt=20261120/a.json.gz", "");
    EXPECT_THAT(lake.oddities(), IsEmpty());
}

TEST(Oddities, AreAMissingMarkerAndAWrongNumberOfFiles) {
    Lake lake;
    lake.objects.put(std::string("lake/dt=00000000/") + kExport + "-a.json.gz", "");
    EXPECT_THAT(lake.oddities(), ElementsAre(HasSubstr("_SUCCESS-01695353076000-a1b2c3d4 is not")));
    const std::string marker = std::string("lake/dt=00000000/_SUCCESS-") + kExport;
    lake.objects.put(marker, R"({"files":2})");
    EXPECT_THAT(lake.oddities(), ElementsAre(HasSubstr("counts 2 files")));
    lake.objects.put(marker, "x");
    EXPECT_THAT(lake.oddities(), ElementsAre(HasSubstr("holds no number")));
}

TEST(Oddities, AreFilesOfOtherKinds) {
    Lake lake;
    lake.objects.put("lake/dt=20261120/a.parquet", "");
    EXPECT_THAT(lake.oddities(), ElementsAre(HasSubstr("1 files that hold no lines")));
}

TEST(OfExport, IsAFileThatItsBackfillWrote) {
    EXPECT_TRUE(
        local::is_of_export({"", std::string("dt=00000000/") + kExport + "-a.json.gz"}, kExport));
    EXPECT_FALSE(local::is_of_export({"", "dt=00000000/a.json.gz"}, kExport));
    EXPECT_FALSE(
        local::is_of_export({"", "dt=00000000/01695353076001-a1b2c3d4-a.json.gz"}, kExport));
}

TEST(Workers, DoAllTasks) {
    std::atomic<int> sum = 0;
    const auto done =
        local::run_tasks(100, {.workers = 4, .make_worker = [&]() -> local::RunTask {
                                   return [&](std::size_t task) -> base::Result<base::Done> {
                                       sum += static_cast<int>(task);
                                       return base::Done{};
                                   };
                               }});
    EXPECT_TRUE(done.ok());
    EXPECT_EQ(sum, 4'950);
}

TEST(Workers, EndAtTheFirstError) {
    std::atomic<int> tasks = 0;
    const auto done =
        local::run_tasks(100, {.workers = 1, .make_worker = [&]() -> local::RunTask {
                                   return [&](std::size_t task) -> base::Result<base::Done> {
                                       ++tasks;
                                       if (task == 3)
                                           return base::Error{base::ErrorKind::data_invalid, "bad"};
                                       return base::Done{};
                                   };
                               }});
    ASSERT_FALSE(done.ok());
    EXPECT_EQ(done.error().message, "bad");
    EXPECT_EQ(tasks, 4);
}

TEST(Workers, EndWhereTheyAreToStop) {
    std::stop_source stop;
    stop.request_stop();
    const auto done = local::run_tasks(3, {.workers = 2,
                                           .make_worker = []() -> local::RunTask {
                                               return [](std::size_t) -> base::Result<base::Done> {
                                                   return base::Done{};
                                               };
                                           },
                                           .stop = stop.get_token()});
    ASSERT_FALSE(done.ok());
    EXPECT_EQ(done.error().kind, base::ErrorKind::deadline_near);
}

}  // namespace
