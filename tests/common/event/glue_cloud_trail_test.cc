#include "common/event/glue_cloud_trail.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/common/event/glue_envelope.h"

namespace {

using event::GlueChange;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::cloud_trail_event;
using tests::glue_event_error;
using tests::parsed_glue_event;
using tests::table_paths;
using Values = event::GluePartitionValues;

TEST(GlueCloudTrail, ReadsCreateTable) {
    const auto event = parsed_glue_event(
        cloud_trail_event("CreateTable", R"({"databaseName":"a__b","tableInput":{"name":"t"}})"));
    EXPECT_EQ(event.id, "trail-id");
    EXPECT_EQ(event.name, "CreateTable");
    EXPECT_EQ(event.region, "eu-west-1");
    EXPECT_EQ(event.time_ms, 1'795'136'400'000);  // the call's, not the envelope's 5 s later
    EXPECT_EQ(event.change, GlueChange::table_written);
    // The catalog's owner, not the caller.
    EXPECT_THAT(table_paths(event), ElementsAre("123456789012/a__b/t"));
}

// The request structures of the Glue API reference, their members decapitalised.
TEST(GlueCloudTrail, FindsTheTableWhereEachCallHasIt) {
    const std::vector<std::tuple<std::string, std::string, GlueChange>> cases{
        {"CreateTable",
         R"({"databaseName":"d","name":"t","openTableFormatInput":{"icebergInput":{"metadataOperation":"CREATE"}}})",
         GlueChange::table_written},
        {"UpdateTable", R"({"databaseName":"d","tableInput":{"name":"t"},"skipArchive":true})",
         GlueChange::table_written},
        {"UpdateTable", R"({"databaseName":"d","name":"t","updateOpenTableFormatInput":{}})",
         GlueChange::table_written},
        {"UpdateTable", R"({"databaseName":"d","name":"t","tableInput":{"name":"t"}})",
         GlueChange::table_written},
        {"DeleteTable", R"({"databaseName":"d","name":"t"})", GlueChange::table_deleted},
        {"BatchDeleteTable", R"({"databaseName":"d","tablesToDelete":["t"]})",
         GlueChange::table_deleted},
        {"CreatePartition", R"({"databaseName":"d","tableName":"t"})",
         GlueChange::partitions_changed},
        {"BatchCreatePartition", R"({"databaseName":"d","tableName":"t"})",
         GlueChange::partitions_changed},
        {"UpdatePartition", R"({"databaseName":"d","tableName":"t"})",
         GlueChange::partitions_changed},
        {"BatchUpdatePartition", R"({"databaseName":"d","tableName":"t"})",
         GlueChange::partitions_changed},
        {"DeletePartition", R"({"databaseName":"d","tableName":"t"})",
         GlueChange::partitions_changed},
        {"BatchDeletePartition", R"({"databaseName":"d","tableName":"t"})",
         GlueChange::partitions_changed},
    };
    for (const auto& [name, parameters, change] : cases) {
        const auto event = parsed_glue_event(cloud_trail_event(name, parameters));
        EXPECT_THAT(table_paths(event), ElementsAre("123456789012/d/t")) << name << parameters;
        EXPECT_EQ(event.change, change) << name;
    }
}

TEST(GlueCloudTrail, LooksAtBothNamesWhereACallHasTwo) {
    EXPECT_THAT(
        table_paths(parsed_glue_event(cloud_trail_event(
            "UpdateTable", R"({"databaseName":"d","name":"new","tableInput":{"name":"old"}})"))),
        ElementsAre("123456789012/d/old", "123456789012/d/new"));
}

TEST(GlueCloudTrail, FindsTheDatabase) {
    const auto deleted = parsed_glue_event(cloud_trail_event("DeleteDatabase", R"({"name":"d"})"));
    EXPECT_EQ(deleted.change, GlueChange::database_deleted);
    EXPECT_THAT(table_paths(deleted), ElementsAre("123456789012/d/"));
    for (const auto& [name, parameters] : std::vector<std::pair<std::string, std::string>>{
             {"CreateDatabase", R"({"databaseInput":{"name":"d"}})"},
             {"UpdateDatabase", R"({"name":"d","databaseInput":{"name":"e"}})"}}) {
        const auto event = parsed_glue_event(cloud_trail_event(name, parameters));
        EXPECT_EQ(event.change, GlueChange::other);
        EXPECT_THAT(table_paths(event), ElementsAre("123456789012/d/"));
    }
}

TEST(GlueCloudTrail, ReadsOtherCallsAsNoChange) {
    for (const std::string name :
         {"DeleteTableVersion", "BatchDeleteTableVersion", "UpdateColumnStatisticsForTable",
          "UpdateColumnStatisticsForPartition", "DeleteColumnStatisticsForTable", "GetTable",
          "StartCrawler", "createTable"}) {
        const auto event = parsed_glue_event(
            cloud_trail_event(name, R"({"databaseName":"d","tableName":"t","name":"t"})"));
        EXPECT_EQ(event.change, GlueChange::other) << name;
        EXPECT_EQ(parsed_glue_event(cloud_trail_event(name, "null")).tables.size(), 0U);
    }
}

TEST(GlueCloudTrail, KnowsWhoseTheCatalogIs) {
    const std::string names = R"("databaseName":"d","tableInput":{"name":"t"})";
    const auto path = [&](const std::string& parameters, const std::string& recipient) {
        return table_paths(parsed_glue_event(tests::glue_envelope(
                               "AWS API Call via CloudTrail",
                               R"({"eventSource":"glue.amazonaws.com","eventName":"UpdateTable",)" +
                                   recipient + R"("requestParameters":)" + parameters + "}")))
            .at(0);
    };
    const std::string recipient = R"("recipientAccountId":"123456789012",)";
    EXPECT_EQ(path(R"({"catalogId":"444455556666",)" + names + "}", recipient), "444455556666/d/t");
    EXPECT_EQ(path(R"({"catalogId":"444455556666:s3tablescatalog/lake",)" + names + "}", recipient),
              "444455556666:s3tablescatalog/lake/d/t");
    EXPECT_EQ(path("{" + names + "}", recipient), "123456789012/d/t");
    EXPECT_EQ(path("{" + names + "}", ""), "111122223333/d/t");
}

TEST(GlueCloudTrail, NamesTablesAsGlueStoresThem) {
    EXPECT_THAT(
        table_paths(parsed_glue_event(cloud_trail_event(
            "CreateTable", R"({"databaseName":"Sales__EU","tableInput":{"name":"Ördérs"}})"))),
        ElementsAre("123456789012/sales__eu/Ördérs"));
}

TEST(GlueCloudTrail, LeavesOutTheTablesOfABatchThatFailed) {
    const auto deleted = [](const std::string& names, const std::string& answer) {
        return parsed_glue_event(cloud_trail_event(
            "BatchDeleteTable", R"({"databaseName":"d","tablesToDelete":)" + names + "}",
            R"(,"responseElements":)" + answer));
    };
    const std::string failed =
        R"({"errors":[{"tableName":"u","errorDetail":{"errorCode":"EntityNotFoundException"}}]})";
    EXPECT_THAT(table_paths(deleted(R"(["t","u","v"])", failed)),
                ElementsAre("123456789012/d/t", "123456789012/d/v"));
    EXPECT_EQ(deleted(R"(["t","u"])", failed).error_code, "");
    EXPECT_EQ(deleted(R"(["u"])", failed).error_code, "EntityNotFoundException");
    EXPECT_EQ(deleted(R"(["u"])", R"({"errors":[{"tableName":"u"}]})").error_code,
              "an error for each");
    for (const std::string answer : {"null", "{}", R"({"omitted":true})", R"({"errors":[]})",
                                     R"({"errors":[7,{"tableName":1}]})"})
        EXPECT_EQ(deleted(R"(["t","u"])", answer).tables.size(), 2U) << answer;
}

TEST(GlueCloudTrail, ReadsThePartitionsOfEachCall) {
    const std::string input =
        R"({"values":["2024","01"],"storageDescriptor":{"location":"s3://b/"}})";
    const std::string other = R"({"values":["2024","02, 03"]})";
    const Values first{"2024", "01"};
    const Values second{"2024", "02, 03"};
    const std::vector<std::tuple<std::string, std::string, std::vector<Values>>> cases{
        {"CreatePartition", R"("partitionInput":)" + input, {first}},
        {"BatchCreatePartition",
         R"("partitionInputList":[)" + input + "," + other + "]",
         {first, second}},
        {"UpdatePartition",
         R"("partitionValueList":["2024","01"],"partitionInput":)" + input,
         {first}},
        {"UpdatePartition",  // it changes the values: both places are touched
         R"("partitionValueList":["2024","01"],"partitionInput":)" + other,
         {first, second}},
        {"UpdatePartition", R"("partitionValueList":["2024","01"],"partitionInput":{})", {first}},
        {"BatchUpdatePartition",
         R"("entries":[{"partitionValueList":["2024","01"],"partitionInput":)" + other + "}]",
         {first, second}},
        {"DeletePartition", R"("partitionValues":["2024","01"])", {first}},
        {"BatchDeletePartition",
         R"("partitionsToDelete":[)" + input + "," + other + "]",
         {first, second}},
    };
    for (const auto& [name, parameters, partitions] : cases) {
        const auto event = parsed_glue_event(
            cloud_trail_event(name, R"({"databaseName":"d","tableName":"t",)" + parameters + "}"));
        EXPECT_EQ(event.partitions, partitions) << name;
        EXPECT_TRUE(event.partitions_are_complete) << name;
    }
}

TEST(GlueCloudTrail, SaysWhereAPartitionCannotBeRead) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"CreatePartition", ""},
        {"CreatePartition", R"(,"partitionInput":{})"},
        {"CreatePartition", R"(,"partitionInput":{"values":[]})"},
        {"CreatePartition", R"(,"partitionInput":{"values":"2024"})"},
        {"BatchCreatePartition", ""},
        {"BatchCreatePartition", R"(,"partitionInputList":[])"},
        {"BatchCreatePartition", R"(,"partitionInputList":[{"values":["1"]},{"values":[1]}])"},
        {"BatchCreatePartition", R"(,"partitionInputList":[{"values":["1"]},7])"},
        {"UpdatePartition", R"(,"partitionInput":{"values":["1"]})"},
        {"BatchUpdatePartition", R"(,"entries":[{}])"},
        {"DeletePartition", R"(,"partitionValues":[])"},
        {"BatchDeletePartition", R"(,"partitionsToDelete":[{"values":["1"]},{}])"},
    };
    for (const auto& [name, parameters] : cases) {
        const auto event = parsed_glue_event(
            cloud_trail_event(name, R"({"databaseName":"d","tableName":"t")" + parameters + "}"));
        EXPECT_FALSE(event.partitions_are_complete) << name << parameters;
        EXPECT_EQ(event.error_code, "") << name;
    }
}

