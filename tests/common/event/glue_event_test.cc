#include "common/event/glue_event.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/common/event/glue_envelope.h"

namespace {

using event::GlueChange;
using testing::ElementsAre;
using testing::HasSubstr;
using tests::glue_envelope;
using tests::glue_event_error;
using tests::parsed_glue_event;
using tests::table_paths;
using Values = event::GluePartitionValues;

std::string database_event(const std::string& detail, const std::string& resources = "[]") {
    return glue_envelope("Glue Data Catalog Database State Change", detail, resources);
}

std::string table_event(const std::string& detail) {
    return glue_envelope("Glue Data Catalog Table State Change", detail);
}

event::GlueEvent partitions_event(const std::string& partitions,
                                  const std::string& name = "CreatePartition") {
    return parsed_glue_event(table_event(R"({"databaseName":"d","tableName":"t","typeOfChange":")" +
                                         name + R"(","changedPartitions":)" + partitions + "}"));
}

event::ReconcileEvent reconcile_of(const std::string& text) {
    auto event = event::parse_glue_event(text);
    EXPECT_TRUE(event) << text << (event ? "" : event.error().message);
    return event ? std::get<event::ReconcileEvent>(*std::move(event)) : event::ReconcileEvent{};
}

TEST(GlueEvent, ReadsNativeEventsOfTables) {
    const auto created = parsed_glue_event(database_event(
        R"({"databaseName":"d","typeOfChange":"CreateTable","changedTables":["t","u"]})"));
    EXPECT_EQ(created.id, "envelope-id");
    EXPECT_EQ(created.name, "CreateTable");
    EXPECT_EQ(created.time_ms, 1'795'136'405'000);
    EXPECT_EQ(created.change, GlueChange::table_written);
    EXPECT_THAT(table_paths(created), ElementsAre("111122223333/d/t", "111122223333/d/u"));
    const auto deleted = parsed_glue_event(database_event(
        R"({"databaseName":"d","typeOfChange":"BatchDeleteTable","changedTables":["t"]})"));
    EXPECT_EQ(deleted.change, GlueChange::table_deleted);
    const auto updated = parsed_glue_event(
        table_event(R"({"databaseName":"D","tableName":"T","typeOfChange":"UpdateTable"})"));
    EXPECT_EQ(updated.change, GlueChange::table_written);
    EXPECT_THAT(table_paths(updated), ElementsAre("111122223333/d/t"));
}

TEST(GlueEvent, ReadsNativeEventsOfDatabases) {
    const auto created = parsed_glue_event(
        database_event(R"({"databaseName":"d","typeOfChange":"CreateDatabase"})"));
    EXPECT_EQ(created.change, GlueChange::other);
    EXPECT_THAT(table_paths(created), ElementsAre("111122223333/d/"));
    const auto deleted = parsed_glue_event(database_event(
        R"({"databaseName":"d","typeOfChange":"DeleteDatabase","changedTables":["t","u"]})"));
    EXPECT_EQ(deleted.change, GlueChange::database_deleted);
    EXPECT_THAT(table_paths(deleted), ElementsAre("111122223333/d/"));
}

TEST(GlueEvent, TakesTheCatalogFromTheResource) {
    const std::string detail =
        R"({"databaseName":"d","typeOfChange":"CreateTable","changedTables":["t"]})";
    const std::vector<std::pair<std::string, std::string>> cases{
        {R"(["arn:aws:glue:us-east-1:444455556666:table/d/t"])", "444455556666/d/t"},
        {R"(["arn:aws:s3:::bucket","arn:aws-cn:glue:cn-north-1:444455556666:database/d"])",
         "444455556666/d/t"},
        {R"(["arn:aws:glue:us-east-1::table/d/t",7,"arn:aws:glue","nonsense",""])",
         "111122223333/d/t"},
        {R"("none")", "111122223333/d/t"}};
    for (const auto& [resources, path] : cases)
        EXPECT_THAT(table_paths(parsed_glue_event(database_event(detail, resources))),
                    ElementsAre(path));
}

TEST(GlueEvent, ReadsTheValuesOfNativePartitions) {
    const auto event = partitions_event(R"(["[2024, 01]","[2024, 02]"])");
    EXPECT_EQ(event.change, GlueChange::partitions_changed);
    EXPECT_THAT(event.partitions, ElementsAre(Values{"2024", "01"}, Values{"2024", "02"}));
    EXPECT_TRUE(event.partitions_are_complete);
    EXPECT_THAT(partitions_event(R"(["[a,b]"])").partitions, ElementsAre(Values{"a,b"}));
    // One value "a, b" looks the same: the table's keys tell.
    EXPECT_THAT(partitions_event(R"(["[a, b]"])").partitions, ElementsAre(Values{"a", "b"}));
    EXPECT_THAT(partitions_event(R"(["[a, ]"])").partitions, ElementsAre(Values{"a", ""}));
}

TEST(GlueEvent, SaysWhereNativePartitionsAreNotAll) {
    for (const std::string partitions :
         {"[]", "null", "7", R"(["[2024]",7])", R"(["[2024]","2024"])", R"(["[2024]","[]"])",
          R"(["[2024]",""])", R"(["[2024]","[2024"])", R"(["[2024]","]"])"})
        EXPECT_FALSE(partitions_event(partitions).partitions_are_complete) << partitions;
    // An update may have changed the values: where the partition was is not told.
    EXPECT_FALSE(partitions_event(R"(["[2024]"])", "UpdatePartition").partitions_are_complete);
    EXPECT_FALSE(partitions_event(R"(["[2024]"])", "BatchUpdatePartition").partitions_are_complete);
    EXPECT_TRUE(partitions_event(R"(["[2024]"])", "BatchDeletePartition").partitions_are_complete);
}

