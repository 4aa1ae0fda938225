#include "runtime/local/demo/verdict.h"

#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "common/codec/json.h"

namespace {

using demo::Findings;
using demo::findings_text;
using demo::problems;

Findings good() {
    Findings findings;
    findings.counts = {.made = 1'000, .inserts = 600, .modifies = 300, .removes = 100};
    findings.stream_records = 1'000;
    findings.lake = {.objects = 3, .changes = 1'000, .duplicates = 5, .lost = 0};
    findings.to_s3 = {.objects = 9, .changes = 1'000, .duplicates = 0, .lost = 0};
    findings.kinesis_records = 1'005;
    findings.verify.counts.items = findings.verify.counts.equal_items = 500;
    findings.query = {.lake_items = 500, .table_items = 500, .different = 0, .rows = {"a row"}};
    findings.statements = {"CREATE …"};
    findings.duration_ms = 12'340;
    return findings;
}

TEST(DemoVerdict, DuplicatesAreToldAndAreWell) {
    EXPECT_EQ(problems(good()), std::vector<std::string>());
    const std::string text = findings_text(good(), local::Colour::off);
    EXPECT_TRUE(text.ends_with(
        "well: 1,000 changes made, 1,000 in the lake, 0 lost, 5 there twice, order kept; newest "
        "state of 500 items equals the table; 12.3 s\n"))
        << text;
}

struct Fault {
    std::string told;
    std::function<void(Findings&)> make;
};

TEST(DemoVerdict, EachFaultIsNotWell) {
    const Fault faults[] = {
        {"2 changes are lost on the way to the lake", [](Findings& f) { f.lake.lost = 2; }},
        {"3 changes are lost on the way to stream_to_s3", [](Findings& f) { f.to_s3.lost = 3; }},
        {"took 1000 changes, and its stream has 999", [](Findings& f) { f.stream_records = 999; }},
        {"of 4 items are out of order", [](Findings& f) { f.items_out_of_order = 4; }},
        {"put 1 records under its error prefix",
         [](Findings& f) { f.pipeline.firehose.failed = 1; }},
        {"different: 1 missing (499 of 500 items equal)",
         [](Findings& f) {
             f.verify.counts.equal_items = 499;
             f.verify.counts.differences[0] = 1;
         }},
        {"older than 7 lines", [](Findings& f) { f.verify.counts.later_lines = 7; }},
        {"the table has 501 items", [](Findings& f) { f.query.table_items = 501; }},
        {"6 of 500 items that are not", [](Findings& f) { f.query.different = 6; }},
        {"no statement", [](Findings& f) { f.statements.clear(); }}};
    for (const Fault& fault : faults) {
        Findings findings = good();
        fault.make(findings);
        const auto found = problems(findings);
        ASSERT_EQ(found.size(), 1U) << fault.told;
        EXPECT_NE(found[0].find(fault.told), std::string::npos) << found[0];
        const std::string text = findings_text(findings, local::Colour::off);
        EXPECT_NE(text.find("\nNOT WELL: "), std::string::npos) << text;
        const auto json = codec::parse_json(demo::findings_json(findings), "the report");
        ASSERT_TRUE(json);
        EXPECT_EQ(codec::find_bool(*json, "well"), false);
    }
}

TEST(DemoVerdict, AVerdictOfLossSaysSoInItsLine) {
    Findings findings = good();
    findings.lake.lost = 1'000;
    findings.lake.changes = 0;
    findings.items_out_of_order = 1;
    findings.query.different = 400;
    EXPECT_NE(findings_text(findings, local::Colour::off)
                  .find("NOT WELL: 1,000 changes made, 0 in the lake, 1,000 lost, 5 there twice, "
                        "order broken; newest state of 500 items differs from the table"),
              std::string::npos);
}

TEST(DemoVerdict, TheReportIsOneObject) {
    const auto json = codec::parse_json(demo::findings_json(good()), "the report");
    ASSERT_TRUE(json) << json.error().message;
    EXPECT_EQ(codec::find_bool(*json, "well"), true);
    EXPECT_EQ(codec::find_integer((*json)["changes"], "made"), 1'000);
    EXPECT_EQ(codec::find_integer((*json)["lake"], "duplicates"), 5);
    EXPECT_EQ(codec::find_integer((*json)["kinesis"], "records"), 1'005);
    EXPECT_EQ((*json)["snowflake_statements"].Size(), 1U);
}

}  // namespace
