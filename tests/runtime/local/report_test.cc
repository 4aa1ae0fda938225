#include "runtime/local/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/local/workspace.h"

namespace local {
namespace {

Verdict failed_verdict() {
    return {.function = "f",
            .case_name = "c",
            .kind = Verdict::Kind::failed,
            .duration_ms = 12,
            .responded = true,
            .body = "{\"a\": 1.0}",
            .differences = {{.path = "/response/a", .expected = "1", .actual = "1.0"}},
            .output = "one\ntwo"};
}

TEST(Report, WritesALineForAPassedEvent) {
    const Verdict verdict{
        .function = "f", .case_name = "c", .kind = Verdict::Kind::passed, .duration_ms = 12};
    EXPECT_EQ(verdict_text(verdict, Colour::off), "PASS f/c  12 ms\n");
    EXPECT_EQ(verdict_text(verdict, Colour::on), "\x1b[32mPASS\x1b[0m f/c  12 ms\n");
}

TEST(Report, ShowsTheDifferencesAndTheOutputOfAFailedOne) {
    EXPECT_EQ(verdict_text(failed_verdict(), Colour::off),
              "FAIL f/c  12 ms\n"
              "      /response/a\n"
              "        expected 1\n"
              "        actual   1.0\n"
              "      | one\n"
              "      | two\n");
}

TEST(Report, NamesTheLinesOfAFileOfKeptRecordsThatAreNotDone) {
    const Verdict verdict{.function = "f",
                          .case_name = "kept.gz:1-9",
                          .kind = Verdict::Kind::failed,
                          .lines = {{.line = 3, .reason = "too large"}}};
    EXPECT_EQ(verdict_text(verdict, Colour::off),
              "FAIL f/kept.gz:1-9  0 ms\n      line 3: too large\n");
    EXPECT_THAT(report_json({verdict}),
                testing::HasSubstr(R"("lines":[{"line":3,"reason":"too large"}])"));
}

TEST(Report, SumsUp) {
    const Verdict passed{.kind = Verdict::Kind::passed};
    const Verdict ran{.kind = Verdict::Kind::ran};
    EXPECT_EQ(summary_text({passed, passed}, 3249, Colour::off), "2 passed, 0 failed (3.2 s)\n");
    EXPECT_EQ(summary_text({passed, failed_verdict(), ran}, 40, Colour::off),
              "1 passed, 1 failed, 1 ran without an expectation (0.0 s)\n");
}

TEST(Report, WritesOneJsonObject) {
    Verdict error{.function = "g", .case_name = "d", .body = "not json", .problem = ""};
    EXPECT_EQ(report_json({failed_verdict(), error}),
              R"({"verdicts":[{"function":"f","case":"c","verdict":"failed","duration_ms":12,)"
              R"("response":{"a": 1.0},"differences":[{"path":"/response/a","expected":"1",)"
              R"("actual":"1.0"}]},{"function":"g","case":"d","verdict":"failed","duration_ms":0,)"
              R"("error":"not json","differences":[]}],"passed":0,"failed":2,"ran":0})");
}

TEST(Closest, FindsANameTwoChangesAway) {
    const std::vector<std::string> names{"table_export", "stream_to_kinesis"};
    EXPECT_EQ(closest("tabel_export", names), "table_export");
    EXPECT_EQ(closest("table_exprt", names), "table_export");
    EXPECT_EQ(closest("stream_to_kinesiss_", names), "stream_to_kinesis");
    EXPECT_EQ(closest("stream_to_s3", names), std::nullopt);
    EXPECT_EQ(closest("", {}), std::nullopt);
}

}  // namespace
}  // namespace local
