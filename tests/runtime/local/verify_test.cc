// What verify() makes of options, times and faults; the damage that it finds is in
// verify_damage_test.cc.
#include "runtime/local/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/runtime/local/verify_fixture.h"

namespace {

using base::ErrorKind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::kExportMs;
using tests::stream_line;
using tests::Table;

Table whole() {
    Table table;
    fill(table);
    return table;
}

base::Error error_of(Table& table) {
    table.put();
    const auto result = table.run();
    EXPECT_FALSE(result.ok());
    return result.ok() ? base::Error() : result.error();
}

// One item, "new" in the export, whose last change is `after_ms` later than the export's time.
Table changed_at(std::int64_t after_ms, const char* value = "new") {
    Table table;
    table.items = {R"({"pk":{"S":"a"},"sk":{"N":"1"},"v":{"S":"new"}})"};
    table.files["dt=20230922/a.json"] = {
        stream_line("INSERT", 1, kExportMs - 60'000, R"("pk":"a","sk":1,"v":"old")"),
        stream_line("MODIFY", 2, kExportMs + after_ms,
                    fmt::format(R"("pk":"a","sk":1,"v":"{}")", value))};
    return table;
}

TEST(Boundary, LeavesBothCutsWithinASecond) {
    for (const std::int64_t after_ms : {-999, 0, 999}) {
        Table table = changed_at(after_ms);
        const local::VerifyResult result = table.verify();
        EXPECT_TRUE(result.is_equal()) << after_ms;
        EXPECT_EQ(result.counts.boundary_items, 1) << after_ms;
        table.items = {R"({"pk":{"S":"a"},"sk":{"N":"1"},"v":{"S":"old"}})"};
        EXPECT_TRUE(table.verify().is_equal()) << after_ms;
        table.items = {R"({"pk":{"S":"a"},"sk":{"N":"1"},"v":{"S":"other"}})"};
        EXPECT_FALSE(table.verify().is_equal()) << after_ms;
    }
}

TEST(Boundary, IsASecondWide) {
    Table before = changed_at(-1'000);
    EXPECT_EQ(before.verify().counts.boundary_items, 0);
    before.items = {R"({"pk":{"S":"a"},"sk":{"N":"1"},"v":{"S":"old"}})"};
    EXPECT_FALSE(before.verify().is_equal());

    Table after = changed_at(1'000);
    const local::VerifyResult result = after.verify();
    EXPECT_FALSE(result.is_equal());
    EXPECT_EQ(result.counts.later_lines, 1);
}

TEST(Boundary, LeavesAnInsertOrADeleteOpen) {
    Table table;
    table.files["dt=20230922/a.json"] = {
        stream_line("INSERT", 1, kExportMs + 500, R"("pk":"new","sk":1)"),
        stream_line("INSERT", 2, kExportMs - 60'000, R"("pk":"gone","sk":1)"),
        stream_line("REMOVE", 3, kExportMs - 500, R"("pk":"gone","sk":1)")};
    EXPECT_TRUE(table.verify().is_equal());
    table.items = {R"({"pk":{"S":"new"},"sk":{"N":"1"}})", R"({"pk":{"S":"gone"},"sk":{"N":"1"}})"};
    EXPECT_TRUE(table.verify().is_equal());
}

TEST(Lag, IsTold) {
    Table table = changed_at(-60'000, "unlike");
    const local::VerifyResult result = table.verify();
    EXPECT_FALSE(result.is_equal());
    EXPECT_THAT(result.warnings,
                ElementsAre(HasSubstr("the lake ends 60.000 s before the export")));
    // Of a lake that is equal nothing is to be said.
    EXPECT_THAT(changed_at(-60'000).verify().warnings, IsEmpty());
}

TEST(Lag, OfTheExportIsTold) {
    Table table = whole();
    table.exported.export_time = "2023-09-20T00:00:00.000Z";
    EXPECT_THAT(table.verify().warnings,
                ElementsAre(HasSubstr("the lake's snapshot is later than the export")));
}

TEST(Warnings, TellASnapshotThatIsNotComplete) {
    Table table = whole();
    table.files.erase("dt=00000000/_SUCCESS-01695266676000-0a0b0c0d");
    EXPECT_THAT(table.verify().warnings, ElementsAre(HasSubstr("did not come to its end")));
}

// The export that is verified is the lake's own snapshot: all is of its very moment.
TEST(OwnSnapshot, IsExact) {
    Table table;
    table.items = {R"({"pk":{"S":"a"},"sk":{"N":"1"}})"};
    table.files["dt=00000000/01695353076000-a1b2c3d4-x.json.gz"] = {
        tests::export_line("INSERT", kExportMs, R"("pk":"a","sk":1)"),
        tests::export_line("INSERT", kExportMs, R"("pk":"b","sk":1)")};
    table.files["dt=00000000/_SUCCESS-01695353076000-a1b2c3d4"] = {R"({"files":1})"};
    EXPECT_THAT(tests::found(table.verify()), ElementsAre(R"(extra {"pk":"b","sk":1} )"));
}

TEST(List, HasTheFirstByKeyAndCountsAll) {
    Table table = whole();
    table.files["dt=20230922/c.json"] = {"x", "y"};
    for (int i = 9; i >= 0; --i)
        table.items.push_back(fmt::format(R"({{"pk":{{"S":"k{}"}},"sk":{{"N":"1"}}}})", i));
    table.options.list_max = 2;
    const local::VerifyResult result = table.verify();
    EXPECT_THAT(tests::found(result),
                ElementsAre(R"(missing {"pk":"k0","sk":1} the lake has no line of it)",
                            R"(missing {"pk":"k1","sk":1} the lake has no line of it)",
                            HasSubstr("c.json 1:"), HasSubstr("c.json 2:")));
    EXPECT_EQ(result.counts.of(local::DifferenceKind::missing), 10);
    table.options.list_max = 0;
    EXPECT_THAT(tests::found(table.verify()), IsEmpty());
}

TEST(Difference, TellsItsNewestLine) {
    Table table = whole();
    table.replace(R"("__event_id":"e140")", R"("v":3)", R"("v":4)");
    const local::VerifyResult result = table.verify();
    ASSERT_EQ(result.differences.size(), 1U);
    ASSERT_TRUE(result.differences[0].newest.has_value());
    const local::NewestLine& newest = *result.differences[0].newest;
    EXPECT_EQ(newest.operation, dynamodb::Operation::modify);
    EXPECT_EQ(newest.sequence_number, "140");
    EXPECT_EQ(newest.time_ms, kExportMs - 3'600'000);
    EXPECT_EQ(newest.file, "dt=20230922/b.json.gz");
    EXPECT_EQ(newest.line, 1U);
}

TEST(Key, IsAskedOfAwsWhereItIsNotGiven) {
    Table table = whole();
    table.options.key.clear();
    EXPECT_THAT(error_of(table).message, HasSubstr("--key"));
    EXPECT_EQ(error_of(table).kind, ErrorKind::config_invalid);
    table.described = std::vector<std::string>{"pk", "sk"};
    EXPECT_TRUE(table.verify().is_equal());
}

TEST(Key, ThatItemsDoNotHaveIsAFaultOfTheOptions) {
    Table table = whole();
    table.options.key = {"id"};
    EXPECT_EQ(error_of(table).kind, ErrorKind::config_invalid);
}

Table enveloped() {
    Table table;
    table.options.lines.line.shape = dynamodb::LineShape::envelope;
    table.options.key.clear();
    table.items = {R"({"PK":{"S":"a"},"v":{"N":"1"}})", R"({"PK":{"S":"b"},"v":{"N":"2"}})"};
    table.files[tests::kSnapshotFile] = {tests::snapshot_line(R"("new":{"PK":"a","v":1})"),
                                         tests::snapshot_line(R"("new":{"PK":"b","v":1})"),
                                         tests::snapshot_line(R"("new":{"PK":"c","v":1})")};
    table.files["dt=00000000/_SUCCESS-01695266676000-0a0b0c0d"] = {R"({"files":1})"};
    table.files["dt=20230922/a.json.gz"] = {
        stream_line("MODIFY", 1, kExportMs - 60'000,
                    R"("keys":{"PK":"b"},"new":{"PK":"b","v":2},"old":{"PK":"b","v":1})"),
        stream_line("REMOVE", 2, kExportMs - 60'000, R"("keys":{"PK":"c"})")};
    return table;
}

TEST(Envelopes, TellTheirKeyThemselves) {
    Table table = enveloped();
    const local::VerifyResult result = table.verify();
    EXPECT_THAT(tests::found(result), IsEmpty());
    EXPECT_THAT(result.key_names, ElementsAre("PK"));
}

TEST(Envelopes, WithoutANewImageAreOfAClassOfTheirOwn) {
    Table table = enveloped();
    table.replace(R"("keys":{"PK":"b"})", R"("new":{"PK":"b","v":2},)", "");
    EXPECT_THAT(tests::found(table.verify()), ElementsAre(R"(keys_only {"PK":"b"} )"));
}

TEST(LowerNames, AreThoseOfTheLines) {
    Table table;
    table.options.lines.line.names = dynamodb::LineNames::lower;
    table.options.key = {"Customer"};
    table.items = {R"({"Customer":{"S":"A"},"Value":{"N":"1"},"value":{"N":"2"}})"};
    table.files["dt=20230922/a.json"] = {
        stream_line("INSERT", 1, kExportMs - 60'000, R"("customer":"A","Value":1,"value":2)")};
    const local::VerifyResult result = table.verify();
    EXPECT_THAT(tests::found(result), IsEmpty());
    EXPECT_EQ(result.counts.equal_items, 1);
}

TEST(EmptyTable, IsEqualToALakeOfDeletes) {
    Table table;
    table.files["dt=20230922/a.json"] = {
        stream_line("INSERT", 1, kExportMs - 60'000, R"("pk":"a","sk":1)"),
        stream_line("REMOVE", 2, kExportMs - 50'000, R"("pk":"a","sk":1.0)")};
    EXPECT_TRUE(table.verify().is_equal());
}

// A tenth of a partition fits: each is split by further bits of the hash.
TEST(Memory, IsBoundedBySplitting) {
    Table table;
    std::vector<std::string>& lines = table.files["dt=20230922/a.json.gz"];
    for (int i = 0; i < 2'000; ++i) {
        table.items.push_back(
            fmt::format(R"({{"pk":{{"S":"k{}"}},"sk":{{"N":"{}"}},"v":{{"N":"1"}}}})", i, i));
        lines.push_back(
            stream_line("INSERT", i + 1, kExportMs - 60'000,
                        fmt::format(R"("pk":"k{}","sk":{},"v":{})", i, i, i == 1'234 ? 2 : 1)));
    }
    table.options.memory_bytes = 8'000;
    const local::VerifyResult result = table.verify();
    EXPECT_THAT(tests::found(result),
                ElementsAre(R"(different {"pk":"k1234","sk":1234} v differs)"));
    EXPECT_EQ(result.counts.equal_items, 1'999);
    // At last what shares all bits is held whatever it takes.
    table.options.memory_bytes = 1;
    table.items.resize(3);
    lines.resize(3);
    EXPECT_TRUE(table.verify().is_equal());
}

TEST(Options, ThatLeaveOutWhatIsNeededAreRefused) {
    Table table = whole();
    table.options.lines.line.metadata.sequence_number = false;
    const base::Error error = error_of(table);
    EXPECT_EQ(error.kind, ErrorKind::config_invalid);
    EXPECT_THAT(error.message, HasSubstr("LINE_METADATA"));
}

TEST(Export, MustBeAFullOne) {
    Table table;
    table.exported.incremental = true;
    table.files["dt=20230922/a.json"] = {};
    const base::Error error = error_of(table);
    EXPECT_EQ(error.kind, ErrorKind::config_invalid);
    EXPECT_THAT(error.message, HasSubstr("incremental"));
}

TEST(Export, ThatIsDamagedCannotBeComparedWith) {
    Table table = whole();
    table.put();
    table.exported.files[0].md5_base64 = "1B2M2Y8AsgTpgAmY7PhCfg==";  // of nothing
    table.exported.put(*table.source);
    EXPECT_THAT(table.run().error().message, HasSubstr("its MD5 is not the manifest's"));

    table.put();
    table.exported.files[0].item_count = 9;
    table.exported.put(*table.source);
    EXPECT_THAT(table.run().error().message, HasSubstr("7 items, and the manifest counts 9"));

    table.items[2] = R"({"pk":{"S":"x"}})";
    table.put();
    EXPECT_THAT(table.run().error().message,
                HasSubstr("x.json.gz line 3: key attribute sk: the item has none"));

    table.items[2] = R"({"pk":{"S":"inserted"},"sk":{"N":"1"},"v":{"X":"i"}})";
    table.put();
    EXPECT_THAT(table.run().error().message,
                HasSubstr(R"(item {"pk":"inserted","sk":1}: the export's item: an unknown type)"));

    table.items[2] = table.items[1];
    table.put();
    EXPECT_THAT(table.run().error().message, HasSubstr("is there twice"));

    table.items[2] = "{";
    table.put();
    EXPECT_THAT(table.run().error().message, HasSubstr("x.json.gz line 3: the export's line"));
}

TEST(Export, ThatIsNotThereIsTold) {
    Table table = whole();
    table.put();
    table.options.manifest.key = "nowhere/manifest-summary.json";
    EXPECT_FALSE(table.run().ok());
}

TEST(Lake, ThatIsNotThereIsTold) {
    Table table = whole();
    table.put();
    table.options.lake.key = "lake/order";  // of which "lake/orders" is none
    const auto result = table.run();
    ASSERT_FALSE(result.ok());
    EXPECT_THAT(result.error().message, HasSubstr("s3://lake-bucket/lake/order/: there are no"));
}

TEST(Lake, ThatCannotBeReadIsAnError) {
    for (const tests::StoreCall broken :
         {tests::StoreCall::list, tests::StoreCall::open, tests::StoreCall::read}) {
        Table table = whole();
        table.put();
        table.fault = [&](tests::StoreCall call,
                          std::string_view key) -> std::optional<base::Error> {
            if (call != broken || !key.starts_with("lake/")) return std::nullopt;
            return base::Error{ErrorKind::access_denied, "GetObject: 403"};
        };
        const auto result = table.run();
        ASSERT_FALSE(result.ok());
        EXPECT_EQ(result.error().message, "GetObject: 403");
    }
}

TEST(TemporaryFolder, ThatIsNotThereIsTold) {
    Table table = whole();
    table.options.temp_folder = "/nonexistent";
    EXPECT_THAT(error_of(table).message, HasSubstr("the temporary folder /nonexistent"));
}

TEST(Stop, EndsIt) {
    Table table = whole();
    table.stop.request_stop();
    EXPECT_EQ(error_of(table).kind, ErrorKind::deadline_near);
}

}  // namespace
