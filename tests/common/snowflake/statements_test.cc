// Each statement as Snowflake's page writes it, and that no text of a catalog changes its shape.
#include <array>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "common/snowflake/external_table.h"
#include "common/snowflake/iceberg_table.h"
#include "common/snowflake/show.h"
#include "common/snowflake/stage.h"

namespace {

using snowflake::AutoRefresh;
using snowflake::CreateMode;
using snowflake::Identifier;
using snowflake::Sql;
using snowflake::TableKind;

Identifier id(std::string_view name) {
    return *Identifier::from(name, "the name");
}

// Every builder, with `text` in each place that takes text of a catalog.
struct Builder {
    const char* name;
    std::function<Sql(const std::string& text)> build;
};

snowflake::TableName table(const std::string& text) {
    return {id(text), id(text), id(text)};
}

snowflake::VirtualColumn column(const std::string& text) {
    return {id(text), Sql("VARCHAR"), Sql("GET_IGNORE_CASE(VALUE, ").literal(text).fixed(")")};
}

snowflake::ExternalTable external(const std::string& text, snowflake::PartitionType type) {
    return {.name = table(text),
            .columns = {column(text)},
            .partition_columns = {column(text)},
            .partition_type = type,
            .location = *snowflake::StagePath::from(snowflake::StageName::quoted(table(text)), ""),
            .file_format = Sql("TYPE = CSV FIELD_DELIMITER = ").delimiter(text)};
}

snowflake::IcebergTable iceberg(const std::string& text) {
    return {.name = table(text),
            .catalog_integration = text,
            .external_volume = text,
            .catalog_namespace = text,
            .catalog_table_name = text};
}

const std::vector<Builder>& builders() {
    using Text = const std::string&;
    using snowflake::PartitionType;
    static const std::vector<Builder> kAll{
        {"create",
         [](Text text) {
             return create_external_table(external(text, PartitionType::expression),
                                          CreateMode::if_not_exists, text);
         }},
        {"create user-specified",
         [](Text text) {
             return create_external_table(external(text, PartitionType::user_specified),
                                          CreateMode::if_not_exists, text);
         }},
        {"replace",
         [](Text text) {
             return create_external_table(external(text, PartitionType::expression),
                                          CreateMode::replace, text);
         }},
        {"add column", [](Text text) { return add_column(table(text), column(text)); }},
        {"drop column", [](Text text) { return drop_column(table(text), id(text)); }},
        {"set auto refresh",
         [](Text text) { return set_auto_refresh(table(text), AutoRefresh::off); }},
        {"refresh", [](Text text) { return refresh(table(text), text); }},
        {"comment", [](Text text) { return comment_on_table(table(text), text); }},
        {"drop", [](Text text) { return drop_external_table(table(text)); }},
        {"rename", [](Text text) { return rename_table(table(text), id(text)); }},
        {"add partition",
         [](Text text) {
             return add_partition(table(text), {{id(text), text}, {id(text), text}}, text);
         }},
        {"drop partition", [](Text text) { return drop_partition(table(text), text); }},
        {"create iceberg", [](Text text) { return create_iceberg_table(iceberg(text), text); }},
        {"set iceberg auto refresh",
         [](Text text) { return set_iceberg_auto_refresh(table(text), AutoRefresh::on); }},
        {"drop iceberg", [](Text text) { return drop_iceberg_table(table(text)); }},
        {"create stage",
         [](Text text) { return snowflake::create_stage({table(text), text, id(text)}, text); }},
        {"drop stage", [](Text text) { return drop_stage(table(text)); }},
        {"show like", [](Text text) { return show_table_like(TableKind::external, table(text)); }},
        {"show all",
         [](Text text) { return show_tables_in(TableKind::iceberg, {id(text), id(text)}, text); }},
        {"describe", [](Text text) { return describe_external_table(table(text)); }}};
    return kAll;
}

// Behind the quote that closes the one at `at`; the end where none does.
std::size_t end_of_quotes(std::string_view sql, std::size_t at) {
    const char quote = sql[at++];
    while (at < sql.size()) {
        if (quote == '\'' && sql[at] == '\\') {
            at += 2;
        } else if (sql[at] != quote) {
            ++at;
        } else if (at + 1 < sql.size() && sql[at + 1] == quote) {
            at += 2;
        } else {
            return at + 1;
        }
    }
    return sql.size();
}

// The statement with "" and '' in place of what quotes hold.
std::string shape(std::string_view sql) {
    std::string out;
    for (std::size_t at = 0; at < sql.size();) {
        if (sql[at] == '"' || sql[at] == '\'') {
            out += std::string(2, sql[at]);
            at = end_of_quotes(sql, at);
        } else {
            out += sql[at++];
        }
    }
    return out;
}

TEST(Statements, KeepTheirShapeWhateverTheTextsAre) {
    const std::array<std::string, 18> hostile{"'",
                                              "\"",
                                              "\\",
                                              "\\'",
                                              "'; DROP TABLE x; --",
                                              "\"; --",
                                              "a''b",
                                              "/* x */",
                                              "-- x\nDROP",
                                              "$$x$$",
                                              "x\ty\r\n",
                                              "\x01\x1b",
                                              "ü😀名前",
                                              "select",
                                              "{{x}} ${x} :x ?1",
                                              "') AS (1)",
                                              "\"\"\"\\\"'",
                                              std::string(255, '\'')};
    for (const Builder& builder : builders()) {
        const std::string benign = shape(builder.build("plain").text());
        EXPECT_EQ(benign.find("plain"), std::string::npos) << builder.name;
        for (const std::string& text : hostile) {
            const std::string sql = builder.build(text).text();
            EXPECT_EQ(shape(sql), benign) << builder.name << " with " << text;
            EXPECT_EQ(sql.find('\0'), std::string::npos);
        }
    }
}

TEST(Statements, AreAsSnowflakesPagesWriteThem) {
    const snowflake::TableName orders{id("D"), id("S"), id("T")};
    const snowflake::VirtualColumn added{id("C"), Sql("DATE"), Sql("VALUE:\"c\"::DATE")};
    EXPECT_EQ(add_column(orders, added).text(),
              R"(ALTER TABLE "D"."S"."T" ADD COLUMN IF NOT EXISTS "C" DATE AS (VALUE:"c"::DATE))");
    EXPECT_EQ(drop_column(orders, id("C")).text(),
              R"(ALTER TABLE "D"."S"."T" DROP COLUMN IF EXISTS "C")");
    EXPECT_EQ(set_auto_refresh(orders, AutoRefresh::on).text(),
              R"(ALTER EXTERNAL TABLE "D"."S"."T" SET AUTO_REFRESH = TRUE)");
    EXPECT_EQ(refresh(orders, "").text(), R"(ALTER EXTERNAL TABLE "D"."S"."T" REFRESH)");
    EXPECT_EQ(refresh(orders, "dt=1/").text(),
              R"(ALTER EXTERNAL TABLE "D"."S"."T" REFRESH 'dt=1/')");
    EXPECT_EQ(comment_on_table(orders, "it's").text(),
              R"(COMMENT ON TABLE "D"."S"."T" IS 'it''s')");
    EXPECT_EQ(drop_external_table(orders).text(), R"(DROP EXTERNAL TABLE IF EXISTS "D"."S"."T")");
    EXPECT_EQ(rename_table(orders, id("N")).text(),
              R"(ALTER TABLE "D"."S"."T" RENAME TO "D"."S"."N")");
    EXPECT_EQ(add_partition(orders, {{id("K"), "v"}, {id("L"), "w"}}, "a/").text(),
              R"(ALTER EXTERNAL TABLE "D"."S"."T" ADD PARTITION ("K" = 'v', "L" = 'w') )"
              R"(LOCATION 'a/')");
    EXPECT_EQ(drop_partition(orders, "a/").text(),
              R"(ALTER EXTERNAL TABLE "D"."S"."T" DROP PARTITION LOCATION 'a/')");
    EXPECT_EQ(describe_external_table(orders).text(), R"(DESC EXTERNAL TABLE "D"."S"."T")");
}

TEST(Statements, OfStagesAreAsSnowflakesPagesWriteThem) {
    const snowflake::TableName stage{id("D"), id("S"), id("T_0")};
    EXPECT_EQ(snowflake::create_stage({stage, "s3://b/it's/", id("INT")}, "c").text(),
              R"(CREATE STAGE IF NOT EXISTS "D"."S"."T_0" URL = 's3://b/it''s/' )"
              R"(STORAGE_INTEGRATION = "INT" COMMENT = 'c')");
    EXPECT_EQ(drop_stage(stage).text(), R"(DROP STAGE IF EXISTS "D"."S"."T_0")");
}

TEST(Statements, OfIcebergTablesAreAsSnowflakesPagesWriteThem) {
    snowflake::IcebergTable iceberg{.name = {id("D"), id("S"), id("T")},
                                    .catalog_integration = "int",
                                    .external_volume = "vol",
                                    .catalog_namespace = "db",
                                    .catalog_table_name = "t"};
    EXPECT_EQ(create_iceberg_table(iceberg, "c").text(),
              R"(CREATE ICEBERG TABLE IF NOT EXISTS "D"."S"."T" EXTERNAL_VOLUME = 'vol' )"
              R"(CATALOG = 'int' CATALOG_TABLE_NAME = 't' CATALOG_NAMESPACE = 'db' )"
              R"(AUTO_REFRESH = TRUE COMMENT = 'c')");
    iceberg.external_volume.clear();
    iceberg.auto_refresh = AutoRefresh::off;
    EXPECT_EQ(create_iceberg_table(iceberg, "c").text(),
              R"(CREATE ICEBERG TABLE IF NOT EXISTS "D"."S"."T" )"
              R"(CATALOG = 'int' CATALOG_TABLE_NAME = 't' CATALOG_NAMESPACE = 'db' )"
              R"(AUTO_REFRESH = FALSE COMMENT = 'c')");
    EXPECT_EQ(set_iceberg_auto_refresh(iceberg.name, AutoRefresh::on).text(),
              R"(ALTER ICEBERG TABLE "D"."S"."T" SET AUTO_REFRESH = TRUE)");
    EXPECT_EQ(drop_iceberg_table(iceberg.name).text(),
              R"(DROP ICEBERG TABLE IF EXISTS "D"."S"."T")");
}

TEST(Statements, OfAUserSpecifiedTableKnowNoRefreshAndNoPattern) {
    snowflake::ExternalTable table{
        .name = {id("D"), id("S"), id("T")},
        .columns = {{id("A"), Sql("DATE"), Sql("VALUE:c1::DATE")}},
        .partition_columns = {{id("K"), Sql("VARCHAR"), Sql("x")}},
        .partition_type = snowflake::PartitionType::user_specified,
        .location = *snowflake::StagePath::from(*snowflake::StageName::from("S"), "o/"),
        .file_format = Sql("TYPE = CSV")};
    EXPECT_EQ(create_external_table(table, CreateMode::if_not_exists, "m").text(),
              R"(CREATE EXTERNAL TABLE IF NOT EXISTS "D"."S"."T" ("A" DATE AS (VALUE:c1::DATE), )"
              R"("K" VARCHAR AS (x)) PARTITION BY ("K") LOCATION = @S/o/ )"
              R"(PARTITION_TYPE = USER_SPECIFIED FILE_FORMAT = (TYPE = CSV) COMMENT = 'm')");
}

TEST(Show, ReadsASchemaByPages) {
    const snowflake::SchemaName schema{id("D"), id("S")};
    EXPECT_EQ(show_tables_in(TableKind::external, schema, std::nullopt).text(),
              R"(SHOW EXTERNAL TABLES IN SCHEMA "D"."S" LIMIT 10000)");
    EXPECT_EQ(show_tables_in(TableKind::iceberg, schema, "it's").text(),
              R"(SHOW ICEBERG TABLES IN SCHEMA "D"."S" LIMIT 10000 FROM 'it''s')");
}

}  // namespace
