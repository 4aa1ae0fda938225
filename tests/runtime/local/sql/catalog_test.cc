// What statements do to the state; the codes of what is refused are in
// tests/e2e/sql_double_corpus.py.
#include "runtime/local/sql/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/local/sql/state_json.h"
#include "tests/runtime/local/sql/catalog_fixture.h"

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::StartsWith;
using tests::SqlCatalog;

const std::string kExisting =
    R"({"database":"S","schema":"P","object":"T","kind":"EXTERNAL TABLE",)"
    R"("grants":["SELECT TO ROLE ANALYST","OWNERSHIP TO ROLE R"],"row_access_policy":"S.P.ONLY_EU"})";

TEST_F(SqlCatalog, ReplaceLosesGrantsAndPolicy) {
    set_up("CreateExisting", kExisting);
    ASSERT_EQ(code(create("T", "CREATE OR REPLACE")), "");
    EXPECT_THAT(table("T").grants, IsEmpty());
    EXPECT_EQ(table("T").row_access_policy, "");
}

TEST_F(SqlCatalog, CopyGrantsKeepsAllButOwnershipAndNoPolicy) {
    set_up("CreateExisting", kExisting);
    ASSERT_EQ(code(create("T", "CREATE OR REPLACE") + " COPY GRANTS"), "");
    EXPECT_THAT(table("T").grants, ElementsAre("SELECT TO ROLE ANALYST"));
    EXPECT_EQ(table("T").row_access_policy, "");
}

TEST_F(SqlCatalog, AlterKeepsGrantsAndPolicy) {
    set_up("CreateExisting", kExisting);
    ASSERT_EQ(code("ALTER TABLE S.P.T ADD COLUMN A VARIANT AS (VALUE:a)"), "");
    ASSERT_EQ(code("COMMENT ON TABLE S.P.T IS 'new'"), "");
    ASSERT_EQ(code("ALTER TABLE S.P.T RENAME TO S.P.T2"), "");
    EXPECT_EQ(catalog_.find_table({"S", "P", "T"}), nullptr);
    EXPECT_EQ(table("T2").grants.size(), 2U);
    EXPECT_EQ(table("T2").row_access_policy, "S.P.ONLY_EU");
    EXPECT_EQ(table("T2").comment, "new");
}

TEST_F(SqlCatalog, DropLosesGrants) {
    set_up("CreateExisting", kExisting);
    ASSERT_EQ(code("DROP EXTERNAL TABLE S.P.T"), "");
    ASSERT_EQ(code(create("T")), "");
    EXPECT_THAT(table("T").grants, IsEmpty());
}

TEST_F(SqlCatalog, WhatIsThereStaysWithIfNotExists) {
    ASSERT_EQ(code(create("T") + " COMMENT = 'first'"), "");
    const std::string again = create("T", "CREATE") + " COMMENT = 'second'";
    EXPECT_EQ(code(again), "002002");
    std::string gentle = again;
    gentle.replace(gentle.find("TABLE "), 6, "TABLE IF NOT EXISTS ");
    EXPECT_THAT(column(gentle, "status"), ElementsAre("T already exists, statement succeeded."));
    EXPECT_EQ(table("T").comment, "first");
}

TEST_F(SqlCatalog, ARefusedStatementChangesNothing) {
    set_up("CreateExisting", kExisting);
    std::string replace = create("T", "CREATE OR REPLACE");
    replace.replace(replace.find("S.P.RAW"), 7, "S.P.NONE");
    EXPECT_EQ(code(replace), "002003");
    EXPECT_EQ(table("T").grants.size(), 2U);
    EXPECT_EQ(code("ALTER TABLE S.P.T ADD COLUMN A DATE AS (VALUE:a)"), "001482");
    EXPECT_THAT(table("T").columns, IsEmpty());
}

TEST_F(SqlCatalog, AStatementHasAtMostOneMegabyte) {
    set_up("CreateExisting", kExisting);
    const std::string comment = "COMMENT ON TABLE S.P.T IS ''";
    const std::string fill(1'048'576 - comment.size(), 'x');
    const std::string whole = comment.substr(0, comment.size() - 1) + fill + "'";
    EXPECT_EQ(code(whole), "");
    EXPECT_EQ(code(whole + " "), "000002");
}

TEST_F(SqlCatalog, ATableIsBoundToTheStageItself) {
    const auto shown = [this](const std::string& name) {
        return column("SHOW EXTERNAL TABLES LIKE 'T' IN SCHEMA S.P", name);
    };
    ASSERT_EQ(code(create("T")), "");
    EXPECT_THAT(shown("invalid"), ElementsAre("false"));
    EXPECT_THAT(shown("location"), ElementsAre("@S.P.RAW/t/"));
    ASSERT_EQ(code("DROP STAGE S.P.RAW"), "");
    EXPECT_THAT(shown("invalid"), ElementsAre("true"));
    EXPECT_THAT(shown("invalid_reason"), ElementsAre("Missing stage S.P.RAW."));
    EXPECT_EQ(code("ALTER EXTERNAL TABLE S.P.T REFRESH"), "091093");
    // Another stage of that name is another stage.
    ASSERT_EQ(code("CREATE STAGE S.P.RAW URL = 's3://b/' STORAGE_INTEGRATION = LAKE"), "");
    EXPECT_THAT(shown("invalid"), ElementsAre("true"));
    ASSERT_EQ(code(create("T", "CREATE OR REPLACE")), "");
    EXPECT_THAT(shown("invalid"), ElementsAre("false"));
    ASSERT_EQ(code("CREATE OR REPLACE STAGE S.P.RAW URL = 's3://b/' STORAGE_INTEGRATION = LAKE"),
              "");
    EXPECT_THAT(shown("invalid"), ElementsAre("true"));
}

