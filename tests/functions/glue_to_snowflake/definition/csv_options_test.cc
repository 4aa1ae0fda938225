#include "functions/glue_to_snowflake/definition/csv_options.h"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/functions/glue_to_snowflake/table_builder.h"

namespace {

using glue_to_snowflake::csv_options;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::make_table;

constexpr const char* kMultiDelimitSerde = "org.apache.hadoop.hive.serde2.MultiDelimitSerDe";

std::string text_of(const aws::GlueTable& table) {
    const auto result = csv_options(table);
    return result ? result->sql.text() : "fault: " + result.error().message;
}

aws::GlueTable with(const char* serde, const aws::GlueParameters& parameters,
                    const aws::GlueParameters& table_parameters = {}) {
    aws::GlueTable table = make_table(serde, {});
    table.storage_descriptor.serde_info.parameters = parameters;
    table.parameters = table_parameters;
    return table;
}

std::string csv(const char* serde, const aws::GlueParameters& parameters,
                const aws::GlueParameters& table_parameters = {}) {
    return text_of(with(serde, parameters, table_parameters));
}

std::string spark(const aws::GlueParameters& options) {
    return csv("", options, {{"spark.sql.sources.provider", "csv"}});
}

TEST(CsvOptions, HaveHivesDefaultsForLazySimple) {
    EXPECT_EQ(csv(tests::kLazySimpleSerde, {}),
              R"(TYPE = CSV RECORD_DELIMITER = '\n' FIELD_DELIMITER = '\x01' SKIP_HEADER = 0 )"
              R"(SKIP_BLANK_LINES = TRUE ESCAPE_UNENCLOSED_FIELD = NONE )"
              R"(FIELD_OPTIONALLY_ENCLOSED_BY = NONE NULL_IF = ('\\N') )"
              R"(EMPTY_FIELD_AS_NULL = FALSE ENCODING = 'UTF8')");
}

TEST(CsvOptions, HaveHivesDefaultsForOpenCsv) {
    EXPECT_EQ(csv(tests::kOpenCsvSerde, {}),
              R"(TYPE = CSV RECORD_DELIMITER = '\n' FIELD_DELIMITER = ',' SKIP_HEADER = 0 )"
              R"(SKIP_BLANK_LINES = TRUE ESCAPE = '\\' ESCAPE_UNENCLOSED_FIELD = '\\' )"
              R"(FIELD_OPTIONALLY_ENCLOSED_BY = '"' NULL_IF = () )"
              R"(EMPTY_FIELD_AS_NULL = FALSE ENCODING = 'UTF8')");
}

TEST(CsvOptions, HaveSparksDefaultsForSparksReader) {
    EXPECT_EQ(spark({}),
              R"(TYPE = CSV RECORD_DELIMITER = '\n' FIELD_DELIMITER = ',' SKIP_HEADER = 0 )"
              R"(SKIP_BLANK_LINES = TRUE ESCAPE = '\\' ESCAPE_UNENCLOSED_FIELD = NONE )"
              R"(FIELD_OPTIONALLY_ENCLOSED_BY = '"' NULL_IF = () )"
              R"(EMPTY_FIELD_AS_NULL = TRUE ENCODING = 'UTF8')");
}

TEST(CsvOptions, ReadEveryProperty) {
    EXPECT_EQ(csv(tests::kOpenCsvSerde,
                  {{"separatorChar", "|"},
                   {"quoteChar", "'"},
                   {"escapeChar", "~"},
                   {"line.delim", "\r\n"},
                   {"serialization.null.format", "it's"},
                   {"serialization.encoding", "ISO-8859-1"}},
                  {{"skip.header.line.count", "2"}}),
              R"(TYPE = CSV RECORD_DELIMITER = '\r\n' FIELD_DELIMITER = '|' SKIP_HEADER = 2 )"
              R"(SKIP_BLANK_LINES = TRUE ESCAPE = '~' ESCAPE_UNENCLOSED_FIELD = '~' )"
              R"(FIELD_OPTIONALLY_ENCLOSED_BY = '''' NULL_IF = ('it''s') )"
              R"(EMPTY_FIELD_AS_NULL = FALSE ENCODING = 'ISO88591')");
}

TEST(CsvOptions, ReadEveryOptionOfSpark) {
    EXPECT_EQ(spark({{"SEP", ";"},
                     {"quote", "'"},
                     {"escape", "'"},
                     {"header", "TRUE"},
                     {"nullvalue", "NA"},
                     {"charset", "UTF-16LE"},
                     {"lineSep", "\r"},
                     {"ignoreLeadingWhiteSpace", "true"},
                     {"ignoreTrailingWhiteSpace", "true"}}),
              R"(TYPE = CSV RECORD_DELIMITER = '\r' FIELD_DELIMITER = ';' SKIP_HEADER = 1 )"
              R"(SKIP_BLANK_LINES = TRUE ESCAPE_UNENCLOSED_FIELD = NONE TRIM_SPACE = TRUE )"
              R"(FIELD_OPTIONALLY_ENCLOSED_BY = '''' NULL_IF = ('NA') )"
              R"(EMPTY_FIELD_AS_NULL = TRUE ENCODING = 'UTF16LE')");
    EXPECT_THAT(spark({{"delimiter", "\\t"}, {"quote", ""}}),
                AllOf(HasSubstr(R"(FIELD_DELIMITER = '\t')"),
                      HasSubstr("FIELD_OPTIONALLY_ENCLOSED_BY = NONE"),
                      testing::Not(HasSubstr(" ESCAPE ="))));
    EXPECT_THAT(spark({{"ignoreLeadingWhiteSpace", "true"}}),
                testing::Not(HasSubstr("TRIM_SPACE")));
}

TEST(CsvOptions, ReadDelimitersAsHiveDoes) {
    const std::vector<std::pair<aws::GlueParameters, std::string>> cases{
        {{{"field.delim", ","}}, "','"},
        {{{"field.delim", "\t"}, {"serialization.format", "1"}}, R"('\t')"},
        {{{"serialization.format", "|"}}, "'|'"},
        {{{"serialization.format", "1"}}, R"('\x01')"},
        {{{"field.delim", "124"}}, "'|'"},
        {{{"field.delim", "7"}}, R"('\x07')"},
        {{{"field.delim", "-2"}}, R"('\xFE')"},
        {{{"field.delim", "128"}}, "'1'"},
        {{{"field.delim", "||"}}, "'|'"},
        {{{"field.delim", "\x01"}}, R"('\x01')"},
        {{{"field.delim", "¦x"}}, R"('\xC2\xA6')"}};
    for (const auto& [parameters, delimiter] : cases)
        EXPECT_THAT(csv(tests::kLazySimpleSerde, parameters),
                    HasSubstr("FIELD_DELIMITER = " + delimiter + " "));
    EXPECT_THAT(csv(kMultiDelimitSerde, {{"field.delim", "~|~"}}),
                HasSubstr("FIELD_DELIMITER = '~|~' "));
    EXPECT_THAT(csv(kMultiDelimitSerde, {{"field.delim", "¦¦"}}),
                HasSubstr(R"(FIELD_DELIMITER = '\xC2\xA6\xC2\xA6' )"));
    for (const auto& [line, delimiter] : std::vector<std::pair<std::string, std::string>>{
             {"\n", R"('\n')"}, {"10", R"('\n')"}, {"\r\n", R"('\r\n')"}, {"~~", "'~~'"}})
        EXPECT_THAT(csv(tests::kLazySimpleSerde, {{"line.delim", line}}),
                    HasSubstr("RECORD_DELIMITER = " + delimiter + " "));
}

TEST(CsvOptions, EscapeAsTheSerdeDoes) {
    EXPECT_THAT(csv(tests::kLazySimpleSerde, {{"escape.delim", "\\"}}),
                HasSubstr(R"(ESCAPE_UNENCLOSED_FIELD = '\\' FIELD_OPTIONALLY_ENCLOSED_BY = NONE)"));
    EXPECT_THAT(csv(tests::kLazySimpleSerde, {{"escape.delim", "92"}}),
                HasSubstr(R"(ESCAPE_UNENCLOSED_FIELD = '\\')"));
    // A quote that escapes itself is a doubled quote.
    EXPECT_THAT(csv(tests::kOpenCsvSerde, {{"escapeChar", "\""}}),
                AllOf(HasSubstr("TRUE ESCAPE_UNENCLOSED_FIELD = NONE"),
                      HasSubstr("FIELD_OPTIONALLY_ENCLOSED_BY = '\"'")));
}

TEST(CsvOptions, KeepAnEmptyNullFormat) {
    EXPECT_THAT(csv(tests::kLazySimpleSerde, {{"serialization.null.format", ""}}),
                HasSubstr("NULL_IF = ('') EMPTY_FIELD_AS_NULL = FALSE"));
}

TEST(CsvOptions, TakeACrawlersDelimiterWhereThereIsNoSerde) {
    EXPECT_THAT(csv("", {}, {{"delimiter", ";"}}), HasSubstr("FIELD_DELIMITER = ';'"));
    EXPECT_THAT(csv("", {}), HasSubstr(R"(FIELD_DELIMITER = '\x01')"));
    EXPECT_THAT(csv(tests::kLazySimpleSerde, {}, {{"delimiter", ";"}}),
                HasSubstr(R"(FIELD_DELIMITER = '\x01')"));
}

TEST(CsvOptions, SkipTheLinesThatTableSerdeOrStorageSay) {
    EXPECT_THAT(csv(tests::kOpenCsvSerde, {}, {{"skip.header.line.count", "1"}}),
                HasSubstr("SKIP_HEADER = 1 "));
    EXPECT_THAT(csv(tests::kOpenCsvSerde, {{"skip.header.line.count", "1"}}),
                HasSubstr("SKIP_HEADER = 1 "));
    EXPECT_THAT(csv(tests::kOpenCsvSerde, {{"skip.header.line.count", "1"}},
                    {{"skip.header.line.count", "3"}}),
                HasSubstr("SKIP_HEADER = 3 "));
    aws::GlueTable table = make_table(tests::kLazySimpleSerde, {});
    table.storage_descriptor.parameters["skip.header.line.count"] = "2";
    EXPECT_THAT(text_of(table), HasSubstr("SKIP_HEADER = 2 "));
}

TEST(CsvOptions, NameCharacterSetsAsSnowflakeDoes) {
    const std::vector<std::pair<std::string, std::string>> cases{{"", "UTF8"},
                                                                 {"UTF-8", "UTF8"},
                                                                 {"US-ASCII", "UTF8"},
                                                                 {"ISO-8859-1", "ISO88591"},
                                                                 {"iso-8859-15", "ISO885915"},
                                                                 {"Windows-1252", "WINDOWS1252"},
                                                                 {"windows-1251", "WINDOWS1251"},
                                                                 {"Shift_JIS", "SHIFTJIS"},
                                                                 {"GBK", "GB18030"},
                                                                 {"UTF-16LE", "UTF16LE"},
                                                                 {"KOI8-R", "KOI8R"}};
    for (const auto& [java, snowflake] : cases)
        EXPECT_THAT(csv(tests::kLazySimpleSerde, {{"serialization.encoding", java}}),
                    HasSubstr("ENCODING = '" + snowflake + "'"));
}

TEST(CsvOptions, NameThePropertyThatSnowflakeCannotExpress) {
    EXPECT_THAT(csv(tests::kOpenCsvSerde, {{"quoteChar", "|"}}), HasSubstr("fault: quoteChar: "));
    EXPECT_THAT(csv(tests::kOpenCsvSerde, {{"separatorChar", "\""}}),
                HasSubstr("fault: quoteChar: it is the delimiter of fields too"));
    EXPECT_THAT(csv(tests::kOpenCsvSerde, {{"separatorChar", "\\"}}),
                HasSubstr("fault: escapeChar: it is the delimiter of fields too"));
    EXPECT_THAT(csv(tests::kOpenCsvSerde, {{"escapeChar", "¬"}}),
                HasSubstr("fault: escapeChar: Snowflake takes no escape but one ASCII character"));
    EXPECT_THAT(csv(kMultiDelimitSerde, {{"field.delim", std::string(21, '-')}}),
                HasSubstr("fault: field.delim: Snowflake takes no delimiter of more than 20"));
    EXPECT_THAT(csv(tests::kLazySimpleSerde, {{"line.delim", std::string(21, '-')}}),
                HasSubstr("fault: line.delim: Snowflake takes no delimiter"));
    EXPECT_THAT(csv(tests::kLazySimpleSerde, {{"field.delim", "\n"}}),
                HasSubstr("fault: field.delim: it and line.delim are parts of one another"));
    EXPECT_THAT(csv(kMultiDelimitSerde, {{"field.delim", "a\nb"}}),
                HasSubstr("fault: field.delim: it and line.delim are parts"));
    EXPECT_THAT(csv(tests::kLazySimpleSerde, {{"serialization.encoding", "EBCDIC"}}),
                HasSubstr("fault: serialization.encoding: it names no character set"));
    EXPECT_THAT(spark({{"encoding", "EBCDIC"}}), HasSubstr("fault: encoding: "));
    EXPECT_THAT(spark({{"quote", "~"}}), HasSubstr("fault: quote: "));
    EXPECT_THAT(spark({{"sep", "\""}}), HasSubstr("TABLE_FILTER"));
    for (const char* count : {"-1", "one", "1.5", "99999999999"}) {
        EXPECT_THAT(csv(tests::kLazySimpleSerde, {}, {{"skip.header.line.count", count}}),
                    HasSubstr("skip.header.line.count is no number"));
        EXPECT_THAT(csv(tests::kLazySimpleSerde, {}, {{"skip.footer.line.count", count}}),
                    HasSubstr("skip.footer.line.count is no number"));
    }
}

TEST(CsvOptions, TakeTwentyCharactersOfAnyLength) {
    std::string twenty;
    for (int i = 0; i < 20; ++i)
        twenty += "¦";
    EXPECT_THAT(csv(kMultiDelimitSerde, {{"field.delim", twenty}}), HasSubstr("TYPE = CSV"));
    EXPECT_THAT(csv(kMultiDelimitSerde, {{"field.delim", twenty + "¦"}}), HasSubstr("fault"));
}

TEST(CsvOptions, NoteWhatHasNoCounterpart) {
    const auto notes = [](const aws::GlueTable& table) { return csv_options(table)->notes; };
    EXPECT_THAT(notes(with(tests::kLazySimpleSerde, {}, {{"skip.footer.line.count", "1"}})),
                ElementsAre(HasSubstr("skip.footer.line.count")));
    EXPECT_THAT(notes(with(tests::kLazySimpleSerde, {}, {{"skip.footer.line.count", "0"}})),
                IsEmpty());
    EXPECT_THAT(
        notes(with(tests::kLazySimpleSerde, {{"serialization.last.column.takes.rest", "true"},
                                             {"timestamp.formats", "yyyy"}})),
        ElementsAre(HasSubstr("takes.rest"), HasSubstr("timestamp.formats")));
    EXPECT_THAT(notes(with("", {{"comment", "#"}, {"dateFormat", "dd.MM.yyyy"}},
                           {{"spark.sql.sources.provider", "csv"}})),
                ElementsAre(HasSubstr("option comment"), HasSubstr("option dateFormat")));
}

}  // namespace
