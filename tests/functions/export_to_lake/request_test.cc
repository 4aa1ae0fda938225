#include "functions/export_to_lake/request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using export_to_lake::parse_requests;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kSummary = "s3://exports/p/AWSDynamoDB/0169-a1/manifest-summary.json";

// Each as URI, or URI FILE.
std::vector<std::string> requests_of(const std::string& text) {
    const auto requests = parse_requests(text);
    if (!requests) {
        EXPECT_EQ(requests.error().kind, base::ErrorKind::event_invalid);
        return {"fault: " + requests.error().message};
    }
    std::vector<std::string> read;
    for (const export_to_lake::Request& request : *requests) {
        read.push_back(request.manifest_summary.text() +
                       (request.data_file.empty() ? "" : " " + request.data_file));
    }
    return read;
}

std::string record(const std::string& key) {
    return R"({"eventSource":"aws:s3","eventName":"ObjectCreated:Put",)"
           R"("s3":{"bucket":{"name":"exports"},"object":{"key":")" +
           key + R"("}}})";
}

TEST(ExportToLakeRequest, ReadsTheManualEvent) {
    EXPECT_THAT(requests_of(R"({"manifest_summary":")" + kSummary + R"("})"),
                ElementsAre(kSummary));
    EXPECT_THAT(
        requests_of(R"({"data_file":"s3://exports/x","manifest_summary":")" + kSummary + R"("})"),
        ElementsAre(kSummary + " s3://exports/x"));
}

TEST(ExportToLakeRequest, ReadsTheManifestsOfAnS3Event) {
    EXPECT_THAT(
        requests_of(R"({"Records":[)" + record("p/AWSDynamoDB/0169-a1/manifest-summary.json") +
                    "," + record("p/AWSDynamoDB/0169-a1/manifest-files.json") + "," +
                    record("p%3D1/b+c/AWSDynamoDB/0169-b2/manifest-summary.json") + "]}"),
        ElementsAre(kSummary, "s3://exports/p=1/b c/AWSDynamoDB/0169-b2/manifest-summary.json"));
    EXPECT_THAT(requests_of(R"({"Records":[)" + record("x/manifest-summary.json.bak") + "]}"),
                IsEmpty());
    EXPECT_THAT(requests_of(R"({"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"})"),
                IsEmpty());
}

TEST(ExportToLakeRequest, RefusesOtherEvents) {
    const auto refused = [](const std::string& text, const std::string& fault) {
        EXPECT_THAT(requests_of(text), ElementsAre(HasSubstr(fault))) << text;
    };
    for (const char* text : {"{}", "[]", "1", R"({"Records":[]})", R"({"manifest_summary":1})",
                             R"({"time":"2026-11-20T01:00:00Z"})"})
        refused(text, "neither one of S3 nor");
    refused("", "the event");
    refused(R"({"manifest_summary":")" + kSummary + R"(","datafile":"x"})", "neither one of S3");
    refused(R"({"manifest_summary":")" + kSummary + R"(","data_file":""})", "neither one of S3");
    refused(R"({"manifest_summary":")" + kSummary + R"(","data_file":1})", "neither one of S3");
    refused(R"({"manifest_summary":")" + kSummary + R"(","data_file":")" + std::string(1'201, 'a') +
                R"("})",
            "neither one of S3");
    refused(R"({"manifest_summary":"s3://b/)" + std::string(1'201, 'a') + R"("})",
            "neither one of S3");
    refused(R"({"manifest_summary":"/a/manifest-summary.json"})", "manifest_summary: use s3://");
    refused(R"({"manifest_summary":"s3://exports/a/manifest-files.json"})",
            "manifest_summary: use");
    refused(R"({"manifest_summary":"https://exports/manifest-summary.json"})",
            "manifest_summary: ");
}

class ChooseFiles : public testing::Test {
  protected:
    // The names of the chosen files.
    std::vector<std::string> chosen(const std::string& data_file) {
        const auto files = export_to_lake::choose_files({{}, data_file}, manifest_);
        if (!files) {
            EXPECT_EQ(files.error().kind, base::ErrorKind::event_invalid);
            return {"fault: " + files.error().message};
        }
        std::vector<std::string> names;
        for (const lake::ExportDataFile* file : *files)
            names.push_back(file->name);
        return names;
    }

    lake::ExportManifest manifest_ = {
        .summary_uri = {"exports", "p/AWSDynamoDB/0169-a1/manifest-summary.json"},
        .files = {
            {.uri = {"exports", "p/AWSDynamoDB/0169-a1/data/a.json.gz"}, .name = "a.json.gz"},
            {.uri = {"exports", "p/AWSDynamoDB/0169-a1/data/b.json.gz"}, .name = "b.json.gz"}}};
};

TEST_F(ChooseFiles, TakesAllWhereNoneIsNamed) {
    EXPECT_THAT(chosen(""), ElementsAre("a.json.gz", "b.json.gz"));
}

TEST_F(ChooseFiles, TakesAFileByItsUriOrKey) {
    EXPECT_THAT(chosen("s3://exports/p/AWSDynamoDB/0169-a1/data/b.json.gz"),
                ElementsAre("b.json.gz"));
    EXPECT_THAT(chosen("p/AWSDynamoDB/0169-a1/data/b.json.gz"), ElementsAre("b.json.gz"));
    // The key before the export was copied.
    EXPECT_THAT(chosen("old/AWSDynamoDB/0169-a1/data/a.json.gz"), ElementsAre("a.json.gz"));
}

TEST_F(ChooseFiles, RefusesAFileThatIsNotInTheExport) {
    for (const char* file : {"s3://exports/p/AWSDynamoDB/0169-a1/data/c.json.gz",
                             "s3://others/p/AWSDynamoDB/0169-a1/data/a.json.gz", "a.json.gz",
                             "p/AWSDynamoDB/0169-a1/data/", "xa.json.gz", "../a.json.gz"}) {
        EXPECT_THAT(chosen(file),
                    ElementsAre(testing::AllOf(HasSubstr(file), HasSubstr("none of the 2 files"))));
    }
}

}  // namespace
