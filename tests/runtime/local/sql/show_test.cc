// SHOW: its filters, its pages and its end.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/runtime/local/sql/catalog_fixture.h"

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class SqlShow : public tests::SqlCatalog {
  protected:
    void put(const std::string& name, const std::string& schema = "P") {
        sql::Table table;
        table.kind = sql::kExternalTable;
        catalog_.put_table({"S", schema, name}, std::move(table));
    }
    std::vector<std::string> names(const std::string& rest) {
        return column("SHOW EXTERNAL TABLES" + rest, "name");
    }
};

TEST_F(SqlShow, LikeIgnoresCaseAndHasWildcards) {
    put("T");
    const auto finds = [this](const std::string& pattern) {
        return !names(" LIKE '" + pattern + "' IN SCHEMA S.P").empty();
    };
    EXPECT_TRUE(finds("t") && finds("_") && finds("%") && finds("T%") && finds("\\\\T"));
    EXPECT_FALSE(finds("") || finds("T_") || finds("\\\\_") || finds("U"));
}

TEST_F(SqlShow, GoesByDatabaseSchemaAndName) {
    put("B");
    put("C", "Q");
    put("A");
    EXPECT_THAT(names(""), ElementsAre("A", "B", "C"));
    EXPECT_THAT(names(" IN ACCOUNT"), ElementsAre("A", "B", "C"));
    EXPECT_THAT(names(" IN DATABASE S"), ElementsAre("A", "B", "C"));
    EXPECT_THAT(names(" IN DATABASE T"), IsEmpty());
    EXPECT_THAT(names(" IN SCHEMA S.P"), ElementsAre("A", "B"));
    EXPECT_EQ(code("SHOW EXTERNAL TABLES IN SCHEMA S.R"), "002003");
}

TEST_F(SqlShow, StartsWithKeepsTheCase) {
    put("Ab");
    put("aB");
    EXPECT_THAT(names(" STARTS WITH 'A'"), ElementsAre("Ab"));
}

TEST_F(SqlShow, PagesByTheLastName) {
    for (const char* name : {"A", "B", "BB", "C"})
        put(name);
    EXPECT_THAT(names(" LIMIT 2"), ElementsAre("A", "B"));
    EXPECT_THAT(names(" LIMIT 2 FROM 'B'"), ElementsAre("BB", "C"));
    EXPECT_THAT(names(" LIMIT 2 FROM 'C'"), IsEmpty());
    EXPECT_THAT(names(" LIMIT 2 FROM 'b'"), IsEmpty());
    EXPECT_THAT(names(" LIKE 'B%' LIMIT 9 FROM 'B'"), ElementsAre("BB"));
    EXPECT_THAT(names(" LIMIT 0"), IsEmpty());
}

TEST_F(SqlShow, EndsAfterTenThousandRows) {
    for (int i = 0; i < 10'001; ++i)
        put(fmt::format("T{:05}", i));
    EXPECT_EQ(names(" LIMIT 20000").size(), 10'000U);
    EXPECT_THAT(names(" LIMIT 10000 FROM 'T09999'"), ElementsAre("T10000"));
}

TEST_F(SqlShow, ShowsStages) {
    ASSERT_EQ(code("CREATE STAGE S.P.N URL = 's3://b/x y/' STORAGE_INTEGRATION = LAKE"), "");
    EXPECT_THAT(column("SHOW STAGES LIKE 'N' IN SCHEMA S.P", "url"), ElementsAre("s3://b/x y/"));
    EXPECT_THAT(column("SHOW STAGES IN SCHEMA S.P", "name"), ElementsAre("N", "RAW"));
}

TEST_F(SqlShow, TellsWhyATableIsInvalid) {
    set_up("CreateExisting", R"({"database":"S","schema":"P","object":"T",)"
                             R"("kind":"EXTERNAL TABLE","invalid_reason":"lost its format"})");
    EXPECT_THAT(column("SHOW EXTERNAL TABLES", "invalid"), ElementsAre("true"));
    EXPECT_THAT(column("SHOW EXTERNAL TABLES", "invalid_reason"), ElementsAre("lost its format"));
}

}  // namespace
