#include "functions/stream_to_s3/csv_lines.h"

#include <gtest/gtest.h>

namespace {

std::string row(const std::string& line, const std::vector<std::string>& columns) {
    std::string out;
    stream_to_s3::append_csv_row(line, columns, out);
    return out;
}

TEST(CsvLines, BeginWithTheNames) {
    std::string out;
    stream_to_s3::append_csv_header({"id", "a,b", "say \"x\""}, out);
    EXPECT_EQ(out, "id,\"a,b\",\"say \"\"x\"\"\"\n");
}

TEST(CsvLines, TakeTheColumnsInTheirOwnOrder) {
    EXPECT_EQ(row(R"({"b":2,"a":1,"c":3})"
                  "\n",
                  {"c", "a"}),
              "3,1\n");
}

TEST(CsvLines, KeepTheBytesOfNumbers) {
    EXPECT_EQ(row(R"({"n":-0.10,"big":12345678901234567890123456789012345678})", {"n", "big"}),
              "-0.10,12345678901234567890123456789012345678\n");
}

TEST(CsvLines, QuoteTextsThatNeedIt) {
    EXPECT_EQ(row(R"({"t":"a, b","q":"say \"hi\"","l":"two\nlines","u":"Z\u00fcrich"})",
                  {"t", "q", "l", "u"}),
              "\"a, b\",\"say \"\"hi\"\"\",\"two\nlines\",Zürich\n");
}

TEST(CsvLines, TellAnEmptyTextFromNothing) {
    EXPECT_EQ(row(R"({"empty":"","null":null,"yes":true})", {"empty", "null", "gone", "yes"}),
              "\"\",,,true\n");
}

TEST(CsvLines, KeepListsAndMapsAsJson) {
    EXPECT_EQ(row(R"({"l":["x",1.50],"m":{"a":null}})", {"l", "m"}),
              "\"[\"\"x\"\",1.50]\",\"{\"\"a\"\":null}\"\n");
}

TEST(CsvLines, CountWhatNoColumnNames) {
    std::string out;
    EXPECT_EQ(stream_to_s3::append_csv_row(R"({"a":1,"b":2,"c":3})", {"b", "z"}, out), 2U);
    EXPECT_EQ(out, "2,\n");
}

TEST(CsvLines, FindNamesWithEscapes) {
    EXPECT_EQ(row(R"({"a\"b":1,"caf\u00e9":2})", {"a\"b", "café"}), "1,2\n");
}

}  // namespace
