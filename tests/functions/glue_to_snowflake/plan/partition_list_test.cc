#include "functions/glue_to_snowflake/plan/partition_list.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "functions/glue_to_snowflake/definition/notes.h"
#include "tests/functions/glue_to_snowflake/table_builder.h"

namespace {

using glue_to_snowflake::KnownPartitions;
using glue_to_snowflake::PartitionPlan;
using glue_to_snowflake::PartitionValues;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kAdd = R"(ALTER EXTERNAL TABLE "SALES"."RAW"."ORDERS" ADD PARTITION )";
constexpr const char* kDrop =
    R"(ALTER EXTERNAL TABLE "SALES"."RAW"."ORDERS" DROP PARTITION LOCATION )";

// The table s3://lake/raw/orders/ with a key of its own, k.
struct World {
    explicit World(std::string key_type = "string")
        : source(tests::make_table(tests::kParquetSerde, {{"a", "int"}})) {
        source.partition_keys = {{"k", std::move(key_type)}};
        table.partition_columns = {{*snowflake::Identifier::from("K", "the key"),
                                    snowflake::Sql("VARCHAR"), snowflake::Sql("x")}};
        table.partition_type = snowflake::PartitionType::user_specified;
    }

    void put(std::string value, const std::string& folder) {
        partitions.push_back(tests::make_partition({std::move(value)},
                                                   fmt::format("s3://lake/raw/orders/{}", folder)));
    }

    [[nodiscard]] PartitionPlan plan(const KnownPartitions& known,
                                     std::vector<PartitionValues> named = {}) const {
        return glue_to_snowflake::plan_partitions({source, table, partitions, std::move(named)},
                                                  known);
    }

