#include "functions/tool/reconcile_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/codec/json.h"
#include "tests/functions/tool/outcome_builder.h"

namespace tool {
namespace {

using glue_to_snowflake::Action;
using local::Colour;
using testing::HasSubstr;
using testing::Not;
using tests::make_outcome;

constexpr std::size_t kAll = 100;

ReconcileResult make_result() {
    ReconcileResult result;
    for (int i = 0; i < 1'200; ++i)
        result.report.tables.push_back(make_outcome(Action::none, "same", "the same"));
    result.report.tables.push_back(make_outcome(Action::create, "orders", "the table is new"));
    result.report.tables.back().statements.push_back(tests::make_statement("new", "orders"));
    result.report.tables.push_back(make_outcome(Action::skip, "v", "a view"));
    result.report.tables.push_back(make_outcome(Action::alter, "i", "column A is new"));
    result.report.failures = {"sales.x: GetTable: 400"};
    result.duration_ms = 12'345;
    result.sql_api.statements = 3;
    return result;
}

TEST(ReconcileText, CountsAndListsWhatWasNotInStep) {
    EXPECT_EQ(reconcile_text(make_result(), kAll, Colour::off),
              "1,203 tables: 1,200 in step, 1 created, 1 altered, 1 skipped; 1 failed "
              "(12.3 s, 3 statements)\n"
              "  create   sales.orders  \"SALES\".\"RAW\".\"orders\"  the table is new\n"
              "  alter    sales.i       \"SALES\".\"RAW\".\"i\"       column A is new\n"
              "  skip     sales.v       \"SALES\".\"RAW\".\"v\"       a view\n"
              "  FAIL     sales.x: GetTable: 400\n");
}

TEST(ReconcileText, OfAPlanTellsTheStatements) {
    ReconcileResult result = make_result();
    result.effect = ReconcileEffect::planned;
    const std::string text = reconcile_text(result, kAll, Colour::off);
    EXPECT_THAT(text, HasSubstr("1,200 in step, 1 to create, 1 to alter, 1 skipped; 1 failed"));
    EXPECT_THAT(text, HasSubstr("  the table is new\n           DROP TABLE \"orders\";\n  alter "));
    EXPECT_THAT(text, HasSubstr("\nnothing was changed in Snowflake\n"));
}

TEST(ReconcileText, OfNothing) {
    EXPECT_EQ(reconcile_text({}, kAll, Colour::off), "0 tables (0.0 s, 0 statements)\n");
}

TEST(ReconcileText, ListsNoMoreThanWanted) {
    ReconcileResult result;
    for (const char* name : {"a", "b", "c"}) {
        result.report.tables.push_back(make_outcome(Action::skip, name, "a view"));
        result.report.failures.push_back(std::string("sales.f") + name + ": no");
    }
    const std::string text = reconcile_text(result, 1, Colour::off);
    EXPECT_THAT(text, HasSubstr("sales.a"));
    EXPECT_THAT(text, Not(HasSubstr("sales.b")));
    EXPECT_THAT(text, HasSubstr("  … and 2 more to skip (--list N)\n"));
    EXPECT_THAT(text, HasSubstr("sales.fa: no\n  … and 2 more that failed (--list N)\n"));
    EXPECT_THAT(reconcile_text(result, 0, Colour::off),
                HasSubstr("  … and 3 more to skip (--list N)\n"));
    EXPECT_THAT(reconcile_text(result, 3, Colour::off), Not(HasSubstr("more")));
}

TEST(ReconcileText, AlignsNamesOfAnyLanguage) {
    ReconcileResult result;
    result.report.tables.push_back(make_outcome(Action::skip, "ü", "first"));
    result.report.tables.push_back(make_outcome(Action::skip, "u", "second"));
    result.report.tables.push_back(make_outcome(Action::skip, std::string(60, 'x'), "third"));
    const std::string text = reconcile_text(result, kAll, Colour::off);
    const auto column = [&](const std::string& name, const std::string& reason) {
        const std::size_t line = text.find("sales." + name);
        return text.find(reason, line) - line - (name == "ü" ? 2 : 0);  // it stands there twice
    };
    EXPECT_EQ(column("ü", "first"), column("u", "second"));
    EXPECT_LT(column("u", "second"), 110U);  // the long name does not move the others
}

TEST(ReconcileText, SaysWhatIsLeft) {
    ReconcileResult result;
    result.report.tables_left = 1'234;
    result.report.databases_left = 1;
    EXPECT_THAT(reconcile_text(result, kAll, Colour::off),
                HasSubstr("no time was left for 1,234 tables and 1 database; the same command"));
    result.interrupted = true;
    EXPECT_THAT(reconcile_text(result, kAll, Colour::off),
                HasSubstr("interrupted, 1,234 tables and 1 database not looked at: the same"));
    result.report = {};
    EXPECT_THAT(reconcile_text(result, kAll, Colour::off), HasSubstr("\ninterrupted: the same"));
}

TEST(ReconcileText, PaintsOnATerminalAndTakesNoCommandsFromNames) {
    ReconcileResult result;
    result.report.failures = {"sales.a\x1b[2J: no"};
    result.report.tables = {make_outcome(Action::skip, "b\x1b[2J", "reason\n")};
    const std::string text = reconcile_text(result, kAll, Colour::on);
    EXPECT_THAT(text, HasSubstr("\x1b[31mFAIL\x1b[0m     sales.a\\u001b[2J: no\n"));
    EXPECT_THAT(text, HasSubstr("sales.b\\u001b[2J"));
    EXPECT_THAT(text, HasSubstr("reason\\u000a\n"));
    EXPECT_THAT(reconcile_text(result, kAll, Colour::off), Not(HasSubstr("\x1b")));
}

TEST(ReconcileJson, IsTheResponseAndCounts) {
    ReconcileResult result = make_result();
    result.report.tables.erase(result.report.tables.begin(), result.report.tables.begin() + 1'199);
    result.report.tables_left = 7;
    result.report.databases_left = 2;
    EXPECT_EQ(
        reconcile_json(result),
        R"({"tables":[{"glue":"sales.same","snowflake":"\"SALES\".\"RAW\".\"same\"",)"
        R"("action":"none","reason":"the same","statements":[]},)"
        R"({"glue":"sales.orders","snowflake":"\"SALES\".\"RAW\".\"orders\"","action":"create",)"
        R"("reason":"the table is new","statements":["DROP TABLE \"orders\""]},)"
        R"({"glue":"sales.v","snowflake":"\"SALES\".\"RAW\".\"v\"","action":"skip",)"
        R"("reason":"a view","statements":[]},)"
        R"({"glue":"sales.i","snowflake":"\"SALES\".\"RAW\".\"i\"","action":"alter",)"
        R"("reason":"column A is new","statements":[]}],)"
        R"("failures":["sales.x: GetTable: 400"],)"
        R"("counts":{"none":1,"create":1,"alter":1,"replace":0,"refresh":0,"drop":0,"rename":0,)"
        R"("skip":1,"failed":1,"tables_left":7,"databases_left":2},)"
        R"("dry_run":false,"interrupted":false,"duration_ms":12345,"statements":3})");
}

TEST(ReconcileJson, SaysThatItIsAPlanOrWasInterrupted) {
    ReconcileResult result;
    result.effect = ReconcileEffect::planned;
    result.interrupted = true;
    const auto json = codec::parse_json(reconcile_json(result), "the report");
    EXPECT_EQ(codec::find_bool(*json, "dry_run"), true);
    EXPECT_EQ(codec::find_bool(*json, "interrupted"), true);
}

}  // namespace
}  // namespace tool
