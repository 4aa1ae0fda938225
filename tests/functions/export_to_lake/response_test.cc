#include "functions/export_to_lake/response.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using export_to_lake::ExportOutcome;
using export_to_lake::write_response;

const ExportOutcome kOutcome = {.export_arn = "arn:x",
                                .files = {{"s3://e/a.json.gz", "s3://l/0-a.json.gz", 8}},
                                .items = 8,
                                .complete = true};

constexpr std::string_view kJson =
    R"({"export_arn":"arn:x","files":[{"data_file":"s3://e/a.json.gz",)"
    R"("object":"s3://l/0-a.json.gz","items":8}],"items":8,"complete":true})";

TEST(ExportToLakeResponse, TellsOfOneExport) {
    EXPECT_EQ(write_response({kOutcome}), kJson);
}

TEST(ExportToLakeResponse, TellsOfNoneAndOfSeveral) {
    EXPECT_EQ(write_response({}), R"({"exports":[]})");
    EXPECT_EQ(write_response({kOutcome, kOutcome}),
              R"({"exports":[)" + std::string(kJson) + "," + std::string(kJson) + "]}");
}

TEST(ExportToLakeResponse, StaysBelowLambdasLimit) {
    ExportOutcome large = kOutcome;
    // Of keys as long as S3 has them.
    large.files.assign(10'000,
                       {"s3://e/" + std::string(1024, 'a'), "s3://l/" + std::string(1024, 'b'), 1});
    for (const std::size_t exports : {1UL, 3UL}) {
        const std::string response = write_response(std::vector<ExportOutcome>(exports, large));
        EXPECT_LT(response.size(), 6UL << 20U);
        const std::string left_out =
            exports == 1 ? R"("files_left_out":8000)" : R"("files_left_out":9334)";
        EXPECT_NE(response.find(left_out), std::string::npos) << exports;
    }
}

}  // namespace
