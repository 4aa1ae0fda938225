#include "runtime/local/verify_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using local::DifferenceKind;
using local::VerifyResult;
using testing::HasSubstr;

VerifyResult different() {
    VerifyResult result;
    result.export_arn = "arn";
    result.table_name = "orders";
    result.export_time_ms = 1'695'353'076'000;
    result.key_names = {"pk"};
    result.counts.items = 1'234;
    result.counts.equal_items = 1'231;
    result.counts.differences = {1, 0, 2, 0};
    result.counts.lake_files = 4;
    result.counts.lake_lines = 5'000;
    result.counts.later_lines = 7;
    result.counts.bad_lines = 1;
    result.lake_newest_ms = 1'695'353'077'500;
    result.differences = {
        {R"({"pk":"a"})", DifferenceKind::missing, "the lake has no line of it", std::nullopt},
        {R"({"pk":"b"})", DifferenceKind::different, "v\n differs",
         local::NewestLine{dynamodb::Operation::modify, "42", 1'695'353'000'000, "dt=1/a.gz", 3}}};
    result.bad_lines = {{"dt=1/b.gz", 9, "the line: cut"}};
    result.warnings = {"beware"};
    return result;
}

TEST(ResultText, TellsTheVerdictAndTheFirstDifferences) {
    EXPECT_EQ(local::result_text(different(), local::Colour::off),
              "different: 1 missing, 2 different, 1 bad lines (1,231 of 1,234 items equal), export "
              "of orders at 2023-09-22T03:24:36.000Z\n"
              "  5,000 lines in 4 files, 7 later than the export, the newest of "
              "2023-09-22T03:24:37.500Z\n"
              "  missing    {\"pk\":\"a\"}  the lake has no line of it\n"
              "  different  {\"pk\":\"b\"}  v\\n differs; newest: MODIFY at "
              "2023-09-22T03:23:20.000Z, dt=1/a.gz line 3\n"
              "  … and 1 more (--list N)\n"
              "  bad line   dt=1/b.gz line 9: the line: cut\n");
}

TEST(ResultText, TellsThatAllIsEqual) {
    VerifyResult result;
    result.table_name = "orders";
    result.export_time_ms = 1'695'353'076'000;
    result.counts.items = 3;
    result.counts.equal_items = 3;
    result.counts.boundary_items = 2;
    result.counts.lake_lines = 3;
    result.counts.lake_files = 1;
    EXPECT_EQ(local::result_text(result, local::Colour::off),
              "equal: the lake holds all 3 items, export of orders at 2023-09-22T03:24:36.000Z\n"
              "  3 lines in 1 files; 2 items changed within a second of the export's time, where "
              "any cut was taken\n");
    EXPECT_THAT(local::result_text(result, local::Colour::on), HasSubstr("\x1b[32mequal\x1b[0m"));
}

TEST(ResultText, ExplainsLinesWithoutAnImage) {
    VerifyResult result = different();
    result.differences = {{R"({"pk":"a"})", DifferenceKind::keys_only, "", std::nullopt}};
    EXPECT_THAT(local::result_text(result, local::Colour::off), HasSubstr("KEYS_ONLY"));
}

TEST(ResultJson, IsOneObject) {
    EXPECT_EQ(local::result_json(different(), 12),
              R"({"equal":false,"export_arn":"arn","table":"orders",)"
              R"("export_time":"2023-09-22T03:24:36.000Z","key":["pk"],"items":1234,)"
              R"("equal_items":1231,"boundary_items":0,"missing":1,"extra":0,"different":2,)"
              R"("keys_only":0,"lake_files":4,"lake_lines":5000,"later_lines":7,"bad_lines":1,)"
              R"("lake_newest":"2023-09-22T03:24:37.500Z","differences":[{"key":{"pk":"a"},)"
              R"("kind":"missing","detail":"the lake has no line of it","newest_line":null},)"
              R"({"key":{"pk":"b"},"kind":"different","detail":"v\n differs","newest_line":)"
              R"({"operation":"MODIFY","sequence_number":"42","event_time_ms":1695353000000,)"
              R"("file":"dt=1/a.gz","line":3}}],"bad_line_list":[{"file":"dt=1/b.gz","line":9,)"
              R"("reason":"the line: cut"}],"warnings":["beware"],"duration_ms":12})"
              "\n");
}

}  // namespace