TEST_F(SqlCatalog, ColumnsComeAndGoOneByOne) {
    ASSERT_EQ(code(create("T")), "");
    ASSERT_EQ(code("ALTER TABLE S.P.T ADD COLUMN N NUMBER(9,2) AS (VALUE:n::NUMBER(9,2))"), "");
    EXPECT_THAT(column("DESC EXTERNAL TABLE S.P.T", "name"),
                ElementsAre("VALUE", "A", "B", "D", "N"));
    EXPECT_THAT(column("DESC EXTERNAL TABLE S.P.T", "kind"),
                ElementsAre("COLUMN", "VIRTUAL", "VIRTUAL", "VIRTUAL", "VIRTUAL"));
    EXPECT_EQ(code("ALTER TABLE S.P.T ADD COLUMN N VARIANT AS (VALUE:n)"), "001430");
    EXPECT_EQ(code("ALTER TABLE S.P.T ADD COLUMN IF NOT EXISTS N VARIANT AS (VALUE:n)"), "");
    EXPECT_EQ(code("ALTER TABLE S.P.T DROP COLUMN A"), "011208");
    EXPECT_EQ(code("ALTER TABLE S.P.T DROP COLUMN B"), "");
    EXPECT_EQ(code("ALTER TABLE S.P.T DROP COLUMN A"), "");
    EXPECT_EQ(code("ALTER TABLE S.P.T DROP COLUMN A"), "000904");
    EXPECT_EQ(code("ALTER TABLE S.P.T DROP COLUMN IF EXISTS A"), "");
    EXPECT_THAT(column("DESC EXTERNAL TABLE S.P.T", "name"), ElementsAre("VALUE", "D", "N"));
    EXPECT_THAT(column("DESC EXTERNAL TABLE S.P.T", "type"),
                ElementsAre("VARIANT", "DATE", "NUMBER(9,2)"));
}

TEST_F(SqlCatalog, AnAddedColumnReadsEarlierOnes) {
    ASSERT_EQ(code(create("T")), "");
    EXPECT_EQ(code("ALTER TABLE S.P.T ADD COLUMN N VARCHAR AS (LOWER(B))"), "");
    EXPECT_EQ(code("ALTER TABLE S.P.T ADD COLUMN M VARCHAR AS (LOWER(M))"), "000904");
    EXPECT_EQ(code("ALTER TABLE S.P.T ADD COLUMN M VARCHAR AS (METADATA$EXTERNAL_TABLE_PARTITION)"),
              "000002");
}

TEST_F(SqlCatalog, KeepsRefreshesAndTheirSwitch) {
    ASSERT_EQ(code(create("T")), "");
    EXPECT_TRUE(table("T").auto_refresh);
    ASSERT_EQ(code("ALTER EXTERNAL TABLE S.P.T SET AUTO_REFRESH = FALSE"), "");
    ASSERT_EQ(code("ALTER EXTERNAL TABLE S.P.T REFRESH 'd=1/'"), "");
    ASSERT_EQ(code("ALTER EXTERNAL TABLE S.P.T REFRESH"), "");
    EXPECT_FALSE(table("T").auto_refresh);
    EXPECT_THAT(table("T").refreshes, ElementsAre("d=1/", ""));
}

TEST_F(SqlCatalog, PartitionsOfTheUserHaveALocationEach) {
    ASSERT_EQ(code(create_user("U")), "");
    const std::string add = "ALTER EXTERNAL TABLE S.P.U ADD PARTITION (D = ";
    EXPECT_EQ(code(add + "'1') LOCATION 'a/b/'"), "");
    EXPECT_EQ(code(add + "'1') LOCATION 'a/b'"), "");
    EXPECT_EQ(code(add + "'2') LOCATION 'a/b/'"), "000002");
    EXPECT_EQ(code(add + "'2') LOCATION 'a/c/'"), "");
    EXPECT_EQ(code(add + "'3') LOCATION 'ab/'"), "");
    EXPECT_THAT(table("U").partitions, ElementsAre(Pair("a/b/", ElementsAre(Pair("D", "1"))),
                                                   Pair("a/c/", ElementsAre(Pair("D", "2"))),
                                                   Pair("ab/", ElementsAre(Pair("D", "3")))));
    EXPECT_EQ(code("ALTER EXTERNAL TABLE S.P.U DROP PARTITION LOCATION 'a'"), "");
    EXPECT_THAT(table("U").partitions, ElementsAre(Pair("ab/", testing::_)));
    EXPECT_EQ(code("ALTER EXTERNAL TABLE S.P.U DROP PARTITION LOCATION 'none/'"), "");
    std::string replace = create_user("U");
    replace.replace(0, 6, "CREATE OR REPLACE");
    ASSERT_EQ(code(replace), "");
    EXPECT_THAT(table("U").partitions, IsEmpty());
}

