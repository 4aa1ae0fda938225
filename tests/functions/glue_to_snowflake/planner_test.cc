#include "functions/glue_to_snowflake/planner.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "functions/glue_to_snowflake/mark.h"
#include "tests/functions/glue_to_snowflake/table_builder.h"

namespace {

using glue_to_snowflake::Action;
using glue_to_snowflake::Plan;
using testing::HasSubstr;
using testing::StartsWith;

const aws::GlueTableId kSource{"123456789012", "sales__raw", "orders"};

glue_to_snowflake::TableDefinition definition(const char* type = "int") {
    const auto defined =
        glue_to_snowflake::define_table(tests::make_table(tests::kParquetSerde, {{"a", type}}),
                                        tests::make_name(), {}, tests::make_settings());
    return std::get<glue_to_snowflake::TableDefinition>(*defined);
}

Plan plan(const std::optional<std::string>& comment, const char* type = "int") {
    std::optional<glue_to_snowflake::Shown> shown;
    if (comment) {
        shown = {{.name = "ORDERS", .comment = *comment},
                 {{"VALUE", "VARIANT", false}, {"A", "NUMBER(38,0)", true}}};
    }
    return plan_table(definition(type), kSource, shown);
}

std::string mark_of(const char* type, const aws::GlueTableId& source = kSource) {
    return glue_to_snowflake::write_mark(glue_to_snowflake::make_mark(definition(type), source));
}

TEST(Planner, CreatesWhatIsNotThere) {
    const Plan planned = plan(std::nullopt);
    EXPECT_EQ(planned.action, Action::create);
    ASSERT_EQ(planned.statements.size(), 1U);
    EXPECT_THAT(planned.statements[0].sql.text(),
                StartsWith("CREATE EXTERNAL TABLE IF NOT EXISTS "));
    EXPECT_THAT(planned.statements[0].sql.text(), HasSubstr("COMMENT = 'lakefeed {"));
}

TEST(Planner, DoesNothingWhereTheDefinitionIsTheSame) {
    const Plan planned = plan(mark_of("int"));
    EXPECT_EQ(planned.action, Action::none);
    EXPECT_TRUE(planned.statements.empty());
}

TEST(Planner, SeesNoChangeInsideABaseType) {
    EXPECT_EQ(plan(mark_of("int"), "bigint").action, Action::none);
}

TEST(Planner, ReplacesAChangedTableWithItsGrants) {
    const Plan planned = plan(mark_of("int"), "string");
    EXPECT_EQ(planned.action, Action::replace);
    ASSERT_EQ(planned.statements.size(), 1U);
    EXPECT_THAT(planned.statements[0].sql.text(), StartsWith("CREATE OR REPLACE EXTERNAL TABLE "));
    EXPECT_THAT(planned.statements[0].sql.text(), HasSubstr(" COPY GRANTS "));
}

TEST(Planner, NeverTouchesAnObjectWithoutTheMark) {
    for (const char* comment : {"", "made by hand", "lakefeed was here"}) {
        const Plan planned = plan(comment);
        EXPECT_EQ(planned.action, Action::skip);
        EXPECT_TRUE(planned.statements.empty());
        EXPECT_THAT(planned.reason, HasSubstr("without lakefeed's mark"));
    }
}

TEST(Planner, NeverTouchesTheMirrorOfAnotherTable) {
    const std::vector<aws::GlueTableId> others{{"999999999999", "sales__raw", "orders"},
                                               {"123456789012", "sales__RAW", "orders"},
                                               {"123456789012", "sales__raw", "Orders"}};
    for (const aws::GlueTableId& other : others) {
        const Plan planned = plan(mark_of("int", other), "string");
        EXPECT_EQ(planned.action, Action::skip);
        EXPECT_TRUE(planned.statements.empty());
        EXPECT_THAT(planned.reason, HasSubstr("mirrors " + other.database + "." + other.name));
    }
}

}  // namespace
