#include "functions/glue_to_snowflake/plan/mark.h"

#include <random>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/functions/glue_to_snowflake/table_builder.h"

namespace {

using glue_to_snowflake::KnownPartitions;
using glue_to_snowflake::Mark;
using glue_to_snowflake::parse_mark;
using glue_to_snowflake::text_before_mark;
using glue_to_snowflake::write_comment;
using glue_to_snowflake::write_mark;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

Mark whole_mark() {
    return {.source = {"1", "d\"b'\\", "täble"},
            .definition = "0123456789abcdef0123456789abcdef",
            .location = "11111111",
            .file_format = "22222222",
            .partitions = "33333333",
            .columns = glue_to_snowflake::ColumnHashes{{"B", "55555555"}, {"A\n\"", "44444444"}},
            .auto_refresh = snowflake::AutoRefresh::off,
            .stage = "T_66666666",
            .known_partitions = KnownPartitions{{{"dt=1/", "77777777"}}, 1, ""},
            .deleted = "2026-11-21T19:00:00Z"};
}

constexpr std::string_view kWholeText =
    R"(lakefeed {"version":1,"catalog":"1","database":"d\"b'\\","table":"täble",)"
    R"("definition":"0123456789abcdef0123456789abcdef","location":"11111111",)"
    R"("file_format":"22222222","partitions":"33333333",)"
    R"("columns":{"A\n\"":"44444444","B":"55555555"},"auto_refresh":false,"stage":"T_66666666",)"
    R"("known_partitions":{"count":1,"listed":{"dt=1/":"77777777"}},)"
    R"("deleted":"2026-11-21T19:00:00Z"})";

void expect_equal(const Mark& left, const Mark& right) {
    EXPECT_EQ(write_mark(left), write_mark(right));
    EXPECT_EQ(left.columns, right.columns);
    EXPECT_EQ(left.auto_refresh, right.auto_refresh);
    EXPECT_EQ(left.known_partitions, right.known_partitions);
}

TEST(Mark, IsReadAsItWasWritten) {
    EXPECT_EQ(write_mark(whole_mark()), kWholeText);
    const auto read = parse_mark(kWholeText);
    ASSERT_TRUE(read);
    expect_equal(*read, whole_mark());
    EXPECT_EQ(read->source.database, "d\"b'\\");
    EXPECT_EQ(read->version, 1);
}

TEST(Mark, LeavesOutWhatItDoesNotSay) {
    const Mark mark{.source = {"", "d", "t"}, .definition = "h"};
    EXPECT_EQ(write_mark(mark),
              R"(lakefeed {"version":1,"catalog":"","database":"d","table":"t","definition":"h"})");
    const auto read = parse_mark(write_mark(mark));
    ASSERT_TRUE(read);
    EXPECT_FALSE(read->columns);
    EXPECT_FALSE(read->known_partitions);
    EXPECT_EQ(read->location + read->stage + read->deleted, "");
}

TEST(Mark, KnowsADigestInsteadOfAList) {
    Mark mark = whole_mark();
    mark.known_partitions = KnownPartitions{{}, 700, "0123456789abcdef"};
    EXPECT_THAT(write_mark(mark),
                HasSubstr(R"("known_partitions":{"count":700,"digest":"0123456789abcdef"})"));
    expect_equal(*parse_mark(write_mark(mark)), mark);
}

TEST(Mark, TellsNoPartitionsFromUnknownOnes) {
    Mark mark = whole_mark();
    mark.known_partitions = KnownPartitions{};
    const auto read = parse_mark(write_mark(mark));
    ASSERT_TRUE(read && read->known_partitions);
    EXPECT_EQ(*read->known_partitions, KnownPartitions{});
}

