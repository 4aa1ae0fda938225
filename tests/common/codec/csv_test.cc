#include "common/codec/csv.h"

#include <string>

#include <gtest/gtest.h>

namespace codec {
namespace {

std::string written(const std::vector<CsvRow>& rows) {
    std::string out;
    CsvWriter writer(out);
    for (const CsvRow& row : rows) {
        for (const auto& field : row) {
            if (field) {
                writer.text(*field);
            } else {
                writer.absent();
            }
        }
        writer.end_row();
    }
    return out;
}

TEST(Csv, QuotesOnlyWhereRfc4180WantsIt) {
    EXPECT_EQ(written({{"aaa", "bbb", "ccc"}}), "aaa,bbb,ccc\n");
    EXPECT_EQ(written({{"aaa", "b\nbb", "ccc"}}), "aaa,\"b\nbb\",ccc\n");
    EXPECT_EQ(written({{"aaa", "b\"bb", "ccc"}}), "aaa,\"b\"\"bb\",ccc\n");
    EXPECT_EQ(written({{"a,b", "c\r", "\""}}), "\"a,b\",\"c\r\",\"\"\"\"\n");
    EXPECT_EQ(written({{" a ", "b;c", "d'e", "\t"}}), " a ,b;c,d'e,\t\n");
}

TEST(Csv, TellsAnAbsentValueFromAnEmptyText) {
    EXPECT_EQ(written({{"a", std::nullopt, "", std::nullopt}}), "a,,\"\",\n");
    EXPECT_EQ(written({{std::nullopt, std::nullopt}}), ",\n");
}

TEST(Csv, NeverWritesAnEmptyLine) {
    EXPECT_EQ(written({{std::nullopt}, {"a"}, {std::nullopt}, {""}}), "\"\"\na\n\"\"\n\"\"\n");
}

TEST(Csv, AppendsToTheCallersText) {
    std::string out = "id,name\n";
    CsvWriter writer(out);
    writer.absent();
    writer.end_row();
    EXPECT_EQ(out, "id,name\n\"\"\n");
}

TEST(Csv, ReadsWhatItWrites) {
    const std::vector<CsvRow> rows = {{"id", "text", "note"},
                                      {"1", "a,\"b\"\r\nc", std::nullopt},
                                      {"", "gr\xc3\xbc\xc3\x9f", "\"\""},
                                      {std::nullopt, std::nullopt, std::nullopt}};
    const auto read = parse_csv(written(rows));
    ASSERT_TRUE(read.ok()) << read.error().message;
    EXPECT_EQ(*read, rows);
}

TEST(Csv, ReadsBothLineEndsAndAMissingLastOne) {
    const std::vector<CsvRow> rows = {{"a", "b"}, {"c", std::nullopt}};
    for (const std::string_view text :
         {"a,b\nc,\n", "a,b\r\nc,\r\n", "a,b\nc,", "\"a\",\"b\"\r\n\"c\","})
        EXPECT_EQ(*parse_csv(text), rows) << text;
    EXPECT_TRUE(parse_csv("")->empty());
}

TEST(Csv, RefusesLooseForms) {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"a,b\"c\n", "row 1: a quote within a field without quotes"},
        {"a\n\"b\"c\n", "row 2: text behind a closing quote"},
        {"\"b\" \n", "row 1: text behind a closing quote"},
        {"a,\"b\n", "row 1: a quote is never closed"},
        {"a\rb\n", "row 1: a CR that no line feed follows"},
        {"\"a\"\r", "row 1: text behind a closing quote"},
    };
    for (const auto& [text, fault] : cases) {
        const auto rows = parse_csv(text);
        ASSERT_FALSE(rows.ok()) << text;
        EXPECT_EQ(rows.error().kind, base::ErrorKind::data_invalid);
        EXPECT_NE(rows.error().message.find(fault), std::string::npos) << rows.error().message;
    }
}

}  // namespace
}  // namespace codec
