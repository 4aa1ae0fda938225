#include "common/lake/folder_store.h"

#include <csignal>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/lake/folder_files.h"
#include "tests/common/lake/folder_fixture.h"

namespace lake {
namespace {

using base::ErrorKind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class FolderStoreTest : public FolderTest {
  protected:
    std::unique_ptr<ObjectWriter> create(const std::string& name) {
        auto writer = store_.create(at(name), "application/gzip");
        EXPECT_TRUE(writer) << name;
        return writer ? *std::move(writer) : nullptr;
    }
    std::unique_ptr<ObjectReader> open(const std::string& name) {
        auto reader = store_.open(at(name));
        EXPECT_TRUE(reader) << name;
        return reader ? *std::move(reader) : nullptr;
    }
};

// Takes the rights of root away while it lives.
class WithoutRights {
  public:
    WithoutRights() : was_(::geteuid()) {
        constexpr uid_t kNobody = 65'534;
        EXPECT_TRUE(was_ != 0 || ::seteuid(kNobody) == 0);
    }
    ~WithoutRights() { EXPECT_EQ(::seteuid(was_), 0); }
    WithoutRights(const WithoutRights&) = delete;
    WithoutRights& operator=(const WithoutRights&) = delete;

  private:
    uid_t was_;
};

// Files of this process become no larger while it lives: a disk that is full.
class FileSizeLimit {
  public:
    explicit FileSizeLimit(rlim_t bytes) {
        EXPECT_EQ(::getrlimit(RLIMIT_FSIZE, &was_), 0);
        was_handled_ = std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{bytes, was_.rlim_max};
        EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
    }
    ~FileSizeLimit() {
        EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &was_), 0);
        std::signal(SIGXFSZ, was_handled_);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

