#include "common/lake/s3_store.h"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/lake/folder_store.h"
#include "common/lake/open_store.h"
#include "tests/common/aws/client_fixture.h"
#include "tests/common/lake/fake_bucket.h"

namespace lake {
namespace {

using base::ErrorKind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::size_t kMoreThanAPart = kS3PieceBytes + 100'000;

// No two pieces of it are alike.
std::string bytes_of(std::size_t count) {
    static const std::string kBytes = [] {
        std::string bytes(2 * kS3PieceBytes + 100'000, '\0');
        std::uint32_t state = 1;
        for (char& byte : bytes) {
            state = state * 1'664'525 + 1'013'904'223;
            byte = static_cast<char>(state >> 24);
        }
        return bytes;
    }();
    return kBytes.substr(0, count);
}

class S3StoreTest : public aws::ClientTest {
  protected:
    S3StoreTest() {
        http_.answer_with([this](const http::Request& request) {
            if (keeps_lines_) {
                lines_of_requests_.push_back(request.method + " " +
                                             request.url.substr(request.url.find("/lake")));
            }
            return bucket_.answer(request);
        });
    }
    S3Store store() { return {client(), "lake", {clock_.now_ms() + 60'000}}; }
    base::Result<base::Done> write(const std::string& key, const std::string& bytes) {
        S3Store lake = store();
        auto writer = lake.create(key, "application/gzip");
        if (!writer) return writer.error();
        for (std::size_t at = 0; at < bytes.size(); at += 3'000'000) {
            if (auto written = (*writer)->write(std::string_view(bytes).substr(at, 3'000'000));
                !written)
                return written;
        }
        return (*writer)->finish();
    }
    base::Result<std::string> read(const std::string& key, std::size_t room = 1'000'000) {
        S3Store lake = store();
        auto reader = lake.open(key);
        if (!reader) return reader.error();
        std::string bytes;
        std::string piece(room, '\0');
        while (true) {
            const auto got = (*reader)->read(piece.data(), piece.size());
            if (!got) return got.error();
            if (*got == 0) return bytes;
            bytes.append(piece, 0, *got);
        }
    }

    FakeBucket bucket_;
    std::vector<std::string> lines_of_requests_;
    bool keeps_lines_ = true;
};

TEST_F(S3StoreTest, WritesASmallObjectAtOnce) {
    ASSERT_TRUE(write("a/b c", "small"));
    ASSERT_TRUE(write("empty", ""));
    EXPECT_THAT(lines_of_requests_, ElementsAre("PUT /lake/a/b%20c", "PUT /lake/empty"));
    EXPECT_EQ(sent(0, "Content-Type"), "application/gzip");
    EXPECT_EQ(bucket_.objects["a/b%20c"], "small");
}

TEST_F(S3StoreTest, WritesUpToAPartAtOnceAndMoreInParts) {
    const std::string bytes = bytes_of(2 * kS3PieceBytes + 1);
    ASSERT_TRUE(write("one", bytes.substr(0, kS3PieceBytes)));
    EXPECT_THAT(lines_of_requests_, ElementsAre("PUT /lake/one"));
    lines_of_requests_.clear();
    ASSERT_TRUE(write("three", bytes));
    EXPECT_THAT(lines_of_requests_, ElementsAre("POST /lake/three?uploads=",
                                                "PUT /lake/three?partNumber=1&uploadId=upload-2",
                                                "PUT /lake/three?partNumber=2&uploadId=upload-2",
                                                "PUT /lake/three?partNumber=3&uploadId=upload-2",
                                                "POST /lake/three?uploadId=upload-2"));
    EXPECT_EQ(http_.requests()[1].headers[0].value, "application/gzip");
    EXPECT_EQ(http_.requests()[2].body.size(), kS3PieceBytes);
    EXPECT_EQ(http_.requests()[4].body.size(), 1U);
    EXPECT_EQ(bucket_.objects["three"], bytes);
    EXPECT_THAT(bucket_.uploads, IsEmpty());
}

TEST_F(S3StoreTest, AsksNothingForAWriterThatWroteNothing) {
    S3Store lake = store();
    ASSERT_TRUE(lake.create("x", ""));
    EXPECT_EQ(lake.create("", "").error().kind, ErrorKind::rejected);
    EXPECT_EQ(lake.create(std::string(1025, 'k'), "").error().kind, ErrorKind::rejected);
    EXPECT_THAT(lines_of_requests_, IsEmpty());
}

TEST_F(S3StoreTest, AbortsWhatIsNotFinished) {
    S3Store lake = store();
    {
        const auto writer = *lake.create("x", "");
        ASSERT_TRUE(writer->write(bytes_of(kMoreThanAPart)));
        EXPECT_EQ(bucket_.uploads.size(), 1U);
    }
    EXPECT_EQ(lines_of_requests_.back(), "DELETE /lake/x?uploadId=upload-1");
    EXPECT_THAT(bucket_.uploads, IsEmpty());
    EXPECT_THAT(bucket_.objects, IsEmpty());
}

TEST_F(S3StoreTest, AbortsAlsoWhereTheDeadlineHasPassed) {
    S3Store lake = store();
    auto writer = *lake.create("x", "");
    ASSERT_TRUE(writer->write(bytes_of(kMoreThanAPart)));
    clock_.advance_ms(60'000);
    EXPECT_EQ(writer->write(bytes_of(kS3PieceBytes)).error().kind, ErrorKind::deadline_near);
    EXPECT_EQ(writer->finish().error().kind, ErrorKind::deadline_near);
    writer.reset();
    EXPECT_THAT(bucket_.uploads, IsEmpty());
}

TEST_F(S3StoreTest, LogsAnUploadThatCannotBeAborted) {
    bucket_.fault = [](int request) { return request == 2 ? Fault::refused : Fault::none; };
    S3Store lake = store();
    {
        ASSERT_TRUE((*lake.create("x", ""))->write(bytes_of(kMoreThanAPart)));
    }
    EXPECT_THAT(lines_.text(), HasSubstr("multipart_upload_left"));
    EXPECT_THAT(lines_.text(), HasSubstr("s3://lake/x"));
    EXPECT_THAT(lines_.text(), HasSubstr("upload-1"));
}

TEST_F(S3StoreTest, ReadsAHeadInOneSmallRange) {
    ASSERT_TRUE(write("x", "the head and more"));
    ASSERT_TRUE(write("empty", ""));
    S3Store lake = store();
    EXPECT_EQ(*lake.read_head("x", 8), "the head");
    EXPECT_EQ(sent(2, "Range"), "bytes=0-7");
    EXPECT_EQ(http_.requests().size(), 3U);
    EXPECT_EQ(*lake.read_head("x", 100), "the head and more");
    EXPECT_EQ(*lake.read_head("empty", 100), "");
    const auto missing = lake.read_head("y", 8);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, ErrorKind::data_invalid);
    EXPECT_EQ(missing.error().code, "NoSuchKey");
}

TEST_F(S3StoreTest, ReadsInRangesOfOneVersion) {
    const std::string bytes = bytes_of(2 * kS3PieceBytes + 5);
    bucket_.objects["x"] = bytes;
    S3Store lake = store();
    const auto reader = lake.open("x");
    ASSERT_TRUE(reader);
    EXPECT_EQ((*reader)->info().key, "x");
    EXPECT_EQ((*reader)->info().bytes, bytes.size());
    EXPECT_EQ((*reader)->info().etag.size(), 32U);
    EXPECT_EQ(*read("x"), bytes);
    ASSERT_EQ(http_.requests().size(), 4U);
    EXPECT_EQ(sent(1, "Range"), "bytes=0-8388607");
    EXPECT_EQ(sent(1, "If-Match"), "");
    EXPECT_EQ(sent(3, "Range"), "bytes=16777216-25165823");
    EXPECT_EQ(sent(3, "If-Match"), "\"" + (*reader)->info().etag + "\"");
}

TEST_F(S3StoreTest, ReadsSmallAndEmptyObjects) {
    bucket_.objects["x"] = "small";
    bucket_.objects["empty"] = "";
    bucket_.objects["part"] = bytes_of(kS3PieceBytes);
    EXPECT_EQ(*read("x", 2), "small");
    EXPECT_EQ(*read("empty", 1), "");
    EXPECT_EQ(*read("part"), bucket_.objects["part"]);
    EXPECT_THAT(lines_of_requests_, ElementsAre("GET /lake/x", "GET /lake/empty",
                                                "HEAD /lake/empty", "GET /lake/part"));
}

TEST_F(S3StoreTest, SaysThatAnObjectWasReplacedOrRemovedWhileItWasRead) {
    std::string piece(kS3PieceBytes, '\0');
    for (const bool replaced : {true, false}) {
        bucket_.objects["x"] = bytes_of(kMoreThanAPart);
        S3Store lake = store();
        const auto reader = *lake.open("x");
        ASSERT_EQ(*reader->read(piece.data(), piece.size()), kS3PieceBytes);
        bucket_.objects.erase("x");
        if (replaced) bucket_.objects["x"] = std::string(kMoreThanAPart, 'x');
        const auto got = reader->read(piece.data(), piece.size());
        ASSERT_FALSE(got);
        EXPECT_EQ(got.error().kind, ErrorKind::data_invalid);
        EXPECT_THAT(got.error().message, HasSubstr("s3://lake/x"));
    }
}

TEST_F(S3StoreTest, TellsWhatIsNotThere) {
    S3Store lake = store();
    const auto missing = lake.open("x");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, ErrorKind::data_invalid);
    EXPECT_EQ(missing.error().code, "NoSuchKey");
    EXPECT_THAT(missing.error().message, HasSubstr("s3://lake/x"));
    EXPECT_EQ(lake.open("").error().kind, ErrorKind::rejected);
    bucket_.fault = [](int) { return Fault::refused; };
    EXPECT_EQ(lake.open("x").error().kind, ErrorKind::access_denied);
    EXPECT_EQ(lake.list("").error().kind, ErrorKind::access_denied);
    EXPECT_EQ(lake.remove("x").error().kind, ErrorKind::access_denied);
}

TEST_F(S3StoreTest, ListsWithoutTheConsolesFolders) {
    bucket_.objects = {{"a/", ""}, {"a/x", "12"}, {"b/", "bytes"}, {"c", ""}};
    const auto objects = store().list("");
    ASSERT_TRUE(objects);
    ASSERT_EQ(objects->size(), 3U);
    EXPECT_EQ(objects->at(0).key, "a/x");
    EXPECT_EQ(objects->at(0).bytes, 2U);
    EXPECT_EQ(objects->at(0).etag.size(), 32U);
    EXPECT_EQ(objects->at(1).key, "b/");
    EXPECT_EQ(objects->at(2).key, "c");
}

TEST_F(S3StoreTest, RemovesAnObject) {
    bucket_.objects = {{"a", "1"}, {"b", "2"}};
    S3Store lake = store();
    EXPECT_TRUE(lake.remove("a"));
    EXPECT_TRUE(lake.remove("a"));
    EXPECT_EQ(bucket_.objects.size(), 1U);
    EXPECT_EQ(lake.remove("").error().kind, ErrorKind::rejected);
}

TEST_F(S3StoreTest, GoesOnBehindAnyFaultThatPasses) {
    const std::string bytes = bytes_of(kMoreThanAPart);
    keeps_lines_ = false;
    for (const Fault fault :
         {Fault::lost_before, Fault::lost_after, Fault::failed, Fault::slow_down}) {
        // CreateMultipartUpload, two parts, CompleteMultipartUpload, two ranges.
        for (int at = 0; at < 6; ++at) {
            bucket_ = {};
            bucket_.fault = [&](int request) { return request == at ? fault : Fault::none; };
            const auto written = write("x", bytes);
            ASSERT_TRUE(written) << at << written.error().message;
            EXPECT_EQ(bucket_.objects["x"], bytes);
            const auto got = read("x", kS3PieceBytes);
            ASSERT_TRUE(got) << at << got.error().message;
            EXPECT_EQ(*got, bytes);
            // The one of a CreateMultipartUpload whose answer was lost has no parts.
            for (const auto& [id, upload] : bucket_.uploads)
                EXPECT_THAT(upload.parts, IsEmpty()) << at;
        }
    }
}

TEST_F(S3StoreTest, ShowsNothingHalfWrittenWhateverFailsForGood) {
    const std::string bytes = bytes_of(kMoreThanAPart);
    keeps_lines_ = false;
    for (const Fault fault :
         {Fault::lost_before, Fault::lost_after, Fault::failed, Fault::slow_down, Fault::refused}) {
        for (int from = 0; from < 4; ++from) {
            bucket_ = {};
            bucket_.objects["x"] = "old";
            // Each call is made three times; then it is given up, and the rest goes well.
            const int until = from + (fault == Fault::refused ? 1 : 3);
            bucket_.fault = [&](int request) {
                return request >= from && request < until ? fault : Fault::none;
            };
            const auto written = write("x", bytes);
            // Done, though no answer told: HEAD does.
            const bool is_done = fault == Fault::lost_after && from == 3;
            EXPECT_EQ(written.ok(), is_done) << from;
            EXPECT_EQ(bucket_.objects["x"], is_done ? bytes : "old");
            for (const auto& [id, upload] : bucket_.uploads)
                EXPECT_THAT(upload.parts, IsEmpty()) << from;
        }
    }
}

TEST_F(S3StoreTest, NeverShowsWhatFailedOnce) {
    bucket_.fault = [](int request) { return request == 1 ? Fault::refused : Fault::none; };
    S3Store lake = store();
    const auto writer = *lake.create("x", "");
    EXPECT_EQ(writer->write(bytes_of(kMoreThanAPart)).error().kind, ErrorKind::access_denied);
    EXPECT_EQ(writer->write("more").error().kind, ErrorKind::access_denied);
    EXPECT_EQ(writer->finish().error().kind, ErrorKind::access_denied);
    EXPECT_THAT(bucket_.objects, IsEmpty());
}

TEST_F(S3StoreTest, SendsNothingAfterItsDeadline) {
    S3Store lake(client(), "lake", {clock_.now_ms()});
    EXPECT_EQ(lake.open("x").error().kind, ErrorKind::deadline_near);
    EXPECT_EQ(lake.list("x").error().kind, ErrorKind::deadline_near);
    EXPECT_EQ(lake.remove("x").error().kind, ErrorKind::deadline_near);
    EXPECT_EQ((*lake.create("x", ""))->finish().error().kind, ErrorKind::deadline_near);
    EXPECT_THAT(lines_of_requests_, IsEmpty());
}

TEST_F(S3StoreTest, IsOpenedForAnS3Uri) {
    const auto lake = open_store({.bucket = "lake", .key = "a/b"}, {.client = &client()});
    ASSERT_TRUE(write_object(*lake, "a/c", "text/plain", "x"));
    EXPECT_THAT(lines_of_requests_, ElementsAre("PUT /lake/a/c"));
    const auto folder = open_store({.bucket = {}, .key = "/x"}, {});
    EXPECT_NE(dynamic_cast<FolderStore*>(folder.get()), nullptr);
}

}  // namespace
}  // namespace lake
