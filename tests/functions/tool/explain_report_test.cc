#include "functions/tool/explain_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/functions/tool/outcome_builder.h"

namespace tool {
namespace {

using glue_to_snowflake::Action;
using glue_to_snowflake::EventOutcomes;
using local::Colour;
using testing::HasSubstr;
using testing::Not;
using tests::make_outcome;
using tests::make_statement;

EventOutcomes make_outcomes() {
    EventOutcomes outcomes;
    outcomes.events.push_back({.tables = {make_outcome(Action::alter, "t", "column A is new"),
                                          {.reason = "CreateDatabase changes no table"}},
                               .failures = {"sales.x: no"}});
    outcomes.events[0].tables[0].statements = {make_statement("column A is new", "A"),
                                               make_statement("the mark", "B")};
    return outcomes;
}

TEST(ExplainText, TellsEachStatementWithItsReason) {
    EXPECT_EQ(explain_text(make_outcomes(), Colour::off),
              "sales.t -> \"SALES\".\"RAW\".\"t\": alter\n"
              "  column A is new\n"
              "  1. column A is new\n"
              "     DROP TABLE \"A\";\n"
              "  2. the mark\n"
              "     DROP TABLE \"B\";\n"
              "the event: skip\n"
              "  CreateDatabase changes no table\n"
              "FAIL sales.x: no\n");
    EXPECT_THAT(explain_text(make_outcomes(), Colour::on),
                HasSubstr("\x1b[31mFAIL\x1b[0m sales.x: no\n"));
}

TEST(ExplainText, GivesEachNoteALine) {
    EventOutcomes outcomes;
    outcomes.events.push_back({.tables = {make_outcome(Action::none, "t", "the same; a; b\n")}});
    EXPECT_EQ(explain_text(outcomes, Colour::off),
              "sales.t -> \"SALES\".\"RAW\".\"t\": none\n  the same\n  a\n  b\\u000a\n");
}

TEST(ExplainText, NamesTheMessagesOfABatch) {
    EventOutcomes outcomes{.is_batch = true, .events = {}};
    outcomes.events.push_back(
        {.message_id = "m-1", .tables = {make_outcome(Action::none, "t", "same")}});
    outcomes.events.push_back({.message_id = "m-2", .failures = {"no event"}});
    EXPECT_EQ(explain_text(outcomes, Colour::off),
              "message m-1\nsales.t -> \"SALES\".\"RAW\".\"t\": none\n  same\n"
              "message m-2\nFAIL no event\n");
}

TEST(ExplainText, GivesTheTerminalNoCommands) {
    EventOutcomes outcomes;
    outcomes.events.push_back({.message_id = "m\x1b", .failures = {"f\x1b"}});
    outcomes.events[0].tables = {make_outcome(Action::create, "t\x1b", "r\x1b")};
    outcomes.events[0].tables[0].statements = {make_statement("s\x1b", "q\x1b")};
    EXPECT_THAT(explain_text(outcomes, Colour::off), Not(HasSubstr("\x1b")));
}

TEST(ExplainJson, HasTheReasonOfEachStatement) {
    EXPECT_EQ(
        explain_json(make_outcomes()),
        R"({"tables":[{"glue":"sales.t","snowflake":"\"SALES\".\"RAW\".\"t\"","action":"alter",)"
        R"("reason":"column A is new","statements":[)"
        R"({"sql":"DROP TABLE \"A\"","reason":"column A is new"},)"
        R"({"sql":"DROP TABLE \"B\"","reason":"the mark"}]},)"
        R"({"glue":"","snowflake":"","action":"skip","reason":"CreateDatabase changes no table",)"
        R"("statements":[]}],"failures":[{"error":"sales.x: no"}]})");
}

TEST(ExplainJson, NamesTheMessagesOfABatch) {
    EventOutcomes outcomes{.is_batch = true, .events = {}};
    outcomes.events.push_back(
        {.message_id = "m-1", .tables = {{.reason = "r"}}, .failures = {"f"}});
    EXPECT_EQ(explain_json(outcomes),
              R"({"tables":[{"message_id":"m-1","glue":"","snowflake":"","action":"skip",)"
              R"("reason":"r","statements":[]}],"failures":[{"message_id":"m-1","error":"f"}]})");
}

TEST(HasFailures, OfAnyEvent) {
    EventOutcomes outcomes{.is_batch = true, .events = {}};
    EXPECT_FALSE(has_failures(outcomes));
    outcomes.events.resize(2);
    EXPECT_FALSE(has_failures(outcomes));
    outcomes.events[1].failures = {"f"};
    EXPECT_TRUE(has_failures(outcomes));
}

}  // namespace
}  // namespace tool
