#include "common/lake/export_manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/codec/base64.h"
#include "common/codec/digest.h"
#include "common/codec/hex.h"
#include "tests/support/export_files.h"

namespace {

using testing::AllOf;
using testing::HasSubstr;
using tests::ExportFiles;
using tests::MemoryObjects;
using tests::MemoryStore;

ExportFiles two_files() {
    return {.files = {tests::export_file("a.json.gz", {R"({"Item":{"id":{"S":"1"}}})"}),
                      tests::export_file("b.json.gz", {})}};
}

lake::ObjectUri summary_uri(const ExportFiles& files) {
    return {"bucket", files.summary_key()};
}

std::string fault_of(MemoryObjects& objects, const lake::ObjectUri& uri) {
    MemoryStore store(objects);
    const auto manifest = lake::read_export_manifest(store, uri);
    if (manifest) return "no fault";
    EXPECT_EQ(manifest.error().kind, base::ErrorKind::data_invalid);
    return manifest.error().message;
}

// The fault once `damage` has been done to the export's objects.
template <typename Damage>
std::string fault_after(const Damage& damage, const ExportFiles& files = two_files()) {
    MemoryObjects objects;
    files.put(objects);
    damage(objects, files);
    return fault_of(objects, summary_uri(files));
}

// manifest-files.json without a checksum, its text with a replacement.
std::string fault_of_files(const std::string& old, const std::string& replacement) {
    ExportFiles files = two_files();
    files.checksum_end = "";
    return fault_after(
        [&](MemoryObjects& objects, const ExportFiles& now) {
            std::string text = objects.find(now.files_key()).value();
            const std::size_t at = text.find(old);
            ASSERT_NE(at, std::string::npos) << old;
            objects.put(now.files_key(), text.replace(at, old.size(), replacement));
        },
        files);
}

base::Result<lake::ExportManifest> read(const ExportFiles& files) {
    MemoryObjects objects;
    files.put(objects);
    MemoryStore store(objects);
    return lake::read_export_manifest(store, summary_uri(files));
}

TEST(ExportManifest, ReadsAFullExport) {
    const ExportFiles files = two_files();
    const auto manifest = read(files);
    ASSERT_TRUE(manifest) << manifest.error().message;
    EXPECT_EQ(manifest->summary.item_count, 1);
    ASSERT_EQ(manifest->files.size(), 2U);
    const lake::ExportDataFile& file = manifest->files[0];
    EXPECT_EQ(file.uri.text(),
              "s3://bucket/exports/AWSDynamoDB/01695353076000-a1b2c3d4/data/a.json.gz");
    EXPECT_EQ(file.name, "a.json.gz");
    EXPECT_EQ(file.item_count, 1);
    EXPECT_EQ(file.md5, codec::md5(files.files[0].bytes));
    EXPECT_EQ(manifest->files[1].item_count, 0);
}

TEST(ExportManifest, FindsTheFilesOfAnExportThatWasCopied) {
    MemoryObjects there;
    two_files().put(there);
    MemoryObjects here;
    for (const auto& [key, bytes] : there.all())
        here.put("/copy/" + key.substr(key.find("AWSDynamoDB/") + 12), bytes);
    MemoryStore store(here);
    const auto manifest = lake::read_export_manifest(
        store, {"", "/copy/01695353076000-a1b2c3d4/manifest-summary.json"});
    ASSERT_TRUE(manifest) << manifest.error().message;
    EXPECT_EQ(manifest->files[0].uri.text(), "/copy/01695353076000-a1b2c3d4/data/a.json.gz");
}

TEST(ExportManifest, FindsTheSharedFilesOfAnIncrement) {
    ExportFiles files = two_files();
    files.incremental = true;
    const auto manifest = read(files);
    ASSERT_TRUE(manifest) << manifest.error().message;
    EXPECT_EQ(manifest->files[0].uri.key, "exports/AWSDynamoDB/data/a.json.gz");
}

TEST(ExportManifest, TakesAPrefixThatIsNamedAsTheFolderIs) {
    ExportFiles files = two_files();
    files.prefix = "AWSDynamoDB/old/";
    const auto manifest = read(files);
    ASSERT_TRUE(manifest) << manifest.error().message;
    EXPECT_EQ(manifest->files[0].uri.key, files.data_key(files.files[0]));
}

TEST(ExportManifest, TakesExportsWithoutChecksums) {
    ExportFiles files = two_files();
    files.checksum_end = "";
    files.files[0].md5_base64 = "";
    files.files[0].etag = "\"0123\"";
    const auto manifest = read(files);
    ASSERT_TRUE(manifest) << manifest.error().message;
    EXPECT_EQ(manifest->files[0].md5, "");
    EXPECT_EQ(manifest->files[0].etag, "0123");
}

// The fault where the checksum object of `name`.json holds `text`.
std::string fault_with_checksum(const std::string& name, const std::string& end,
                                const std::string& text) {
    ExportFiles files = two_files();
    files.checksum_end = "";
    return fault_after(
        [&](MemoryObjects& objects, const ExportFiles& now) {
            objects.put(now.folder() + name + end, text);
        },
        files);
}

TEST(ExportManifest, ChecksTheManifestsByEitherNameAndForm) {
    const ExportFiles files = two_files();
    const std::map<std::string, std::string> texts = {{"manifest-summary", files.summary_json()},
                                                      {"manifest-files", files.files_json()}};
    for (const auto& [name, text] : texts) {
        const std::string md5 = codec::md5(text);
        for (const std::string end : {".checksum", ".md5"}) {
            EXPECT_EQ(fault_with_checksum(name, end, codec::base64_encode(md5)), "no fault");
            EXPECT_EQ(fault_with_checksum(name, end, codec::hex_lower(md5) + '\n'), "no fault");
            EXPECT_THAT(fault_with_checksum(name, end, codec::hex_lower(codec::md5("other"))),
                        HasSubstr(std::string(name).append(".json: its MD5 is not the one in ")));
            EXPECT_THAT(fault_with_checksum(name, end, "no checksum"),
                        HasSubstr(std::string(end).append(": it is no MD5 checksum")));
        }
    }
}

TEST(ExportManifest, ComparesTheCounts) {
    ExportFiles files = two_files();
    files.item_count = 2;
    EXPECT_THAT(fault_after([](MemoryObjects&, const ExportFiles&) {}, files),
                HasSubstr("its 2 files have 1 items, and the summary says 2"));
}

TEST(ExportManifest, TellsTheExportThatIsNotFinished) {
    const auto without_summary = [](MemoryObjects& objects, const ExportFiles& files) {
        objects.remove(files.summary_key());
    };
    EXPECT_THAT(fault_after(without_summary), HasSubstr("the export is not finished"));
    EXPECT_THAT(fault_after([&](MemoryObjects& objects, const ExportFiles& files) {
                    objects.remove(files.summary_key());
                    objects.remove(files.folder() + "_started");
                }),
                HasSubstr("manifest-summary.json: there is no such object"));
    EXPECT_THAT(fault_after([](MemoryObjects& objects, const ExportFiles& files) {
                    objects.remove(files.files_key());
                }),
                HasSubstr("manifest-files.json: there is no such object"));
}

TEST(ExportManifest, WantsTheSummarysOwnName) {
    MemoryObjects objects;
    for (const char* key : {"a/manifest-files.json", "manifest-summary.json", "a/b/", ""})
        EXPECT_THAT(fault_of(objects, {"bucket", key}), HasSubstr("no export's summary")) << key;
}

TEST(ExportManifest, NamesTheLineOfABadFile) {
    EXPECT_THAT(fault_of_files(R"({"itemCount":0)", R"({"itemCount":"0")"),
                HasSubstr("manifest-files.json: line 2: itemCount"));
    EXPECT_THAT(fault_of_files(R"({"itemCount":1)", R"({"itemCount":-1)"), HasSubstr("line 1"));
    EXPECT_THAT(fault_of_files(R"({"itemCount":0)", "{"), HasSubstr("line 2"));
    EXPECT_THAT(fault_of_files(R"({"itemCount":0)", R"(7 {"itemCount":0)"), HasSubstr("line 2"));
    EXPECT_THAT(fault_of_files("md5Checksum\":\"", "md5Checksum\":\"AA"),
                HasSubstr("line 1: md5Checksum is no MD5"));
    EXPECT_THAT(fault_of_files("dataFileS3Key", "key"), HasSubstr("dataFileS3Key is missing"));
    EXPECT_THAT(fault_of_files("b.json.gz", "a.json.gz"),
                HasSubstr("line 2: the data file a.json.gz stands there twice"));
    EXPECT_THAT(fault_of_files(R"({"itemCount":1)", R"({"itemCount":9223372036854775807)"),
                HasSubstr("9223372036854775807"));
}

TEST(ExportManifest, RefusesNamesThatLeadElsewhere) {
    for (const char* name : {"", "../a.json.gz", "..", ".", "a/b.json.gz", "a%2Fb", "a b", "_\\n",
                             "\xC3\xA4", "a\\\\b"})
        EXPECT_THAT(fault_of_files("a.json.gz", name), HasSubstr("line 1: dataFileS3Key is not"))
            << name;
    EXPECT_THAT(fault_of_files("a.json.gz", std::string(300, 'a')), HasSubstr("is not"));
    EXPECT_THAT(fault_of_files("AWSDynamoDB/01695353076000-a1b2c3d4", "AWSDynamoDB/other"),
                HasSubstr("dataFileS3Key is not AWSDynamoDB/01695353076000-a1b2c3d4/data/NAME"));
    EXPECT_THAT(fault_of_files("exports/AWSDynamoDB", "exportsAWSDynamoDB"), HasSubstr("is not"));
}

TEST(ExportManifest, PassesTheStoresErrorsOn) {
    const ExportFiles files = two_files();
    const base::Error denied{base::ErrorKind::access_denied, "403 AccessDenied", "AccessDenied"};
    MemoryObjects objects;
    files.put(objects);
    for (const std::string end :
         {"manifest-", "manifest-summary.json", "manifest-files.json", "manifest-files.checksum"}) {
        MemoryStore store(objects, [&](tests::StoreCall, std::string_view key) {
            return key.ends_with(end) ? std::optional(denied) : std::nullopt;
        });
        const auto manifest = lake::read_export_manifest(store, summary_uri(files));
        ASSERT_FALSE(manifest) << end;
        EXPECT_EQ(manifest.error().kind, base::ErrorKind::access_denied) << end;
    }
}

}  // namespace
