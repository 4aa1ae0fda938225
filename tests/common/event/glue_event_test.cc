#include "common/event/glue_event.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using event::GlueChange;
using testing::HasSubstr;

std::string envelope(const std::string& detail_type, const std::string& detail) {
    return R"({"version":"0","id":"envelope-id","detail-type":")" + detail_type +
           R"(","source":"aws.glue","account":"111122223333","time":"2026-11-20T01:00:05Z",)"
           R"("region":"eu-west-1","resources":[],"detail":)" +
           detail + "}";
}

std::string cloud_trail(const std::string& name, const std::string& parameters,
                        const std::string& more = "") {
    return envelope("AWS API Call via CloudTrail",
                    R"({"eventSource":"glue.amazonaws.com","eventName":")" + name +
                        R"(","eventID":"trail-id","recipientAccountId":"123456789012",)"
                        R"("userIdentity":{"accountId":"999999999999"},"requestParameters":)" +
                        parameters + more + "}");
}

event::GlueEvent parsed(const std::string& text) {
    const auto event = event::parse_glue_event(text);
    EXPECT_TRUE(event) << text << (event ? "" : event.error().message);
    return event ? std::get<event::GlueEvent>(*event) : event::GlueEvent{};
}

std::string error_of(const std::string& text) {
    const auto event = event::parse_glue_event(text);
    if (event) return "no error";
    EXPECT_EQ(event.error().kind, base::ErrorKind::event_invalid);
    return event.error().message;
}

TEST(GlueEvent, ReadsCreateTableOfCloudTrail) {
    const auto event =
        parsed(cloud_trail("CreateTable", R"({"databaseName":"a__b","tableInput":{"name":"t"}})"));
    EXPECT_EQ(event.id, "trail-id");
    EXPECT_EQ(event.name, "CreateTable");
    EXPECT_EQ(event.region, "eu-west-1");
    EXPECT_EQ(event.change, GlueChange::table_written);
    ASSERT_EQ(event.tables.size(), 1U);
    // The catalog's owner, not the caller.
    EXPECT_EQ(event.tables[0].catalog_id, "123456789012");
    EXPECT_EQ(event.tables[0].database, "a__b");
    EXPECT_EQ(event.tables[0].table, "t");
}

TEST(GlueEvent, ReadsTheCatalogThatTheCallNamed) {
    const auto event = parsed(cloud_trail(
        "UpdateTable",
        R"({"catalogId":"444455556666","databaseName":"d","tableInput":{"name":"t"}})"));
    EXPECT_EQ(event.tables.at(0).catalog_id, "444455556666");
}

TEST(GlueEvent, ReadsTheNameOfOpenTableFormatCalls) {
    const auto event =
        parsed(cloud_trail("UpdateTable", R"({"databaseName":"d","name":"t","skipArchive":true})"));
    EXPECT_EQ(event.tables.at(0).table, "t");
}

TEST(GlueEvent, ReadsDeletesAndPartitions) {
    const auto deleted = parsed(cloud_trail("DeleteTable", R"({"databaseName":"d","name":"t"})"));
    EXPECT_EQ(deleted.change, GlueChange::table_deleted);
    EXPECT_EQ(deleted.tables.at(0).table, "t");
    const auto batch = parsed(
        cloud_trail("BatchDeleteTable", R"({"databaseName":"d","tablesToDelete":["t","u"]})"));
    ASSERT_EQ(batch.tables.size(), 2U);
    EXPECT_EQ(batch.tables[1].table, "u");
    const auto partition =
        parsed(cloud_trail("BatchCreatePartition", R"({"databaseName":"d","tableName":"t"})"));
    EXPECT_EQ(partition.change, GlueChange::partitions_changed);
    EXPECT_EQ(partition.tables.at(0).table, "t");
}

TEST(GlueEvent, KeepsWhatFailed) {
    const auto event =
        parsed(cloud_trail("CreateTable", "null", R"(,"errorCode":"AlreadyExistsException")"));
    EXPECT_EQ(event.error_code, "AlreadyExistsException");
    EXPECT_TRUE(event.tables.empty());
}

TEST(GlueEvent, ReadsOtherNamesAsNoChangeOfATable) {
    EXPECT_EQ(parsed(cloud_trail("CreateDatabase", R"({"databaseInput":{"name":"d"}})")).change,
              GlueChange::other);
    EXPECT_EQ(parsed(cloud_trail("DeleteTableVersion", "{}")).change, GlueChange::other);
    EXPECT_EQ(parsed(cloud_trail("BatchCreatePartition", "null")).change,
              GlueChange::partitions_changed);
}

TEST(GlueEvent, RefusesAWrittenTableWithoutItsName) {
    EXPECT_THAT(error_of(cloud_trail("CreateTable", "null")), HasSubstr("does not name its table"));
    EXPECT_THAT(error_of(cloud_trail("CreateTable", R"({"omitted":true})")),
                HasSubstr("does not name its table"));
    EXPECT_THAT(error_of(cloud_trail("UpdateTable", R"({"databaseName":"d"})")),
                HasSubstr("names no table"));
    EXPECT_THAT(
        error_of(cloud_trail("CreateTable", R"({"databaseName":1,"tableInput":{"name":"t"}})")),
        HasSubstr("trail-id"));
}