TEST(GlueCloudTrail, LeavesOutThePartitionsOfABatchThatFailed) {
    const std::string answer =
        R"(,"responseElements":{"errors":[{"partitionValues":["1"],"partitionValueList":["2"],)"
        R"("errorDetail":{"errorCode":"AlreadyExistsException"}}]})";
    const auto changed = [&](const std::string& name, const std::string& parameters) {
        return parsed_glue_event(cloud_trail_event(
            name, R"({"databaseName":"d","tableName":"t",)" + parameters + "}", answer));
    };
    const std::string inputs = R"("partitionInputList":[{"values":["1"]})";
    EXPECT_THAT(changed("BatchCreatePartition", inputs + R"(,{"values":["3"]}])").partitions,
                ElementsAre(Values{"3"}));
    // Neither the old values nor the new ones of an entry that failed.
    EXPECT_THAT(
        changed("BatchUpdatePartition",
                R"("entries":[{"partitionValueList":["2"],"partitionInput":{"values":["9"]}},)"
                R"({"partitionValueList":["4"],"partitionInput":{"values":["4"]}}])")
            .partitions,
        ElementsAre(Values{"4"}));
    const auto all = changed("BatchCreatePartition", inputs + "]");
    EXPECT_THAT(all.partitions, IsEmpty());
    EXPECT_EQ(all.error_code, "AlreadyExistsException");
}

