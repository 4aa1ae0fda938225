#include "common/lake/data_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/codec/base64.h"
#include "common/codec/digest.h"
#include "common/codec/gzip.h"
#include "common/codec/hex.h"
#include "tests/support/export_files.h"

namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using tests::ExportFiles;
using tests::MemoryObjects;
using tests::MemoryStore;
using tests::StoreCall;

const std::string kA = R"({"Item":{"id":{"S":"a"},"n":{"N":"1"}}})";
const std::string kB = R"({"Item":{"id":{"S":"b"}}})";
const std::string kLines =
    R"({"id":"a","n":1,"__operation":"INSERT","__event_time_ms":1695353076000})"
    "\n"
    R"({"id":"b","__operation":"INSERT","__event_time_ms":1695353076000})"
    "\n";
const std::string kObject = "orders/dt=00000000/01695353076000-a1b2c3d4-a.json.gz";

// An export in a bucket of its own, and a lake.
struct World {
    ExportFiles files = {.files = {tests::export_file("a.json.gz", {kA, kB})}};
    MemoryObjects exports{};
    MemoryObjects lake{};
    lake::LakePlace place = {.folder = {"lake", "orders/"}};
    dynamodb::LineSettings settings{};
    tests::StoreFault source_fault{};
    tests::StoreFault lake_fault{};
    lake::DataFileProgress progress{};

    lake::ExportManifest manifest() {
        files.put(exports);
        MemoryStore store(exports);
        auto read = lake::read_export_manifest(store, {"exports-bucket", files.summary_key()});
        EXPECT_TRUE(read) << read.error().message;
        return read ? *read : lake::ExportManifest{};
    }
    base::Result<lake::DataFileCounts> convert(std::size_t file = 0) {
        const lake::ExportManifest read = manifest();
        MemoryStore source(exports, source_fault);
        MemoryStore target(lake, lake_fault);
        return lake::convert_data_file({source, target}, read.summary, read.files.at(file), place,
                                       settings, progress);
    }
    bool converted() {
        const lake::ExportManifest read = manifest();
        MemoryStore target(lake, lake_fault);
        const auto done =
            lake::is_converted(target, read.summary, read.files.at(0), place, settings);
        EXPECT_TRUE(done) << done.error().message;
        return done && *done;
    }
    base::Result<bool> complete() {
        const lake::ExportManifest read = manifest();
        MemoryStore target(lake, lake_fault);
        return lake::complete_export(target, read, place);
    }
    // The fault; nothing half-written is visible after it.
    std::string fault() {
        const auto counts = convert();
        EXPECT_FALSE(counts) << "no fault";
        EXPECT_TRUE(lake.all().empty());
        if (counts) return "no fault";
        EXPECT_EQ(counts.error().kind, base::ErrorKind::data_invalid);
        EXPECT_THAT(counts.error().message,
                    StartsWith("s3://exports-bucket/exports/AWSDynamoDB/01695353076000-a1b2c3d4/"
                               "data/a.json.gz"));
        return counts.error().message;
    }
};

World world_of(std::string bytes, std::int64_t item_count) {
    return {
        .files = {
            .files = {{.name = "a.json.gz", .bytes = std::move(bytes), .item_count = item_count}}}};
}

std::string inflated(const MemoryObjects& objects, const std::string& key) {
    const auto bytes = objects.find(key);
    if (!bytes) return "no object";
    return codec::gzip_decompress(*bytes, 1UL << 30U).value();
}

TEST(DataFile, BecomesItsChangeLines) {
    World world;
    const auto counts = world.convert();
    ASSERT_TRUE(counts) << counts.error().message;
    EXPECT_EQ(inflated(world.lake, kObject), kLines);
    EXPECT_EQ(counts->items, 2);
    EXPECT_EQ(counts->bytes_read, world.files.files[0].bytes.size());
    EXPECT_EQ(counts->bytes_inflated, kA.size() + kB.size() + 2);
    EXPECT_EQ(counts->bytes_written, world.lake.find(kObject)->size());
    EXPECT_EQ(world.lake.all().size(), 1U);
}

TEST(DataFile, GivesTheSameBytesAgain) {
    World world;
    ASSERT_TRUE(world.convert());
    const auto first = world.lake.find(kObject);
    ASSERT_TRUE(world.convert());
    EXPECT_EQ(world.lake.find(kObject), first);
}

TEST(DataFile, ReadsWhateverGzipAndNewlinesItHas) {
    const std::string no_newline = codec::gzip_compress(kA + "\n" + kB);
    const std::string members = codec::gzip_compress(kA.substr(0, 9)) +
                                codec::gzip_compress(kA.substr(9) + "\n" + kB + "\n") +
                                codec::gzip_compress("");
    const std::string returns = codec::gzip_compress(kA + "\r\n" + kB + "\r\n");
    for (const std::string& bytes : {no_newline, members, returns}) {
        World world = world_of(bytes, 2);
        ASSERT_TRUE(world.convert());
        EXPECT_EQ(inflated(world.lake, kObject), kLines);
    }
}