TEST(GlueEvent, ReadsNativeEvents) {
    const auto created = parsed(
        envelope("Glue Data Catalog Database State Change",
                 R"({"databaseName":"d","typeOfChange":"CreateTable","changedTables":["t","u"]})"));
    EXPECT_EQ(created.id, "envelope-id");
    EXPECT_EQ(created.change, GlueChange::table_written);
    ASSERT_EQ(created.tables.size(), 2U);
    EXPECT_EQ(created.tables[1].table, "u");
    EXPECT_EQ(created.tables[1].catalog_id, "111122223333");
    const auto updated =
        parsed(envelope("Glue Data Catalog Table State Change",
                        R"({"databaseName":"d","tableName":"t","typeOfChange":"UpdateTable"})"));
    EXPECT_EQ(updated.tables.at(0).table, "t");
    const auto database =
        parsed(envelope("Glue Data Catalog Database State Change",
                        R"({"databaseName":"d","typeOfChange":"CreateDatabase"})"));
    EXPECT_EQ(database.change, GlueChange::other);
}

TEST(GlueEvent, RefusesNativeCreationsWithoutNames) {
    EXPECT_THAT(error_of(envelope("Glue Data Catalog Database State Change",
                                  R"({"databaseName":"d","typeOfChange":"CreateTable"})")),
                HasSubstr("names no table"));
    EXPECT_THAT(error_of(envelope(
                    "Glue Data Catalog Database State Change",
                    R"({"databaseName":"d","typeOfChange":"CreateTable","changedTables":[7]})")),
                HasSubstr("names no table"));
    EXPECT_THAT(
        error_of(envelope("Glue Data Catalog Table State Change", R"({"databaseName":"d"})")),
        HasSubstr("no typeOfChange"));
}

TEST(GlueEvent, RefusesWhatIsNoGlueEvent) {
    EXPECT_THAT(error_of(""), HasSubstr("the event"));
    EXPECT_THAT(error_of("[]"), HasSubstr("no JSON object"));
    EXPECT_THAT(error_of("{}"), HasSubstr("no Glue event"));
    EXPECT_THAT(error_of(R"({"source":"aws.s3","detail-type":"Object Created","detail":{}})"),
                HasSubstr("no Glue event"));
    EXPECT_THAT(error_of(envelope("Glue Job State Change", "{}")), HasSubstr("none of Glue's"));
    EXPECT_THAT(
        error_of(envelope("AWS API Call via CloudTrail",
                          R"({"eventSource":"s3.amazonaws.com","eventName":"CreateTable"})")),
        HasSubstr("eventSource"));
    EXPECT_THAT(error_of(envelope("AWS API Call via CloudTrail",
                                  R"({"eventSource":"glue.amazonaws.com"})")),
                HasSubstr("no eventName"));
    EXPECT_THAT(error_of(R"({"action":"reconcile"})"), HasSubstr("not supported"));
}

TEST(GlueMessages, ReadsEachMessageOfABatch) {
    const auto messages = event::parse_glue_messages(
        R"({"Records":[{"messageId":"1","eventSource":"aws:sqs","body":"{\"a\":1}"},)"
        R"({"messageId":"2","eventSource":"aws:sqs"},)"
        R"({"messageId":"3","eventSource":"aws:sqs","body":)"
        R"("{\"source\":\"aws.glue\",\"detail-type\":\"Glue Data Catalog Table State Change\",)"
        R"(\"detail\":{\"typeOfChange\":\"UpdateTable\",\"databaseName\":\"d\",\"tableName\":\"t\"}}"}]})");
    ASSERT_TRUE(messages);
    ASSERT_TRUE(*messages);
    ASSERT_EQ((*messages)->size(), 3U);
    EXPECT_FALSE((**messages)[0].event);
    EXPECT_FALSE((**messages)[1].event);
    EXPECT_EQ((**messages)[2].message_id, "3");
    ASSERT_TRUE((**messages)[2].event);
    EXPECT_EQ(std::get<event::GlueEvent>(*(**messages)[2].event).tables.at(0).table, "t");
}

TEST(GlueMessages, AreNothingForAPlainEvent) {
    const auto messages = event::parse_glue_messages(R"({"source":"aws.glue"})");
    ASSERT_TRUE(messages);
    EXPECT_FALSE(*messages);
}

TEST(GlueMessages, RefusesBatchesThatCannotBeAnswered) {
    EXPECT_FALSE(event::parse_glue_messages("nonsense"));
    EXPECT_FALSE(event::parse_glue_messages(R"({"Records":[{"eventSource":"aws:s3"}]})"));
    EXPECT_FALSE(
        event::parse_glue_messages(R"({"Records":[{"eventSource":"aws:sqs","body":""}]})"));
    EXPECT_FALSE(event::parse_glue_messages(R"({"Records":[7]})"));
}

}  // namespace
