#include "runtime/local/export_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/memory_store.h"

namespace local {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// A summary as AWS's page "DynamoDB table export output format" shows it, for this export.
std::string summary_of(const std::string& id, const std::string& table) {
    return R"({"version":"2020-06-30","exportArn":"arn:aws:dynamodb:us-east-1:123456789012:table/)" +
           table + "/export/" + id +
           R"(","startTime":"2020-11-04T07:28:34.028Z","endTime":"2020-11-04T07:33:43.897Z",)"
           R"("tableArn":"arn:aws:dynamodb:us-east-1:123456789012:table/)" +
           table +
           R"(","tableId":"12345a12-abcd-123a-ab12-1234abc12345",)"
           R"("exportTime":"2020-11-04T07:28:34.028Z","s3Bucket":"bucket","s3Prefix":null,)"
           R"("s3SseAlgorithm":"AES256","s3SseKmsKeyId":null,"manifestFilesS3Key":"AWSDynamoDB/)" +
           id +
           R"(/manifest-files.json","billedSizeBytes":0,"itemCount":8,"outputFormat":"DYNAMODB_JSON"})";
}

class ExportSearch : public testing::Test {
  protected:
    void add(const std::string& folder, const std::string& id,
             const std::string& table = "orders") {
        objects_.put(folder + "/" + id + "/manifest-summary.json", summary_of(id, table));
        objects_.put(folder + "/" + id + "/manifest-files.json", "");
        objects_.put(folder + "/" + id + "/_started", "");
    }
    base::Result<lake::ObjectUri> find(const std::string& key) {
        return find_export_manifest(store_, {.bucket = "b", .key = key});
    }
    std::string fault(const std::string& key) {
        const auto found = find(key);
        if (found) return "found " + found->text();
        EXPECT_EQ(found.error().kind, base::ErrorKind::data_invalid);
        return found.error().message;
    }

    tests::MemoryObjects objects_;
    tests::MemoryStore store_{objects_};
};

TEST_F(ExportSearch, TakesAManifestAsItIs) {
    const auto found = find("anywhere/manifest-summary.json");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->text(), "s3://b/anywhere/manifest-summary.json");
}

TEST_F(ExportSearch, FindsTheOneOfAFolder) {
    add("p/AWSDynamoDB", "01695353076000-a1b2c3d4");
    add("pq/AWSDynamoDB", "01695353076000-ffffffff");  // beside it, with a like name
    for (const char* key : {"p/AWSDynamoDB/01695353076000-a1b2c3d4",
                            "p/AWSDynamoDB/01695353076000-a1b2c3d4/", "p/AWSDynamoDB", "p", "p/"}) {
        const auto found = find(key);
        ASSERT_TRUE(found) << key << ": " << found.error().message;
        EXPECT_EQ(found->key, "p/AWSDynamoDB/01695353076000-a1b2c3d4/manifest-summary.json");
        EXPECT_EQ(found->bucket, "b");
    }
}

TEST_F(ExportSearch, FindsTheOneOfAWholeBucket) {
    add("AWSDynamoDB", "01695353076000-a1b2c3d4");
    const auto found = find("");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->key, "AWSDynamoDB/01695353076000-a1b2c3d4/manifest-summary.json");
}

TEST_F(ExportSearch, PassesOverUnfinishedExports) {
    add("AWSDynamoDB", "01695353076000-a1b2c3d4");
    objects_.put("AWSDynamoDB/01695353079999-bbbbbbbb/_started", "");
    EXPECT_TRUE(find("AWSDynamoDB"));
}

TEST_F(ExportSearch, ListsSeveral) {
    add("AWSDynamoDB", "01695353076000-a1b2c3d4");
    add("AWSDynamoDB", "01695353076001-cccccccc", "customers");
    EXPECT_EQ(
        fault("AWSDynamoDB"),
        "there are 2 finished exports below s3://b/AWSDynamoDB: name one of them\n"
        "  s3://b/AWSDynamoDB/01695353076000-a1b2c3d4/manifest-summary.json: orders, full, "
        "2020-11-04T07:28:34Z, 8 items\n"
        "  s3://b/AWSDynamoDB/01695353076001-cccccccc/manifest-summary.json: customers, full, "
        "2020-11-04T07:28:34Z, 8 items");
}

TEST_F(ExportSearch, ListsTwentyAtMost) {
    for (int i = 10; i < 35; ++i)
        add("AWSDynamoDB", "016953530760" + std::to_string(i) + "-a1b2c3d4");
    EXPECT_THAT(fault(""), AllOf(HasSubstr("there are 25 finished exports"),
                                 testing::EndsWith("\n  and 5 more")));
}

TEST_F(ExportSearch, NamesWhatIsNotFinished) {
    objects_.put("AWSDynamoDB/01695353079999-bbbbbbbb/_started", "");
    EXPECT_THAT(fault("AWSDynamoDB"),
                AllOf(HasSubstr("no finished export"),
                      HasSubstr("s3://b/AWSDynamoDB/01695353079999-bbbbbbbb was started")));
}

TEST_F(ExportSearch, SaysThatNothingIsThere) {
    EXPECT_EQ(
        fault("nowhere"),
        "there is no finished export below s3://b/nowhere: no manifest-summary.json is there");
}

TEST_F(ExportSearch, RefusesAnotherFileOfTheExport) {
    EXPECT_THAT(fault("AWSDynamoDB/01-a/manifest-files.json"),
                HasSubstr("is no export's manifest-summary.json: name that"));
    EXPECT_THAT(fault("AWSDynamoDB/01-a/data/x.json.gz"), HasSubstr("name that"));
}

TEST_F(ExportSearch, GivesTheStoresError) {
    tests::MemoryStore denied(objects_, [](tests::StoreCall, std::string_view) {
        return base::Error{base::ErrorKind::access_denied, "ListObjectsV2 b: 403 AccessDenied"};
    });
    const auto found = find_export_manifest(denied, {.bucket = "b", .key = "p"});
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind, base::ErrorKind::access_denied);
}

}  // namespace
}  // namespace local