TEST(DataFile, AnEmptyFileIsAnEmptyObject) {
    for (const std::string& bytes : {codec::gzip_compress(""), std::string()}) {
        World world = world_of(bytes, 0);
        const auto counts = world.convert();
        ASSERT_TRUE(counts) << counts.error().message;
        EXPECT_EQ(counts->items, 0);
        EXPECT_EQ(inflated(world.lake, kObject), "");
    }
}

TEST(DataFile, NamesTheLineOfAFault) {
    EXPECT_THAT(world_of(codec::gzip_compress(kA + "\n{\"Item\":{\n" + kB + "\n"), 3).fault(),
                HasSubstr("a.json.gz line 2: the export's line"));
    EXPECT_THAT(world_of(codec::gzip_compress(kA + "\n\n" + kB + "\n"), 2).fault(),
                HasSubstr("a.json.gz line 2: "));
    EXPECT_THAT(world_of(codec::gzip_compress("{\"Item\":{\"a\":{\"S\":\"\n"), 1).fault(),
                HasSubstr("a.json.gz line 1: "));
    EXPECT_THAT(
        world_of(codec::gzip_compress(kA + "\n" + std::string(17UL << 20U, ' '), 1), 1).fault(),
        HasSubstr("a.json.gz line 2: the line has more than 16777216 bytes"));
}

TEST(DataFile, RefusesGzipThatIsCutOffWherever) {
    const std::string gzip = tests::export_file("a.json.gz", {kA, kB}).bytes;
    for (std::size_t bytes = 1; bytes < gzip.size(); ++bytes) {
        EXPECT_THAT(world_of(gzip.substr(0, bytes), 2).fault(), HasSubstr("gzip: cut off"));
    }
    EXPECT_THAT(world_of("", 2).fault(), HasSubstr("it has 0 items, and the manifest says 2"));
    EXPECT_THAT(world_of("no gzip", 2).fault(), HasSubstr("a.json.gz line 1: gzip: "));
    EXPECT_THAT(world_of(gzip + "more", 2).fault(), HasSubstr("gzip: "));
}

TEST(DataFile, RefusesAnotherCountOrChecksum) {
    World world;
    world.files.files[0].item_count = 3;
    EXPECT_THAT(world.fault(), HasSubstr("it has 2 items, and the manifest says 3"));

    World changed;
    changed.files.files[0].md5_base64 = codec::base64_encode(codec::md5("other"));
    EXPECT_THAT(
        changed.fault(),
        AllOf(HasSubstr("its MD5 is " + codec::hex_lower(codec::md5(changed.files.files[0].bytes))),
              HasSubstr("manifest says " + codec::hex_lower(codec::md5("other")))));
}

// S3's page "Checking object integrity": the ETag of an object that was put at once is its MD5.
TEST(DataFile, LooksAtTheETagWhereThereIsNoMd5) {
    const std::string md5 = codec::md5(tests::export_file("a.json.gz", {kA, kB}).bytes);
    const std::string one_part = codec::hex_lower(codec::md5(md5)) + "-1";
    for (const std::string& etag :
         {codec::hex_lower(md5), one_part, std::string("0123-7"), std::string()}) {
        World world;
        world.files.files[0].md5_base64 = "";
        world.files.files[0].etag = etag;
        EXPECT_TRUE(world.convert()) << etag;
    }
    for (const std::string& etag : {codec::hex_lower(codec::md5("other")), std::string("0123-1")}) {
        World world;
        world.files.files[0].md5_base64 = "";
        world.files.files[0].etag = etag;
        EXPECT_THAT(world.fault(), HasSubstr("the manifest's ETag " + etag));
    }
}

TEST(DataFile, LeavesNothingWhereAStoreFails) {
    const base::Error failed{base::ErrorKind::service_failed, "500 InternalError"};
    for (const StoreCall call : {StoreCall::open, StoreCall::read}) {
        World world;
        world.source_fault = [&](StoreCall now, std::string_view) {
            return now == call ? std::optional(failed) : std::nullopt;
        };
        EXPECT_EQ(world.convert().error().message, failed.message);
        EXPECT_TRUE(world.lake.all().empty());
    }
    for (const StoreCall call : {StoreCall::create, StoreCall::write, StoreCall::finish}) {
        World world;
        world.lake_fault = [&](StoreCall now, std::string_view) {
            return now == call ? std::optional(failed) : std::nullopt;
        };
        EXPECT_EQ(world.convert().error().message, failed.message);
        EXPECT_TRUE(world.lake.all().empty());
    }
}