TEST(GlueEvent, RefusesNativeEventsWithoutNames) {
    for (const std::string detail :
         {R"({"databaseName":"d","typeOfChange":"CreateTable"})",
          R"({"databaseName":"d","typeOfChange":"CreateTable","changedTables":[7]})",
          R"({"typeOfChange":"CreateTable","changedTables":["t"]})",
          R"({"typeOfChange":"DeleteDatabase"})",
          R"({"databaseName":"d","typeOfChange":"DeletePartition","changedPartitions":["[1]"]})"})
        EXPECT_THAT(glue_event_error(database_event(detail)), HasSubstr("does not name its"))
            << detail;
    EXPECT_THAT(glue_event_error(table_event(R"({"databaseName":"d"})")),
                HasSubstr("no typeOfChange"));
}

TEST(GlueEvent, ReadsReconciles) {
    const auto all = reconcile_of(R"({"action":"reconcile"})");
    EXPECT_EQ(all.database, "");
    EXPECT_FALSE(all.dry_run);
    const auto one = reconcile_of(
        R"({"dry_run":true,"table":"Orders","database":"sales__EU","action":"reconcile"})");
    EXPECT_EQ(one.database, "sales__eu");
    EXPECT_EQ(one.table, "orders");
    EXPECT_TRUE(one.dry_run);
}

TEST(GlueEvent, RefusesOtherActions) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {R"({"action":"drop"})", "the action \"drop\" is unknown"},
        {R"({"action":null})", "action is no text"},
        {R"({"action":"reconcile","database":7})", "database is no text"},
        {R"({"action":"reconcile","database":""})", "database is no text, or an empty one"},
        {R"({"action":"reconcile","database":"d","table":null})", "table is no text"},
        {R"({"action":"reconcile","dry_run":"true"})", "dry_run is neither"},
        {R"({"action":"reconcile","dryRun":true})", "\"dryRun\" is no member"},
        {R"({"action":"reconcile","table":"t"})", "the table t has no database"},
    };
    for (const auto& [text, message] : cases)
        EXPECT_THAT(glue_event_error(text), HasSubstr(message)) << text;
    EXPECT_LT(glue_event_error(R"({"action":")" + std::string(9'000, 'x') + "\"}").size(), 200U);
}

TEST(GlueEvent, RefusesWhatIsNoGlueEvent) {
    EXPECT_THAT(glue_event_error(""), HasSubstr("the event"));
    EXPECT_THAT(glue_event_error("[]"), HasSubstr("no JSON object"));
    EXPECT_THAT(glue_event_error("{}"), HasSubstr("no Glue event"));
    EXPECT_THAT(
        glue_event_error(R"({"source":"aws.s3","detail-type":"Object Created","detail":{}})"),
        HasSubstr("no Glue event"));
    EXPECT_THAT(glue_event_error(R"({"Records":[{"eventSource":"aws:s3"}]})"),
                HasSubstr("no Glue event"));
    EXPECT_THAT(glue_event_error(glue_envelope("Glue Job State Change", "{}")),
                HasSubstr("\"Glue Job State Change\" is none of Glue's"));
}

TEST(GlueMessages, ReadsEachMessageOfABatch) {
    const auto messages = event::parse_glue_messages(
        R"({"Records":[{"messageId":"1","eventSource":"aws:sqs","body":"{\"a\":1}"},)"
        R"({"messageId":"2","eventSource":"aws:sqs"},)"
        R"({"messageId":"3","eventSource":"aws:sqs","body":"{\"action\":\"reconcile\"}"},)"
        R"({"messageId":"4","eventSource":"aws:sqs","body":)"
        R"("{\"source\":\"aws.glue\",\"detail-type\":\"Glue Data Catalog Table State Change\",)"
        R"(\"detail\":{\"typeOfChange\":\"UpdateTable\",\"databaseName\":\"d\",\"tableName\":\"t\"}}"}]})");
    ASSERT_TRUE(messages);
    ASSERT_TRUE(*messages);
    ASSERT_EQ((*messages)->size(), 4U);
    EXPECT_FALSE((**messages)[0].event);
    EXPECT_FALSE((**messages)[1].event);
    EXPECT_TRUE(std::holds_alternative<event::ReconcileEvent>(*(**messages)[2].event));
    EXPECT_EQ((**messages)[3].message_id, "4");
    EXPECT_EQ(std::get<event::GlueEvent>(*(**messages)[3].event).tables.at(0).table, "t");
}

TEST(GlueMessages, AreNothingForAPlainEvent) {
    const auto messages = event::parse_glue_messages(R"({"source":"aws.glue"})");
    ASSERT_TRUE(messages);
    EXPECT_FALSE(*messages);
}

TEST(GlueMessages, RefusesBatchesThatCannotBeAnswered) {
    EXPECT_FALSE(event::parse_glue_messages("nonsense"));
    EXPECT_FALSE(
        event::parse_glue_messages(R"({"Records":[{"eventSource":"aws:sqs","body":""}]})"));
}

}  // namespace