TEST(Mark, IsNothingElse) {
    for (const char* comment :
         {"",
          "\n",
          "orders of the shop",
          "lakefeed",
          "lakefeed {}",
          "lakefeed {",
          "lakefeed []",
          "lakefeed null",
          "lakefeed 1",
          R"(lakefeed {"version":1})",
          R"({"version":1,"catalog":"1","database":"d","table":"t","definition":"h"})",
          R"(Lakefeed {"version":1,"catalog":"1","database":"d","table":"t","definition":"h"})",
          R"( lakefeed {"version":1,"catalog":"1","database":"d","table":"t","definition":"h"})",
          R"(lakefeed {"version":0,"catalog":"1","database":"d","table":"t","definition":"h"})",
          R"(lakefeed {"version":"1","catalog":"1","database":"d","table":"t","definition":"h"})",
          R"(lakefeed {"version":1,"catalog":"1","database":"d","table":"t","definition":""})",
          R"(lakefeed {"version":1,"catalog":1,"database":"d","table":"t","definition":"h"})",
          R"(lakefeed {"version":1,"catalog":"1","database":"","table":"t","definition":"h"})",
          R"(lakefeed {"version":1,"catalog":"1","database":"d","table":"t","definition":"h"} x)",
          R"(lakefeed {"version":1,"catalog":"1","database":"d","table":"t"})"})
        EXPECT_FALSE(parse_mark(comment)) << comment;
}

// The mark is the last line, and what looks like one before it is text.
TEST(Mark, IsNotTakenFromADescriptionThatLooksLikeOne) {
    const Mark forged{.source = {"9", "other", "other"}, .definition = "h"};
    const std::string comment = write_comment(write_mark(forged), whole_mark());
    EXPECT_EQ(parse_mark(comment)->source.name, "täble");
    EXPECT_EQ(text_before_mark(comment), write_mark(forged));
    EXPECT_FALSE(parse_mark(write_mark(forged) + "\nby hand"));
}

TEST(Mark, StandsBehindTheTextOfTheComment) {
    for (const std::string_view text :
         {"orders", "two\nlines", "ends in a line\n", "\n", "a\r", "'; DROP TABLE x; --", "ü\0b"}) {
        const std::string comment = write_comment(text, whole_mark());
        EXPECT_EQ(text_before_mark(comment), text);
        ASSERT_TRUE(parse_mark(comment));
        expect_equal(*parse_mark(comment), whole_mark());
    }
    EXPECT_EQ(write_comment("", whole_mark()), kWholeText);
    EXPECT_EQ(text_before_mark(kWholeText), "");
}

TEST(Mark, BearsWhiteSpaceBehindIt) {
    const std::string comment = write_comment("orders", whole_mark()) + " \r\n\n";
    EXPECT_TRUE(parse_mark(comment));
    EXPECT_EQ(text_before_mark(comment), "orders");
}

TEST(Mark, OfANewerVersionTellsNoMoreThanItsVersion) {
    const auto read = parse_mark(R"(lakefeed {"version":2,"of":"something else"})");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->version, 2);
}

TEST(Mark, IsATombstoneWhateverItsTime) {
    for (const char* time : {"true", "null", "1", R"("")", "{}"}) {
        const auto read = parse_mark(
            R"(lakefeed {"version":1,"catalog":"","database":"d","table":"t","definition":"h",)"
            R"("deleted":)" +
            std::string(time) + "}");
        ASSERT_TRUE(read) << time;
        EXPECT_NE(read->deleted, "") << time;
    }
}

TEST(Mark, ForgetsPartsThatAreNotAsTheyWereWritten) {
    const auto read = parse_mark(
        R"(lakefeed {"version":1,"catalog":"","database":"d","table":"t","definition":"h",)"
        R"("location":1,"columns":{"A":1},"known_partitions":{"count":-1}})");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->location, "");
    EXPECT_FALSE(read->columns);
    EXPECT_FALSE(read->known_partitions);
}

