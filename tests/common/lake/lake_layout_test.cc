#include "common/lake/lake_layout.h"

#include <gtest/gtest.h>

namespace {

const lake::ExportSummary kSummary = {.export_id = "0169-a1"};
const lake::ExportDataFile kFile = {.name = "x.json.gz"};

TEST(LakeLayout, NamesFollowFromTheExport) {
    const lake::LakePlace place{.folder = {"lake", "orders/"}};
    EXPECT_EQ(lake::data_object(place, kSummary, kFile).text(),
              "s3://lake/orders/dt=00000000/0169-a1-x.json.gz");
    EXPECT_EQ(lake::success_marker(place, kSummary).text(),
              "s3://lake/orders/dt=00000000/_SUCCESS-0169-a1");
    EXPECT_EQ(lake::data_object_prefix(place, kSummary), "orders/dt=00000000/0169-a1-");
}

TEST(LakeLayout, TakesABucketsRootAFolderAndAnotherDay) {
    EXPECT_EQ(lake::data_object({.folder = {"lake", ""}}, kSummary, kFile).text(),
              "s3://lake/dt=00000000/0169-a1-x.json.gz");
    EXPECT_EQ(
        lake::data_object({.folder = {"", "/data"}, .dt = "20260101"}, kSummary, kFile).text(),
        "/data/dt=20260101/0169-a1-x.json.gz");
}

TEST(LakeLayout, KnowsAPartitionsValue) {
    for (const std::string& value : {std::string("00000000"), std::string("20261120"),
                                     std::string("a-Z_9"), std::string(64, '1')})
        EXPECT_TRUE(lake::is_dt(value)) << value;
    for (const std::string& value : {std::string(), std::string("a/b"), std::string(".."),
                                     std::string("a b"), std::string("é"), std::string(65, '1')})
        EXPECT_FALSE(lake::is_dt(value)) << value;
}

}  // namespace