TEST(GlueCloudTrail, KeepsWhyACallFailed) {
    const auto event = parsed_glue_event(
        cloud_trail_event("CreateTable", "null", R"(,"errorCode":"AlreadyExistsException")"));
    EXPECT_EQ(event.error_code, "AlreadyExistsException");
    EXPECT_THAT(event.tables, IsEmpty());
}

TEST(GlueCloudTrail, RefusesAChangeWithoutItsNames) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"CreateTable", "null"},
        {"CreateTable", R"({"omitted":true,"originalSize":123456,"reason":"too large"})"},
        {"UpdateTable", R"({"databaseName":"d"})"},
        {"CreateTable", R"({"databaseName":1,"tableInput":{"name":"t"}})"},
        {"DeleteTable", R"({"databaseName":"d","name":""})"},
        {"BatchDeleteTable", R"({"databaseName":"d","tablesToDelete":["t",7]})"},
        {"BatchDeleteTable", R"({"databaseName":"d","tablesToDelete":[]})"},
        {"BatchCreatePartition", R"({"omitted":true})"},
        {"BatchCreatePartition", "null"},
        {"DeletePartition", R"({"databaseName":"d"})"},
        {"DeleteDatabase", R"({"omitted":true})"},
    };
    for (const auto& [name, parameters] : cases) {
        const auto event = event::parse_glue_event(cloud_trail_event(name, parameters));
        ASSERT_FALSE(event) << name << parameters;
        EXPECT_EQ(event.error().code, name.ends_with("Partition") ? event::kPartitionsWithoutTable
                                                                  : event::kEventWithoutTable);
        EXPECT_THAT(event.error().message, HasSubstr(name + " event trail-id does not name its "));
        EXPECT_THAT(event.error().message, HasSubstr("reconcile"));
    }
}

TEST(GlueCloudTrail, RefusesWhatIsNoCallOfGlue) {
    const auto record = [](const std::string& detail) {
        return tests::glue_envelope("AWS API Call via CloudTrail", detail);
    };
    EXPECT_THAT(
        glue_event_error(record(R"({"eventSource":"s3.amazonaws.com","eventName":"CreateTable"})")),
        HasSubstr("eventSource"));
    EXPECT_THAT(glue_event_error(record(R"({"eventSource":"glue.amazonaws.com"})")),
                HasSubstr("no eventName"));
}

}  // namespace