TEST(Mark, BearsNestingWithoutAnEnd) {
    for (const std::string_view open : {"[", "{\"a\":", "{\"version\":1,\"columns\":{"}) {
        std::string comment = "lakefeed ";
        for (int i = 0; i < 100'000; ++i)
            comment += open;
        EXPECT_FALSE(parse_mark(comment));
    }
}

Mark mark_with(std::size_t columns, std::size_t partitions) {
    Mark mark = whole_mark();
    mark.columns->clear();
    mark.known_partitions->listed.clear();
    for (std::size_t i = 0; i < columns; ++i)
        mark.columns->emplace("COLUMN_" + std::to_string(i), "01234567");
    for (std::size_t i = 0; i < partitions; ++i) {
        mark.known_partitions->listed.emplace("day=" + std::to_string(i) + std::string(150, '0'),
                                              "01234567");
    }
    mark.known_partitions->count = partitions;
    return mark;
}

TEST(Mark, OfACommentThatIsTooLongLeavesTheColumnsOut) {
    Mark mark = mark_with(2'000, 1);
    EXPECT_THAT(write_comment("", mark), HasSubstr(R"("COLUMN_1999":)"));
    const std::string comment = write_comment(std::string(60'000, 'x'), mark);
    EXPECT_LE(comment.size(), 65'536U);
    const auto read = parse_mark(comment);
    ASSERT_TRUE(read);
    EXPECT_FALSE(read->columns);
    EXPECT_EQ(read->known_partitions, mark.known_partitions);
    EXPECT_EQ(read->location, mark.location);
}

TEST(Mark, OfACommentThatIsStillTooLongLeavesThePartitionsOut) {
    const std::string comment = write_comment("", mark_with(2'000, 500));
    EXPECT_LE(comment.size(), 65'536U);
    EXPECT_FALSE(parse_mark(comment)->columns);
    EXPECT_FALSE(parse_mark(comment)->known_partitions);
}

TEST(Mark, KeepsTheColumnsOfACommentOfTheLargestLength) {
    const Mark mark = mark_with(100, 0);
    const std::size_t room = 65'536 - write_mark(mark).size() - 1;
    const std::string fitting = write_comment(std::string(room, 'x'), mark);
    EXPECT_EQ(fitting.size(), 65'536U);
    EXPECT_TRUE(parse_mark(fitting)->columns);
    EXPECT_FALSE(parse_mark(write_comment(std::string(room + 1, 'x'), mark))->columns);
}

// No change of a byte makes it crash, and none makes it another table's.
TEST(Mark, BearsAnyComment) {
    std::mt19937 random(7);
    const auto below = [&random](std::size_t limit) { return std::size_t{random()} % limit; };
    for (int i = 0; i < 3'000; ++i) {
        std::string comment = write_comment("text", whole_mark());
        for (std::size_t changes = below(4) + 1; changes > 0; --changes) {
            const std::size_t at = below(comment.size());
            if (below(2) == 0)
                comment[at] = static_cast<char>(below(256));
            else if (below(2) == 0)
                comment.erase(at, below(20));
            else
                comment.insert(at, comment.substr(below(comment.size()), below(20)));
        }
        const auto read = parse_mark(comment);
        EXPECT_LE(text_before_mark(comment).size(), comment.size());
        if (!read || read->version > 1) continue;
        const auto again = parse_mark(write_comment("", *read));
        ASSERT_TRUE(again) << comment;
        expect_equal(*again, *read);
    }
}

TEST(Mark, HoldsWhatDefinesTheTable) {
    const auto defined = glue_to_snowflake::define_table(
        tests::make_table(tests::kParquetSerde, {{"a", "int"}, {"b", "string"}}),
        tests::make_name(), {}, tests::make_settings());
    auto definition = std::get<glue_to_snowflake::TableDefinition>(*defined);
    Mark mark = make_mark(definition, {"1", "d", "t"});
    EXPECT_EQ(mark.definition, glue_to_snowflake::definition_hash(definition.table));
    EXPECT_EQ(mark.columns, glue_to_snowflake::part_hashes(definition.table).columns);
    EXPECT_THAT(write_mark(mark), Not(AnyOf(HasSubstr("stage"), HasSubstr("auto_refresh"))));
    definition.table.auto_refresh = snowflake::AutoRefresh::off;
    EXPECT_EQ(make_mark(definition, {"1", "d", "t"}).auto_refresh, snowflake::AutoRefresh::off);
    definition.table.partition_type = snowflake::PartitionType::user_specified;
    EXPECT_EQ(make_mark(definition, {"1", "d", "t"}).auto_refresh, snowflake::AutoRefresh::on);
    definition.stage = {.name = tests::make_name("ORDERS_01234567"),
                        .url = "s3://lake/raw/orders/",
                        .storage_integration = *snowflake::Identifier::from("INT", "it")};
    EXPECT_THAT(write_mark(make_mark(definition, {"1", "d", "t"})),
                HasSubstr(R"("stage":"ORDERS_01234567")"));
}

}  // namespace