TEST(DataFile, TellsItsProgressAndStopsWhereItIsTold) {
    std::vector<std::string> lines;
    lines.reserve(40'000);
    for (int i = 0; i < 40'000; ++i)
        lines.push_back(R"({"Item":{"id":{"N":")" + std::to_string(i) +
                        R"("},"text":{"S":"the same text in each of the items"}}})");
    World world;
    world.files.files = {tests::export_file("a.json.gz", lines)};
    std::vector<lake::DataFileCounts> told;
    world.progress = [&](const lake::DataFileCounts& so_far) -> base::Result<base::Done> {
        told.push_back(so_far);
        return base::Done{};
    };
    const auto counts = world.convert();
    ASSERT_TRUE(counts);
    EXPECT_EQ(counts->items, 40'000);
    const std::uint64_t mebibytes = counts->bytes_inflated >> 20U;
    ASSERT_GE(mebibytes, 2U);
    EXPECT_LE(told.size(), mebibytes);
    EXPECT_GE(told.size() + 1, mebibytes);
    EXPECT_LT(told[0].items, told[1].items);

    World stopped;
    stopped.files = world.files;
    stopped.progress = [](const lake::DataFileCounts&) -> base::Result<base::Done> {
        return base::Error{base::ErrorKind::deadline_near, "no time"};
    };
    EXPECT_EQ(stopped.convert().error().kind, base::ErrorKind::deadline_near);
    EXPECT_TRUE(stopped.lake.all().empty());
}

TEST(DataFile, IsConvertedOnceItsObjectIsThere) {
    World world;
    EXPECT_FALSE(world.converted());
    ASSERT_TRUE(world.convert());
    EXPECT_TRUE(world.converted());
}

TEST(DataFile, IsNotConvertedByWhatComesOfAnotherFileOrOtherSettings) {
    const auto still = [](auto change) {
        World world;
        EXPECT_TRUE(world.convert());
        change(world);
        return world.converted();
    };
    EXPECT_TRUE(still([](World&) {}));
    EXPECT_FALSE(still([](World& world) { world.settings.shape = dynamodb::LineShape::envelope; }));
    EXPECT_FALSE(still([](World& world) { world.settings.names = dynamodb::LineNames::lower; }));
    EXPECT_FALSE(still([](World& world) { world.settings.numbers = dynamodb::LineNumbers::text; }));
    EXPECT_FALSE(still([](World& world) { world.settings.metadata.ttl_delete = false; }));
    EXPECT_FALSE(still([](World& world) { world.settings.metadata_prefix = "_"; }));
    EXPECT_FALSE(still(
        [](World& world) { world.files.files = {tests::export_file("a.json.gz", {kB, kA})}; }));
    EXPECT_FALSE(still([](World& world) { world.files.table_name = "others"; }));
    for (const std::string& other :
         {std::string(), std::string("no gzip"), codec::gzip_compress("lines of somebody else")})
        EXPECT_FALSE(still([&](World& world) { world.lake.put(kObject, other); }));
}

TEST(DataFile, TellsThatItCannotLook) {
    World world;
    ASSERT_TRUE(world.convert());
    const lake::ExportManifest manifest = world.manifest();
    for (const StoreCall call : {StoreCall::open, StoreCall::read}) {
        MemoryStore store(world.lake, [&](StoreCall now, std::string_view) {
            return now == call ? std::optional(base::Error{base::ErrorKind::access_denied, "403"})
                               : std::nullopt;
        });
        const auto converted = lake::is_converted(store, manifest.summary, manifest.files[0],
                                                  world.place, world.settings);
        EXPECT_EQ(converted.error().kind, base::ErrorKind::access_denied);
    }
}

TEST(CompleteExport, MarksWhenAllObjectsAreThere) {
    World world;
    world.files.files.push_back(tests::export_file("b.json.gz", {}));
    ASSERT_TRUE(world.convert(0));
    EXPECT_EQ(world.complete().value(), false);
    EXPECT_EQ(world.lake.all().size(), 1U);
    ASSERT_TRUE(world.convert(1));
    EXPECT_EQ(world.complete().value(), true);
    EXPECT_EQ(world.lake.find("orders/dt=00000000/_SUCCESS-01695353076000-a1b2c3d4"),
              R"({"export_arn":"arn:aws:dynamodb:eu-west-1:123456789012:table/orders/export/)"
              R"(01695353076000-a1b2c3d4",)"
              R"("table_arn":"arn:aws:dynamodb:eu-west-1:123456789012:table/orders",)"
              R"("export_type":"full","time":"2023-09-22T03:24:36.000Z","files":2,"items":2})");
}

TEST(CompleteExport, SaysWhenAnIncrementEnds) {
    World world;
    world.files.incremental = true;
    world.files.files = {};
    EXPECT_EQ(world.complete().value(), true);
    EXPECT_THAT(world.lake.find("orders/dt=00000000/_SUCCESS-01695353076000-a1b2c3d4").value(),
                AllOf(HasSubstr(R"("export_type":"incremental","time":"2023-09-22T03:24:36.000Z")"),
                      Not(HasSubstr("2023-09-21"))));
}

TEST(CompleteExport, PassesTheStoresErrorsOn) {
    for (const StoreCall call : {StoreCall::list, StoreCall::create, StoreCall::finish}) {
        World world;
        ASSERT_TRUE(world.convert());
        world.lake_fault = [&](StoreCall now, std::string_view) {
            return now == call ? std::optional(base::Error{base::ErrorKind::access_denied, "403"})
                               : std::nullopt;
        };
        EXPECT_EQ(world.complete().error().kind, base::ErrorKind::access_denied);
        EXPECT_EQ(world.lake.all().size(), 1U);
    }
}

}  // namespace
