#include "functions/tool/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes.h"

namespace tool {
namespace {

using glue_to_snowflake::Action;
using glue_to_snowflake::TableOutcome;
using testing::HasSubstr;
using testing::StartsWith;

// As `aws glue get-table` prints it.
constexpr const char* kTable = R"({
    "Table": {
        "Name": "orders", "DatabaseName": "sales__raw", "CatalogId": "123456789012",
        "CreateTime": "2026-11-20T01:00:00+00:00", "Retention": 0, "VersionId": "3",
        "PartitionKeys": [{"Name": "dt", "Type": "date"}],
        "StorageDescriptor": {
            "Columns": [{"Name": "id", "Type": "bigint", "Comment": ""}],
            "Location": "s3://lake/raw/orders/", "NumberOfBuckets": -1,
            "SerdeInfo": {"SerializationLibrary":
                          "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"}
        },
        "TableType": "EXTERNAL_TABLE"
    }
})";

base::Result<Explanation> explain_text_with(const std::string& text,
                                            const tests::FakeEnvironment& environment,
                                            const std::vector<std::string>& stages) {
    ExplainRequest request{.text = text};
    if (!stages.empty()) request.stages = *read_stages(stages);
    return explain(request, environment);
}

TEST(Explain, PlansATableWithoutAnAccount) {
    const auto explanation = explain_text_with(
        kTable, {}, {"LAKE.PUBLIC.RAW=s3://lake/raw/", "LAKE.PUBLIC.ALL=s3://lake/"});
    ASSERT_TRUE(explanation) << explanation.error().message;
    EXPECT_EQ(explanation->against, ExplainedAgainst::nothing);
    EXPECT_TRUE(explanation->has_stages);
    const TableOutcome& table = explanation->outcomes.events.at(0).tables.at(0);
    EXPECT_EQ(table.glue, "sales__raw.orders");
    EXPECT_EQ(table.snowflake, R"("SALES"."RAW"."ORDERS")");
    EXPECT_EQ(table.action, Action::create);
    ASSERT_EQ(table.statements.size(), 1U);
    EXPECT_THAT(table.statements[0].sql.text(),
                StartsWith(R"(CREATE EXTERNAL TABLE IF NOT EXISTS "SALES"."RAW"."ORDERS" (")"));
    EXPECT_THAT(table.statements[0].sql.text(), HasSubstr("LOCATION = @LAKE.PUBLIC.RAW/orders/"));
}

TEST(Explain, TakesSettingsFromTheEnvironment) {
    const tests::FakeEnvironment environment{{"DATABASE_RULE", "map"},
                                             {"DATABASE_MAP", R"({"sales__raw":"A.B"})"}};
    const auto explanation = explain_text_with(kTable, environment, {"L.P.R=s3://lake/"});
    EXPECT_EQ(explanation->outcomes.events.at(0).tables.at(0).snowflake, R"("A"."B"."ORDERS")");
    const auto wrong =
        explain_text_with(kTable, {{"DATABASE_RULE", "x"}, {"AUTO_REFRESH", "x"}}, {});
    EXPECT_EQ(wrong.error().kind, base::ErrorKind::config_invalid);
    EXPECT_THAT(wrong.error().message, HasSubstr("2 settings are wrong: DATABASE_RULE"));
}

TEST(Explain, SaysThatNoStageIsKnown) {
    const auto explanation = explain_text_with(kTable, {}, {});
    EXPECT_FALSE(explanation->has_stages);
    EXPECT_EQ(explanation->outcomes.events.at(0).tables.at(0).action, Action::skip);
}

TEST(Explain, OneBrokenTableDoesNotStopTheOthers) {
    std::string table(kTable);
    table = table.substr(table.find(':') + 1);
    table.resize(table.rfind('}'));
    std::string broken = table;
    broken.replace(broken.find("bigint"), 6, "array<");
    broken.replace(broken.find("orders"), 6, "broken");
    const auto explanation = explain_text_with(R"({"TableList":[)" + broken + "," + table + "]}",
                                               {}, {"L.P.R=s3://lake/"});
    ASSERT_TRUE(explanation) << explanation.error().message;
    const auto& event = explanation->outcomes.events.at(0);
    ASSERT_EQ(event.failures.size(), 1U);
    EXPECT_THAT(event.failures[0], StartsWith("sales__raw.broken: column id: "));
    ASSERT_EQ(event.tables.size(), 1U);
    EXPECT_EQ(event.tables[0].action, Action::create);
}

TEST(Explain, RefusesWhatIsNoEventBeforeItAsksForSettings) {
    for (const char* text :
         {"", "{", "[]", R"({"source":"aws.s3","detail-type":"x","detail":{}})"}) {
        const auto explanation = explain_text_with(text, {}, {});
        ASSERT_FALSE(explanation) << text;
        EXPECT_EQ(explanation.error().kind, base::ErrorKind::event_invalid) << text;
    }
}

TEST(Explain, AnEventNeedsGlue) {
    const auto explanation = explain_text_with(R"({"action":"reconcile"})", {}, {});
    ASSERT_FALSE(explanation);
    EXPECT_EQ(explanation.error().kind, base::ErrorKind::config_invalid);
    EXPECT_THAT(explanation.error().message, HasSubstr("AWS_REGION"));
    EXPECT_THAT(explanation.error().message, HasSubstr("AWS_ACCESS_KEY_ID"));
}

TEST(ReadStages, TakesNamesAndFolders) {
    const auto settings = read_stages({"LAKE.PUBLIC.RAW=s3://lake/raw/", "S=s3://b/a=b/"});
    ASSERT_TRUE(settings) << settings.error().message;
    EXPECT_EQ(settings->stages.size(), 2U);
}

TEST(ReadStages, NamesWhatIsWrong) {
    for (const char* stage :
         {"", "x", "=s3://lake/", "x=", "x=y", "x=https://lake/", "a b=s3://l/"}) {
        const auto settings = read_stages({stage});
        ASSERT_FALSE(settings) << stage;
        EXPECT_THAT(settings.error().message, StartsWith("--stage: "));
        EXPECT_THAT(settings.error().message,
                    HasSubstr("; write DB.SCHEMA.STAGE=s3://bucket/folder/"));
    }
}

}  // namespace
}  // namespace tool
