#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/common/lake/folder_fixture.h"

namespace lake {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class FolderListTest : public FolderTest {
  protected:
    // The names below the test's folder of what is listed.
    std::vector<std::string> list(const std::string& prefix) {
        const auto files = store_.list(at(prefix));
        EXPECT_TRUE(files) << prefix;
        std::vector<std::string> names;
        for (const ObjectInfo& file : *files) {
            EXPECT_TRUE(file.key.starts_with(folder_)) << file.key;
            names.push_back(file.key.substr(folder_.size()));
        }
        return names;
    }
    void link(const std::string& to, const std::string& name) const {
        std::filesystem::create_symlink(to, at(name));
    }
};

TEST_F(FolderListTest, FindsAllFilesInTheOrderOfTheirBytes) {
    for (const char* name : {"b", "a/z", "a-", "a.b", "a0", "B", "\xC3\xBC", "a/b/c/d"})
        put(name, name);
    std::filesystem::create_directories(at("empty/folder"));
    // LC_ALL=C sort
    EXPECT_THAT(list(""), ElementsAre("B", "a-", "a.b", "a/b/c/d", "a/z", "a0", "b", "\xC3\xBC"));
    const auto files = store_.list(at("a/"));
    EXPECT_EQ(files->at(0).bytes, 7U);
    EXPECT_EQ(files->at(0).etag, "");
}

TEST_F(FolderListTest, TakesThePrefixForTheBeginningOfThePath) {
    for (const char* name : {"dt=1/x", "dt=1/y", "dt=10/x", "dt=2/x", "dt", "e/dt=1"})
        put(name, "");
    EXPECT_THAT(list("dt=1/"), ElementsAre("dt=1/x", "dt=1/y"));
    EXPECT_THAT(list("dt=1"), ElementsAre("dt=1/x", "dt=1/y", "dt=10/x"));
    EXPECT_THAT(list("dt=1/x"), ElementsAre("dt=1/x"));
    EXPECT_THAT(list("dt"), ElementsAre("dt", "dt=1/x", "dt=1/y", "dt=10/x", "dt=2/x"));
    EXPECT_THAT(list("e"), ElementsAre("e/dt=1"));
}

TEST_F(FolderListTest, FindsNothingWhereThereIsNothing) {
    put("file", "");
    for (const char* prefix : {"x", "x/y/z", "file/", "file/x", "filex"})
        EXPECT_THAT(list(prefix), IsEmpty()) << prefix;
}

TEST_F(FolderListTest, PassesOverWhatIsNotWhole) {
    put("x", "");
    put(".hidden", "");
    put(".lakefeed-1-1.part", "");
    const auto writer = *store_.create(at("a/y"), "");
    EXPECT_THAT(list(""), ElementsAre(".hidden", "x"));
}

TEST_F(FolderListTest, ListsWhatIsGivenWithoutAFolder) {
    const auto was = std::filesystem::current_path();
    put("lake/a", "");
    put("x", "");
    std::filesystem::current_path(folder_);
    const auto all = store_.list("");
    const auto some = store_.list("l");
    std::filesystem::current_path(was);
    ASSERT_EQ(all->size(), 2U);
    EXPECT_EQ(all->at(0).key, "lake/a");
    EXPECT_EQ(all->at(1).key, "x");
    ASSERT_EQ(some->size(), 1U);
    EXPECT_EQ(some->at(0).key, "lake/a");
}

TEST_F(FolderListTest, FollowsLinksAndNeverInCircles) {
    put("real/x", "12");
    put("real/deep/y", "");
    link("real", "linked");
    link("real/x", "file");
    link("..", "real/up");         // to the folder above
    link("deep", "real/deep/in");  // leads nowhere
    link("self", "self");
    link("/nowhere", "lost");
    ASSERT_EQ(::mkfifo(at("pipe").c_str(), 0600), 0);
    EXPECT_THAT(list(""),
                ElementsAre("file", "linked/deep/y", "linked/x", "real/deep/y", "real/x"));
    EXPECT_EQ(store_.list(at("file"))->at(0).bytes, 2U);
}

TEST_F(FolderListTest, EndsWhereFoldersLeadToEachOther) {
    put("a/x", "");
    put("b/y", "");
    link("../b", "a/b");
    link("../a", "b/a");
    EXPECT_THAT(list(""), ElementsAre("a/b/y", "a/x", "b/a/x", "b/y"));
}

TEST_F(FolderListTest, SaysWhereFoldersLieTooDeep) {
    std::string path;
    for (int i = 0; i < 101; ++i)
        path += "d/";
    put(path + "x", "");
    const auto files = store_.list(folder_);
    ASSERT_FALSE(files);
    EXPECT_EQ(files.error().kind, base::ErrorKind::rejected);
    EXPECT_THAT(files.error().message, testing::HasSubstr("deeper than 100"));
}

}  // namespace
}  // namespace lake
