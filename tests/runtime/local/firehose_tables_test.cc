#include "runtime/local/firehose_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace local {
namespace {

using Need = IcebergColumn::Need;

TransformedRecord row(std::string data, std::string operation = "insert",
                      std::string table = "orders") {
    return {.result = TransformResult::ok,
            .data = std::move(data),
            .partition_keys = {},
            .otf = OtfMetadata{
                .database = "lake", .table = std::move(table), .operation = std::move(operation)}};
}

IcebergTable orders() {
    return {.database = "lake", .name = "orders", .unique_keys = {"id"}, .columns = {}};
}

std::string code_of(const std::optional<TransformFailure>& failure) {
    return failure ? failure->code : "";
}

TEST(IcebergTables, InsertsUpdatesAndDeletesByTheUniqueKey) {
    IcebergTables tables({orders()});
    for (const auto& [data, operation] : std::vector<std::pair<const char*, const char*>>{
             {R"({"id":"a","v":1.50})", "insert"},
             {R"({"id":"b","v":2})", "insert"},
             {R"({"id":"a","v":3})", "update"},
             {R"({"id":"c","v":4})", "update"},  // a row that was not there
             {R"({"id":"b"})", "delete"},
             {R"({"id":"x"})", "delete"}})
        EXPECT_EQ(code_of(tables.apply(row(data, operation))), "") << data;
    const auto changed = tables.take_changed();
    ASSERT_EQ(changed.size(), 1U);
    EXPECT_EQ(changed[0].first, "lake/orders.jsonl");
    EXPECT_EQ(changed[0].second, "{\"id\":\"a\",\"v\":3}\n{\"id\":\"c\",\"v\":4}\n");
    EXPECT_EQ(tables.counts().inserted, 2);
    EXPECT_EQ(tables.counts().updated, 2);
    EXPECT_EQ(tables.counts().deleted, 2);
    EXPECT_TRUE(tables.take_changed().empty());
}

TEST(IcebergTables, AnInsertedDuplicateIsTwoRowsAndADeleteTakesBoth) {
    IcebergTables tables({orders()});
    EXPECT_FALSE(tables.apply(row(R"({"id":1})")));
    EXPECT_FALSE(tables.apply(row(R"({"id":1})")));
    EXPECT_EQ(tables.take_changed()[0].second, "{\"id\":1}\n{\"id\":1}\n");
    EXPECT_FALSE(tables.apply(row(R"({"id":"1"})", "delete"))) << "a number may come as text";
    EXPECT_EQ(tables.take_changed()[0].second, "");
}

TEST(IcebergTables, KeysOfSeveralColumnsDoNotRunTogether) {
    IcebergTable table = orders();
    table.unique_keys = {"a", "b"};
    IcebergTables tables({table});
    EXPECT_FALSE(tables.apply(row(R"({"a":"1","b":"23"})")));
    EXPECT_FALSE(tables.apply(row(R"({"a":"12","b":"3"})", "update")));
    EXPECT_EQ(tables.take_changed()[0].second,
              "{\"a\":\"1\",\"b\":\"23\"}\n{\"a\":\"12\",\"b\":\"3\"}\n");
}

TEST(IcebergTables, RoutesByTheExactName) {
    IcebergTables tables({orders(), {.database = "lake", .name = "items"}});
    EXPECT_EQ(code_of(tables.apply(row("{}", "insert", "items"))), "");
    EXPECT_EQ(code_of(tables.apply(row("{}", "insert", "Items"))), "Iceberg.GlueTableNotFound");
    EXPECT_EQ(code_of(tables.apply(row("{}", "insert", ""))), "Iceberg.InvalidOtfMetadata");
    TransformedRecord without = row("{}");
    without.otf.reset();
    EXPECT_EQ(code_of(tables.apply(without)), "Iceberg.InvalidOtfMetadata");
    IcebergTables only(std::vector<IcebergTable>{{.database = "lake", .name = "items"}});
    EXPECT_EQ(code_of(only.apply(without)), "") << "the only table takes what names none";
}

TEST(IcebergTables, RefusesWhatTheTableCannotTake) {
    IcebergTables tables({orders(), {.database = "lake", .name = "append_only"}});
    EXPECT_EQ(code_of(tables.apply(row("{}", "update", "append_only"))),
              "Iceberg.UniqueKeysNotFound");
    EXPECT_EQ(code_of(tables.apply(row(R"({"id":1})", "upsert"))), "Iceberg.InvalidOtfMetadata");
    EXPECT_EQ(code_of(tables.apply(row(R"({"v":1})", "delete"))),
              "Iceberg.MissingColumnWithinRecord");
    EXPECT_EQ(code_of(tables.apply(row(R"({"id":null})"))), "Iceberg.MissingColumnWithinRecord");
    for (const char* data : {"", "1", "[]", R"({"id":1}{"id":2})", "{\"id\":1}\n{\"id\":2}\n"})
        EXPECT_EQ(code_of(tables.apply(row(data))), "Iceberg.InvalidRecord") << data;
    EXPECT_TRUE(tables.take_changed().empty());
}

TEST(IcebergTables, ChecksItsColumns) {
    IcebergTable table = orders();
    table.columns = {{.name = "id", .type = "string", .need = Need::required},
                     {.name = "at", .type = "timestamp", .need = Need::required},
                     {.name = "v", .type = "decimal"}};
    IcebergTables tables({table});
    EXPECT_EQ(code_of(tables.apply(row(R"({"id":"a","at":1795136523456000,"v":"1.5","x":1})"))),
              "");
    EXPECT_EQ(code_of(tables.apply(row(R"({"id":"b","at":"2026-11-20T01:02:03Z","v":null})"))), "");
    EXPECT_EQ(code_of(tables.apply(row(R"({"id":"a"})", "delete"))), "");
    EXPECT_EQ(code_of(tables.apply(row(R"({"id":"c"})"))), "Iceberg.MissingColumnWithinRecord");
    EXPECT_EQ(code_of(tables.apply(row(R"({"id":1,"at":1})"))), "Iceberg.SchemaTypeMismatch");
    EXPECT_EQ(code_of(tables.apply(row(R"({"id":"d","at":"soon"})"))),
              "Iceberg.SchemaTypeMismatch");
    EXPECT_EQ(tables.take_changed()[0].second,
              "{\"id\":\"b\",\"at\":\"2026-11-20T01:02:03Z\",\"v\":null}\n");
}

// The guide's table "JSON data types and Iceberg data types".
TEST(IcebergTables, TakesTheJsonOfEachType) {
    struct Row {
        const char* type;
        std::vector<const char*> good;
        std::vector<const char*> bad;
    };
    const std::vector<Row> rows{
        {"int", {"1", "\"-1\""}, {"1.5", "\"x\"", "true", "{}", "\"\""}},
        {"long", {"9007199254740993"}, {"1e3", "[]"}},
        {"double", {"1", "1.5e3", "\"1.5\""}, {"\"x\"", "false", "{}"}},
        {"boolean", {"true", "\"false\"", "1", "0"}, {"2", "\"yes\"", "[]"}},
        {"string", {"\"x\"", "\"\""}, {"1", "true", "{}"}},
        {"date", {"20412", "\"2026-11-20\""}, {"\"20.11.2026\"", "1.5"}},
        {"time", {"1", "\"01:02:03.456\""}, {"\"noon\""}},
        {"timestamptz", {"1", "\"2026-11-20T01:02:03Z\""}, {"\"2026-11-20\"", "{}"}},
        {"binary", {"\"AQ==\""}, {"1"}},
        {"uuid", {"\"f79c3e09-677c-4bbd-a479-3f349cb785e7\""}, {"1"}},
        {"list", {"[]", "\"[1]\""}, {"1", "{}"}},
        {"map", {"{}", "\"{}\""}, {"1", "[]"}},
        {"struct", {"{\"a\":1}"}, {"true"}}};
    for (const Row& type : rows) {
        IcebergTable table = orders();
        table.columns = {{.name = "id", .type = "string"}, {.name = "c", .type = type.type}};
        IcebergTables tables({table});
        const auto apply = [&](const std::string& value) {
            return code_of(tables.apply(row(R"({"id":"a","c":)" + value + "}")));
        };
        for (const char* value : type.good)
            EXPECT_EQ(apply(value), "") << type.type << " " << value;
        for (const char* value : type.bad)
            EXPECT_EQ(apply(value), "Iceberg.SchemaTypeMismatch") << type.type << " " << value;
    }
}

}  // namespace
}  // namespace local