  private:
    rlimit was_{};
    void (*was_handled_)(int) = nullptr;
};

TEST_F(FolderStoreTest, ShowsAFileOnlyWhenItIsWhole) {
    const auto writer = create("dt=00000000/a b.gz");
    ASSERT_TRUE(writer->write("one"));
    ASSERT_TRUE(writer->write(std::string_view("\0two", 4)));
    EXPECT_THAT(*store_.list(folder_), IsEmpty());
    EXPECT_EQ(store_.open(at("dt=00000000/a b.gz")).error().code, "NoSuchKey");
    ASSERT_EQ(names().size(), 1U);
    EXPECT_THAT(names()[0], testing::MatchesRegex("dt=00000000/\\.lakefeed-[0-9]+-1\\.part"));
    ASSERT_TRUE(writer->finish());
    EXPECT_THAT(names(), ElementsAre("dt=00000000/a b.gz"));
    EXPECT_EQ(content("dt=00000000/a b.gz"), std::string("one\0two", 7));
}

TEST_F(FolderStoreTest, LeavesNothingOfWhatIsNotFinished) {
    put("x", "old");
    EXPECT_TRUE(create("x")->write("new"));
    EXPECT_NE(create("deep/er/y"), nullptr);
    EXPECT_THAT(names(), ElementsAre("x"));
    EXPECT_EQ(content("x"), "old");
}

TEST_F(FolderStoreTest, ReplacesAFileAsAWhole) {
    put("x", "old and long");
    const auto reader = open("x");
    const auto writer = create("x");
    ASSERT_TRUE(writer->write("new"));
    ASSERT_TRUE(writer->finish());
    EXPECT_EQ(content("x"), "new");
    // Who had it open goes on reading what he opened.
    std::string read(20, '\0');
    EXPECT_EQ(*reader->read(read.data(), read.size()), 12U);
    EXPECT_EQ(read.substr(0, 12), "old and long");
    EXPECT_EQ(*reader->read(read.data(), read.size()), 0U);
}

TEST_F(FolderStoreTest, WritesTwoFilesOfOneNameSideBySide) {
    const auto first = create("x");
    const auto second = create("x");
    FolderStore other;
    const auto third = *other.create(at("x"), "");
    ASSERT_TRUE(first->write("1"));
    ASSERT_TRUE(second->write("2"));
    ASSERT_TRUE(third->write("3"));
    ASSERT_TRUE(third->finish());
    ASSERT_TRUE(second->finish());
    ASSERT_TRUE(first->finish());
    EXPECT_EQ(content("x"), "1");
    EXPECT_THAT(names(), ElementsAre("x"));
}

TEST_F(FolderStoreTest, GivesNewFilesTheRightsOfTheUmask) {
    const mode_t was = ::umask(027);
    ASSERT_TRUE(create("a/x")->finish());
    ::umask(was);
    struct stat found = {};
    ASSERT_EQ(::stat(at("a/x").c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777U, 0640U);
    ASSERT_EQ(::stat(at("a").c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777U, 0750U);
}

TEST_F(FolderStoreTest, ReadsInPiecesOfAnySize) {
    put("x", "abcdefg");
    const auto reader = open("x");
    EXPECT_EQ(reader->info().key, at("x"));
    EXPECT_EQ(reader->info().bytes, 7U);
    EXPECT_EQ(reader->info().etag, "");
    std::string piece(3, '\0');
    for (const char* expected : {"abc", "def", "g"}) {
        const auto got = reader->read(piece.data(), piece.size());
        ASSERT_TRUE(got);
        EXPECT_EQ(piece.substr(0, *got), expected);
    }
    EXPECT_EQ(*reader->read(piece.data(), piece.size()), 0U);
    EXPECT_EQ(*reader->read(piece.data(), piece.size()), 0U);
}

TEST_F(FolderStoreTest, ReadsAnEmptyFile) {
    put("x", "");
    char byte = '\0';
    EXPECT_EQ(*open("x")->read(&byte, 1), 0U);
}

TEST_F(FolderStoreTest, SaysThatAFileWasChangedWhileItWasRead) {
    std::string room(10, '\0');
    put("shorter", "abcdefg");
    const auto shorter = open("shorter");
    ASSERT_TRUE(shorter->read(room.data(), 2));
    put("shorter", "ab");
    put("longer", "abcdefg");
    const auto longer = open("longer");
    ASSERT_EQ(*longer->read(room.data(), 10), 7U);
    put("longer", "abcdefgh");
    for (const auto& reader : {shorter.get(), longer.get()}) {
        const auto read = reader->read(room.data(), 10);
        ASSERT_FALSE(read);
        EXPECT_EQ(read.error().kind, ErrorKind::data_invalid);
        EXPECT_THAT(read.error().message, HasSubstr(reader->info().key + ": it was changed"));
    }
}

TEST_F(FolderStoreTest, SaysThatThereIsNoSuchFile) {
    put("file", "x");
    for (const char* name : {"x", "x/y", "file/y"}) {
        const auto reader = store_.open(at(name));
        ASSERT_FALSE(reader) << name;
        EXPECT_EQ(reader.error().kind, ErrorKind::data_invalid);
        EXPECT_EQ(reader.error().code, "NoSuchKey");
        EXPECT_THAT(reader.error().message, HasSubstr(at(name)));
    }
}

TEST_F(FolderStoreTest, TakesWhatIsNoFileForNone) {
    put("folder/x", "x");
    ASSERT_EQ(::mkfifo(at("pipe").c_str(), 0600), 0);
    for (const std::string& name : {std::string("folder"), std::string("pipe"), std::string(),
                                    std::string("x/"), std::string("a\0b", 3)}) {
        EXPECT_EQ(store_.open(at(name)).error().kind, ErrorKind::rejected) << name;
    }
    for (const std::string& path :
         {at("folder"), at("folder/"), std::string(), at(std::string("a\0b", 3))}) {
        EXPECT_EQ(store_.create(path, "").error().kind, ErrorKind::rejected) << path;
    }
    EXPECT_THAT(names(), ElementsAre("folder/x", "pipe"));
}

TEST_F(FolderStoreTest, SaysWhichFileStandsInTheWay) {
    put("a", "x");
    const auto beside = store_.create(at("a/b"), "");
    const auto deeper = store_.create(at("a/b/c"), "");
    for (const auto& writer : {&beside, &deeper}) {
        ASSERT_FALSE(writer->ok());
        EXPECT_EQ(writer->error().kind, ErrorKind::rejected);
        EXPECT_THAT(writer->error().message, HasSubstr("a file stands where a folder is named"));
    }
    EXPECT_THAT(names(), ElementsAre("a"));
}

TEST_F(FolderStoreTest, ShowsNothingWhereTheDiskTakesNotAll) {
    put("x", "old");
    const auto writer = create("x");
    ASSERT_TRUE(writer->write("12345"));
    {
        const FileSizeLimit limit(8);
        const auto written = writer->write("6789012");
        ASSERT_FALSE(written);
        EXPECT_THAT(written.error().message, HasSubstr("write " + at("x") + ": File too large"));
    }
    // What failed once stays failed.
    EXPECT_FALSE(writer->write("6789012"));
    EXPECT_FALSE(writer->finish());
    EXPECT_EQ(content("x"), "old");
}

TEST_F(FolderStoreTest, ShowsNothingWhereTheNameCannotBeGiven) {
    const auto writer = create("x");
    ASSERT_TRUE(writer->write("new"));
    put("x/in the way", "y");
    const auto finished = writer->finish();
    ASSERT_FALSE(finished);
    EXPECT_EQ(finished.error().kind, ErrorKind::rejected);
    EXPECT_FALSE(writer->finish());
}

TEST_F(FolderStoreTest, SaysWhoMayNot) {
    put("shut/x", "x");
    ASSERT_EQ(::chmod(folder_.c_str(), 0755), 0);
    ASSERT_EQ(::chmod(at("shut").c_str(), 0), 0);
    {
        const WithoutRights without;
        EXPECT_EQ(store_.open(at("shut/x")).error().kind, ErrorKind::access_denied);
        EXPECT_EQ(store_.list(at("shut/")).error().kind, ErrorKind::access_denied);
        EXPECT_EQ(store_.remove(at("shut/x")).error().kind, ErrorKind::access_denied);
        const auto file = store_.create(at("shut/y"), "");
        ASSERT_FALSE(file);
        EXPECT_EQ(file.error().kind, ErrorKind::access_denied);
        EXPECT_THAT(file.error().message, HasSubstr(at("shut/y") + ": Permission denied; allow"));
        const auto folder = store_.create(at("shut/deep/y"), "");
        EXPECT_EQ(folder.error().kind, ErrorKind::access_denied);
        EXPECT_THAT(folder.error().message, HasSubstr("make the folder " + at("shut/deep")));
    }
    ASSERT_EQ(::chmod(at("shut").c_str(), 0700), 0);
}

TEST_F(FolderStoreTest, RemovesAFileAndOnlyThat) {
    put("x", "x");
    put("folder/y", "y");
    EXPECT_TRUE(store_.remove(at("x")));
    EXPECT_TRUE(store_.remove(at("x")));
    EXPECT_TRUE(store_.remove(at("folder/y/z")));
    EXPECT_EQ(store_.remove(at("folder")).error().kind, ErrorKind::rejected);
    EXPECT_EQ(store_.remove(at("folder/")).error().kind, ErrorKind::rejected);
    EXPECT_THAT(names(), ElementsAre("folder/y"));
}

TEST(FileError, NamesWhatWhereAndTheRemedy) {
    struct Case {
        int number;
        ErrorKind kind;
        const char* says;
    };
    for (const auto& [number, kind, says] :
         {Case{ENOSPC, ErrorKind::service_failed, "write /x: No space left on device; make room"},
          Case{EDQUOT, ErrorKind::service_failed, "quota"},
          Case{EROFS, ErrorKind::access_denied, "Read-only file system; name a folder"},
          Case{EPERM, ErrorKind::access_denied, "allow this user"},
          Case{ENAMETOOLONG, ErrorKind::rejected, "File name too long"},
          Case{EIO, ErrorKind::service_failed, "Input/output error"}}) {
        const base::Error error = file_error("write", "/x", number);
        EXPECT_EQ(error.kind, kind) << says;
        EXPECT_THAT(error.message, HasSubstr(says));
    }
}

}  // namespace
}  // namespace lake