TEST_F(SqlCatalog, TablesOfOtherRolesStayTheirs) {
    ASSERT_EQ(code(create("T"), "ONE"), "");
    for (const std::string& statement :
         {create("T", "CREATE OR REPLACE"), std::string("DROP EXTERNAL TABLE S.P.T"),
          std::string("COMMENT ON TABLE S.P.T IS ''"),
          std::string("ALTER TABLE S.P.T RENAME TO S.P.X"),
          std::string("ALTER TABLE S.P.T DROP COLUMN B")}) {
        EXPECT_EQ(code(statement, "OTHER"), "003001") << statement;
        EXPECT_EQ(code("DESC EXTERNAL TABLE S.P.T", "OTHER"), "");
    }
    EXPECT_EQ(code("DROP EXTERNAL TABLE S.P.T", "ONE"), "");
}

TEST_F(SqlCatalog, ARevokedPrivilegeIsMissed) {
    for (const char* privilege :
         {"CREATE EXTERNAL TABLE", "CREATE ICEBERG TABLE", "CREATE STAGE"}) {
        set_up("Revoke",
               std::string(R"({"database":"S","schema":"P","privilege":")") + privilege + "\"}");
    }
    EXPECT_EQ(code(create("T")), "003001");
    EXPECT_EQ(code("CREATE STAGE S.P.N URL = 's3://b/' STORAGE_INTEGRATION = LAKE"), "003001");
    EXPECT_EQ(code("CREATE ICEBERG TABLE S.P.I CATALOG = 'CAT' CATALOG_TABLE_NAME = 't'"),
              "003001");
}

TEST_F(SqlCatalog, IcebergTablesAreAKindOfTheirOwn) {
    const std::string iceberg =
        " ICEBERG TABLE S.P.I EXTERNAL_VOLUME = 'vol' CATALOG = 'cat' CATALOG_TABLE_NAME = 't' "
        "CATALOG_NAMESPACE = 'd' AUTO_REFRESH = TRUE COMMENT = 'mark'";
    ASSERT_EQ(code("CREATE" + iceberg), "");
    EXPECT_THAT(column("SHOW ICEBERG TABLES IN SCHEMA S.P", "name"), ElementsAre("I"));
    EXPECT_THAT(column("SHOW ICEBERG TABLES IN SCHEMA S.P", "comment"), ElementsAre("mark"));
    EXPECT_THAT(column("SHOW EXTERNAL TABLES IN SCHEMA S.P", "name"), IsEmpty());
    EXPECT_EQ(code(create("I", "CREATE OR REPLACE")), "002002");
    EXPECT_EQ(code("DROP EXTERNAL TABLE IF EXISTS S.P.I"), "002203");
    EXPECT_EQ(code("ALTER ICEBERG TABLE S.P.I SET AUTO_REFRESH = FALSE"), "");
    EXPECT_FALSE(table("I").auto_refresh);
    EXPECT_EQ(code("CREATE OR REPLACE" + iceberg), "");
    EXPECT_EQ(code("DROP ICEBERG TABLE S.P.I"), "");
}

TEST_F(SqlCatalog, GivesATablesTextInItsOwnWords) {
    ASSERT_EQ(code(create("T")), "");
    const auto ddl = column("SELECT GET_DDL('TABLE', '\"S\".\"P\".\"T\"')", "GET_DDL");
    ASSERT_EQ(ddl.size(), 1U);
    EXPECT_THAT(ddl[0], StartsWith("create or replace external table \"T\"(\n"
                                   "\t\"A\" VARCHAR(16777216) AS "
                                   "(CAST(GET($1, 'a') AS VARCHAR(16777216))),\n"));
}

TEST_F(SqlCatalog, WritesItsStateAsJson) {
    ASSERT_EQ(code(create_user("U")), "");
    ASSERT_EQ(code("ALTER EXTERNAL TABLE S.P.U ADD PARTITION (D = '1') LOCATION 'a/'"), "");
    codec::JsonWriter json;
    sql::write_state(catalog_, json);
    const auto state = codec::parse_json(json.take(), "the state");
    ASSERT_TRUE(state);
    const auto* found = codec::find_object(*codec::find_object(*state, "tables"), "S.P.U");
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(codec::write_json(*codec::find_object(*found, "partitions")), R"({"a/":{"D":"1"}})");
    EXPECT_EQ(codec::find_text(*found, "partition_type"), "USER_SPECIFIED");
    EXPECT_EQ(codec::find_text(*found, "location"), "@S.P.RAW/u/");
    EXPECT_NE(codec::find_object(*codec::find_object(*state, "stages"), "S.P.RAW"), nullptr);
}

}  // namespace