    aws::GlueTable source;
    snowflake::ExternalTable table{.name = tests::make_name(),
                                   .columns = {},
                                   .partition_columns = {},
                                   .location = *snowflake::StagePath::from(
                                       *snowflake::StageName::from("LAKE.PUBLIC.RAW"), "orders/"),
                                   .file_format = {}};
    std::vector<aws::GluePartition> partitions;
};

std::vector<std::string> texts(const PartitionPlan& plan) {
    std::vector<std::string> statements;
    statements.reserve(plan.statements.size());
    for (const auto& statement : plan.statements)
        statements.push_back(statement.sql.text());
    return statements;
}

std::string add(const std::string& value, const std::string& path) {
    return fmt::format("{}(\"K\" = '{}') LOCATION '{}'", kAdd, value, path);
}

std::string drop(const std::string& path) {
    return fmt::format("{}'{}'", kDrop, path);
}

TEST(PartitionList, AddsAllToANewTable) {
    World world;
    world.put("b", "odd/two");
    world.put("a'", "k=a/");
    const PartitionPlan plan = world.plan({});
    EXPECT_THAT(texts(plan), ElementsAre(add("a''", "k=a/"), add("b", "odd/two/")));
    EXPECT_EQ(plan.statements[1].reason, "partition (b) is new");
    EXPECT_EQ(plan.known.count, 2U);
    EXPECT_EQ(plan.known.digest, "");
    // hashlib.sha256(b"2:a'") and (b"1:b")
    EXPECT_THAT(plan.known.listed, ElementsAre(testing::Pair("k=a/", "ae878559"),
                                               testing::Pair("odd/two/", "6f05a386")));
    EXPECT_FALSE(plan.replace_reason);
}

TEST(PartitionList, DoesNothingWhereTheMarkKnowsAll) {
    World world;
    world.put("a", "x/");
    const KnownPartitions known = world.plan({}).known;
    EXPECT_THAT(texts(world.plan(known)), IsEmpty());
    EXPECT_EQ(world.plan(known).known, known);
    EXPECT_THAT(texts(World().plan({})), IsEmpty());
}

TEST(PartitionList, DropsBeforeItAdds) {
    World world;
    world.put("a", "x/");
    world.put("b", "y/");
    const KnownPartitions known = world.plan({}).known;
    world.partitions.clear();
    world.put("b2", "y/");
    world.put("a", "z/");
    const PartitionPlan plan = world.plan(known);
    EXPECT_THAT(texts(plan), ElementsAre(drop("x/"), drop("y/"), add("b2", "y/"), add("a", "z/")));
    EXPECT_EQ(plan.statements[2].reason, "partition (b2) has new values");
    EXPECT_THAT(plan.statements[1].subject,
                HasSubstr(R"("SALES"."RAW"."ORDERS" DROP PARTITION LOCATION y/)"));
}

TEST(PartitionList, AddsAgainWhatAnEventNames) {
    World world;
    world.put("a", "x/");
    world.put("b", "y/");
    const KnownPartitions known = world.plan({}).known;
    EXPECT_THAT(texts(world.plan(known, {{"b"}, {"gone"}})), ElementsAre(add("b", "y/")));
    EXPECT_EQ(world.plan(known, {{"b"}}).statements[0].reason, "partition (b) may have new files");
}

TEST(PartitionList, LeavesOutWhatSnowflakeCannotHave) {
    World world;
    world.put("a", "x/");
    world.put("b", "x");
    world.put("root", "");
    world.partitions.push_back(tests::make_partition({"far"}, "s3://else/x/"));
    world.partitions.push_back(tests::make_partition({"two", "three"}, "s3://lake/raw/orders/q/"));
    world.put("__HIVE_DEFAULT_PARTITION__", "n/");
    world.put("json", "j/");
    world.partitions.back().serialization_library = tests::kOpenxJsonSerde;
    const PartitionPlan plan = world.plan({});
    EXPECT_THAT(texts(plan), ElementsAre(add("a", "x/")));
    EXPECT_THAT(
        plan.left_out,
        ElementsAre(
            "partition (__HIVE_DEFAULT_PARTITION__): it has no value for k, and ADD "
            "PARTITION takes no NULL",
            "partition (b): its location s3://lake/raw/orders/x is that of partition (a) too",
            "partition (far): its location s3://else/x/ does not lie below the table's, "
            "s3://lake/raw/orders/",
            HasSubstr("partition (json): its files are read by org.openx"),
            HasSubstr("partition (root): its location s3://lake/raw/orders/ does not"),
            "partition (two, three): it has another number of values than the table has "
            "keys"));
    EXPECT_EQ(plan.known.count, 1U);
}

TEST(PartitionList, TellsOfTheFirstThatAreLeftOut) {
    World world;
    for (int i = 0; i < 1'000; ++i)
        world.put(fmt::format("v{}", i), "same/");
    EXPECT_EQ(world.plan({}).statements.size(), 1U);
    EXPECT_EQ(world.plan({}).left_out.size(), glue_to_snowflake::kNotesMax + 1);
}

// Its location in the catalog is made up.
TEST(PartitionList, FollowsTheLocationOfSparksOwnTables) {
    World world;
    world.source.storage_descriptor.columns = {{"col", "array<string>"}};
    world.source.storage_descriptor.location = "s3://lake/warehouse/orders-__PLACEHOLDER__";
    world.source.storage_descriptor.serde_info.parameters["path"] = "s3://lake/raw/orders";
    world.source.parameters = {
        {"spark.sql.sources.provider", "json"},
        {"spark.sql.sources.schema",
         R"({"type":"struct","fields":[{"name":"a","type":"long"},{"name":"k","type":"string"}]})"},
        {"spark.sql.sources.schema.numPartCols", "1"},
        {"spark.sql.sources.schema.partCol.0", "k"}};
    world.source.partition_keys.clear();
    world.put("a", "k=a/");
    EXPECT_THAT(texts(world.plan({})), ElementsAre(add("a", "k=a/")));
}

TEST(PartitionList, LeavesOutValuesThatWouldFailEveryQuery) {
    const auto is_left_out = [](const char* type, const char* value) {
        World world(type);
        world.put(value, "x/");
        const PartitionPlan plan = world.plan({});
        EXPECT_EQ(plan.statements.size() + plan.left_out.size(), 1U);
        return plan.statements.empty();
    };
    for (const auto& [type, good, bad] : std::vector<std::array<const char*, 3>>{
             {"int", "-7", "7x"},
             {"bigint", "007", ""},
             {"decimal(9,2)", "1.50", "1,50"},
             {"double", "1e3", "one"},
             {"boolean", "TRUE", "yes"},
             {"date", "2026-11-20", "20261120"},
             {"timestamp", "2026-11-20 10:00:00", "10:00"},
             {"string", "anything", "__HIVE_DEFAULT_PARTITION__"}}) {
        EXPECT_FALSE(is_left_out(type, good)) << type;
        EXPECT_TRUE(is_left_out(type, bad)) << type;
    }
}

// 501 partitions: p0/ … p500/
World many() {
    World world;
    for (int i = 0; i <= 500; ++i)
        world.put(fmt::format("v{}", i), fmt::format("p{}/", i));
    return world;
}

TEST(PartitionList, KeepsADigestOfMany) {
    World world = many();
    const KnownPartitions known = world.plan({}).known;
    EXPECT_THAT(known.listed, IsEmpty());
    EXPECT_EQ(known.count, 501U);
    EXPECT_EQ(known.digest, "eafb4cdd9f8057ae");  // hashlib, by hand
    EXPECT_THAT(texts(world.plan(known)), IsEmpty());
    EXPECT_FALSE(world.plan(known).replace_reason);
    std::reverse(world.partitions.begin(), world.partitions.end());
    EXPECT_EQ(world.plan({}).known, known);
    world.partitions.pop_back();
    EXPECT_EQ(world.plan({}).known.listed.size(), 500U);
}

TEST(PartitionList, KeepsADigestWhereTheListHasNoRoomInAComment) {
    World world;
    for (int i = 0; i < 100; ++i)
        world.put(std::to_string(i), fmt::format("k={:0>243}/", i));
    EXPECT_EQ(world.plan({}).known.listed.size(), 0U);
    EXPECT_EQ(world.plan({}).known.count, 100U);
    EXPECT_EQ(world.plan({}).known.digest.size(), 16U);
    world.partitions.resize(99);
    EXPECT_EQ(world.plan({}).known.listed.size(), 99U);
}

TEST(PartitionList, ReplacesWhereTheDigestIsAnother) {
    World world = many();
    const KnownPartitions known = world.plan({}).known;
    world.partitions[7].values = {"other"};
    const PartitionPlan plan = world.plan(known);
    EXPECT_THAT(plan.replace_reason.value_or(""), HasSubstr("501"));
    EXPECT_EQ(plan.statements.size(), 501U);
    EXPECT_NE(plan.known, known);
}

TEST(PartitionList, FollowsEventsOverADigest) {
    World world = many();
    const KnownPartitions before = world.plan({}).known;
    world.put("new", "k=new/");
    const PartitionPlan added = world.plan(before, {{"new"}});
    EXPECT_THAT(texts(added), ElementsAre(add("new", "k=new/")));
    EXPECT_EQ(added.known, world.plan({}).known);
    // The event again: its files may be new, and nothing else is.
    EXPECT_EQ(world.plan(added.known, {{"new"}}).known, added.known);
    world.partitions.pop_back();
    const PartitionPlan dropped = world.plan(added.known, {{"new"}});
    EXPECT_THAT(texts(dropped), ElementsAre(drop("k=new/")));
    EXPECT_EQ(dropped.known, before);
}

TEST(PartitionList, ComesInStepOverTwoEventsAndNotBefore) {
    World world = many();
    const KnownPartitions before = world.plan({}).known;
    world.put("one", "k=one/");
    world.put("two", "k=two/");
    const PartitionPlan first = world.plan(before, {{"one"}});
    EXPECT_NE(first.known, world.plan({}).known);
    EXPECT_TRUE(world.plan(first.known).replace_reason);
    EXPECT_EQ(world.plan(first.known, {{"two"}}).known, world.plan({}).known);
}

TEST(PartitionList, DropsNoOthersPartition) {
    World world = many();
    const KnownPartitions known = world.plan({}).known;
    world.partitions[0] = tests::make_partition({"moved"}, "s3://lake/raw/orders/k=gone/");
    EXPECT_THAT(texts(world.plan(known, {{"gone"}})), IsEmpty());
    EXPECT_THAT(texts(world.plan(known, {{"too", "many"}})), IsEmpty());
}

}  // namespace
