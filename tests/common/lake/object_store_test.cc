#include "common/lake/object_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/common/lake/folder_fixture.h"

namespace lake {
namespace {

using ObjectStoreTest = FolderTest;

TEST_F(ObjectStoreTest, WritesAndReadsAnObjectAtOnce) {
    const std::string bytes("a\0b\n", 4);
    ASSERT_TRUE(write_object(store_, at("x/y"), "text/plain", bytes));
    EXPECT_EQ(*read_object(store_, at("x/y"), 4), bytes);
    ASSERT_TRUE(write_object(store_, at("x/empty"), "text/plain", ""));
    EXPECT_EQ(*read_object(store_, at("x/empty"), 0), "");
}

TEST_F(ObjectStoreTest, ReadsNoMoreThanItMay) {
    put("x", "12345");
    const auto read = read_object(store_, at("x"), 4);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, base::ErrorKind::data_invalid);
    EXPECT_THAT(read.error().message, testing::HasSubstr(at("x") + " has 5 bytes, and 4 at most"));
}

TEST_F(ObjectStoreTest, ReadsAHead) {
    put("x", "12345");
    EXPECT_EQ(*store_.read_head(at("x"), 3), "123");
    EXPECT_EQ(*store_.read_head(at("x"), 5), "12345");
    EXPECT_EQ(*store_.read_head(at("x"), 100), "12345");
    EXPECT_EQ(store_.read_head(at("y"), 3).error().code, "NoSuchKey");
}

TEST_F(ObjectStoreTest, TellsWhatFails) {
    EXPECT_EQ(read_object(store_, at("x"), 4).error().code, "NoSuchKey");
    EXPECT_EQ(write_object(store_, folder_, "text/plain", "x").error().kind,
              base::ErrorKind::rejected);
}

// A reader whose object ends before its size, in pieces of one byte.
class ShortReader final : public ObjectReader {
  public:
    [[nodiscard]] const ObjectInfo& info() const override { return info_; }
    base::Result<std::size_t> read(char* out, std::size_t) override {
        if (left_ == 0) return std::size_t{0};
        --left_;
        *out = 'x';
        return std::size_t{1};
    }

  private:
    ObjectInfo info_{.key = "k", .bytes = 3, .etag = {}};
    int left_ = 2;
};

class ShortStore final : public ObjectStore {
  public:
    base::Result<std::unique_ptr<ObjectReader>> open(const std::string&) override {
        return std::unique_ptr<ObjectReader>(std::make_unique<ShortReader>());
    }
    base::Result<std::unique_ptr<ObjectWriter>> create(const std::string&,
                                                       std::string_view) override {
        return base::Error{};
    }
    base::Result<std::vector<ObjectInfo>> list(const std::string&) override {
        return base::Error{};
    }
    base::Result<base::Done> remove(const std::string&) override { return base::Error{}; }
};

TEST(ReadObject, TakesNoShortObjectForAWholeOne) {
    ShortStore store;
    const auto read = read_object(store, "k", 10);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, base::ErrorKind::data_invalid);
    EXPECT_EQ(*store.read_head("k", 10), "xx");
}

}  // namespace
}  // namespace lake
