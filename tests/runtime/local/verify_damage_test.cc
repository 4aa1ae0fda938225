// Damage of every kind, planted in a lake that is whole: each is found, and nothing else is.
#include <algorithm>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/runtime/local/verify_fixture.h"

namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::IsEmpty;
using tests::Table;

struct Damage {
    const char* name;
    std::function<void(Table&)> plant;
    std::vector<std::string> found;
};

class PlantedDamage : public testing::TestWithParam<Damage> {};

TEST_P(PlantedDamage, IsFound) {
    Table table;
    fill(table);
    GetParam().plant(table);
    const local::VerifyResult result = table.verify();
    EXPECT_THAT(tests::found(result), ElementsAreArray(GetParam().found));
    EXPECT_FALSE(result.is_equal());
}

const std::string kHourAgo = std::to_string(tests::kExportMs - 3'600'000);
constexpr const char* kAll = R"("pk":"all")";

// Changes a part of the item that has every type.
std::function<void(Table&)> in_all(const char* from, const char* to) {
    return [=](Table& table) { table.replace(kAll, from, to); };
}
std::vector<std::string> all_differs(const std::string& detail) {
    return {R"(different {"pk":"all","sk":1} )" + detail};
}
std::function<void(Table&)> without(const char* part) {
    return [=](Table& table) { table.remove(part); };
}

INSTANTIATE_TEST_SUITE_P(
    Lines, PlantedDamage,
    testing::Values(
        Damage{"LostChange",
               without(R"("__event_id":"e100")"),
               {R"(different {"pk":"changed","sk":1} v differs)"}},
        Damage{"LostLastOfTwoChanges",
               without(R"("__event_id":"e140")"),
               {R"(different {"pk":"twice","sk":1} v differs)"}},
        Damage{"LostInsert",
               without(R"("__event_id":"e130")"),
               {R"(missing {"pk":"inserted","sk":1} the lake has no line of it)"}},
        Damage{
            "LostDelete", without(R"("__event_id":"e110")"), {R"(extra {"pk":"removed","sk":1} )"}},
        Damage{"LostSnapshotLine",
               without(kAll),
               {R"(missing {"pk":"all","sk":1} the lake has no line of it)"}},
        Damage{"LostIncrement",
               without(R"("v":"inc")"),
               {R"(different {"pk":"incremented","sk":1} v differs)"}},
        Damage{"ResurrectedItem",
               [](Table& table) {
                   table.files["dt=20230922/c.json"] = {tests::stream_line(
                       "INSERT", 181, tests::kExportMs - 2'000, R"("pk":"brief","sk":1)")};
               },
               {R"(extra {"pk":"brief","sk":1} )"}},
        Damage{"InventedDelete",
               [](Table& table) {
                   table.files["dt=20230922/c.json"] = {tests::stream_line(
                       "REMOVE", 181, tests::kExportMs - 2'000, R"("pk":"inserted","sk":1)")};
               },
               {R"(missing {"pk":"inserted","sk":1} )"}},
        Damage{"OldChangeOverANewOne",
               [](Table& table) { table.replace(R"("__event_id":"e120")", "000120", "000145"); },
               {R"(different {"pk":"twice","sk":1} v differs)"}},
        Damage{"SwappedItems",
               [](Table& table) {
                   table.replace(R"("__event_id":"e150")", "left", "right");
                   table.replace(R"("__event_id":"e160")", "right", "left");
               },
               {R"(different {"pk":"twice","sk":2} v differs)",
                R"(different {"pk":"twice","sk":3} v differs)"}},
        Damage{
            "WrongKey",
            [](Table& table) { table.replace(R"("__event_id":"e160")", R"("sk":3)", R"("sk":4)"); },
            {R"(missing {"pk":"twice","sk":3} the lake has no line of it)",
             R"(extra {"pk":"twice","sk":4} )"}},
        Damage{"InsertWrittenAsRemove",
               [](Table& table) { table.replace(R"("__event_id":"e130")", "INSERT", "REMOVE"); },
               {R"(missing {"pk":"inserted","sk":1} )"}},
        Damage{"RepeatedLineThatDiffers",
               [](Table& table) {
                   std::string line = table.line_with(R"("__event_id":"e130")");
                   line.replace(line.find(R"("v":"i")"), 7, R"("v":"j")");
                   table.files["dt=20230922/c.json"] = {line};
               },
               {R"(different {"pk":"inserted","sk":1} v differs)"}},
        Damage{"KeysAlone",
               [](Table& table) { table.replace(R"("__event_id":"e130")", R"(,"v":"i")", ""); },
               {R"(keys_only {"pk":"inserted","sk":1} )"}}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Values, PlantedDamage,
    testing::Values(
        Damage{"ChangedDigitOf38", in_all("345678,", "345679,"), all_differs("n differs")},
        Damage{"ChangedExponent", in_all("1E+20", "1E+21"), all_differs("p differs")},
        Damage{"NumberThroughADouble",
               in_all("12345678901234567890123456789012345678", "1.2345678901234568e37"),
               all_differs("n differs")},
        Damage{"LostAttribute", in_all(R"("t":true,)", ""), all_differs("t is not in the lake")},
        Damage{"ExtraAttribute", in_all(R"("t":true,)", R"("t":true,"u":1,)"),
               all_differs("u is in the lake alone")},
        Damage{"RenamedAttribute", in_all(R"("t":true)", R"("T":true)"),
               all_differs("t is not in the lake")},
        Damage{"ReorderedList", in_all(R"([1,"x",)", R"(["x",1,)"),
               all_differs("l[0] is text in the lake and should be a number")},
        Damage{"CutList", in_all(R"(,{"q":2.50}])", "]"),
               all_differs("l has fewer elements in the lake")},
        Damage{"LostSetElement", in_all(R"(["y","x"])", R"(["y"])"),
               all_differs("ss is another set in the lake")},
        Damage{"ChangedSetElement", in_all("[20,1]", "[20,2]"),
               all_differs("ns is another set in the lake")},
        Damage{"ChangedBitOfASetOfBinaries", in_all("AQ==", "Ag=="),
               all_differs("bs is another set in the lake")},
        Damage{"NestedChange", in_all("2.50", "2.51"), all_differs("l[2].q differs")},
        Damage{"ChangeAtDepth30", in_all(R"({"m":1})", R"({"m":2})"),
               all_differs("deep" +
                           [] {
                               std::string path;
                               for (int i = 0; i < 30; ++i)
                                   path += ".m";
                               return path;
                           }() +
                           " differs")},
        Damage{"OtherUnicodeForm", in_all("été", "e\u0301te\u0301"), all_differs("s differs")},
        Damage{"ReplacedCharacter", in_all("été", "?t?"), all_differs("s differs")},
        Damage{"ChangedBitOfABinary", in_all("AP8=", "AP4="), all_differs("b differs")},
        Damage{"FlippedBool", in_all(R"("t":true)", R"("t":false)"), all_differs("t differs")},
        Damage{"NullLost", in_all(R"("z":null,)", ""), all_differs("z is not in the lake")},
        Damage{"NullAsEmptyText", in_all(R"("z":null)", R"("z":"")"),
               all_differs("z is text in the lake and should be null")},
        Damage{"NumberAsText", in_all("1E+20", R"("1E+20")"),
               all_differs("p is text in the lake and should be a number")},
        Damage{
            "TextAsNumber",
            [](Table& table) {
                table.items[1] = R"({"pk":{"S":"changed"},"sk":{"N":"1"},"v":{"S":"1"}})";
                table.replace(R"("__event_id":"e100")", R"("new")", "1");
            },
            {R"(different {"pk":"changed","sk":1} v is a number in the lake and should be text)"}},
        Damage{"EmptyTextLost", in_all(R"("e":"",)", ""), all_differs("e is not in the lake")},
        Damage{"EmptyTextAsNull", in_all(R"("e":"")", R"("e":null)"),
               all_differs("e is null in the lake and should be text")}),
    [](const auto& test) { return test.param.name; });

const char* const kBadJson = "the line: no comma or closing bracket where one belongs at byte 10";

INSTANTIATE_TEST_SUITE_P(
    Files, PlantedDamage,
    testing::Values(
        Damage{"LostFile",
               [](Table& table) { table.files.erase("dt=20230922/b.json.gz"); },
               {R"(different {"pk":"twice","sk":1} v differs)",
                R"(missing {"pk":"twice","sk":2} the lake has no line of it)",
                R"(missing {"pk":"twice","sk":3} the lake has no line of it)"}},
        Damage{"CutLine",
               [](Table& table) {
                   std::string& line = table.line_with(R"("__event_id":"e130")");
                   line.resize(std::string_view(R"({"pk":"inser)").size());
               },
               {R"(missing {"pk":"inserted","sk":1} the lake has no line of it)",
                "bad dt=20230922/a.json.gz 4: the line: a text without its closing quote at byte "
                "12"}},
        Damage{"LineWithoutAComma",
               [](Table& table) {
                   table.replace(R"("__event_id":"e130")", R"("inserted",)", R"("x" )");
               },
               {R"(missing {"pk":"inserted","sk":1} the lake has no line of it)",
                std::string("bad dt=20230922/a.json.gz 4: ") + kBadJson}},
        Damage{"LineWithoutItsTime",
               [](Table& table) {
                   table.replace(R"("__event_id":"e130")", R"("__event_time_ms":)" + kHourAgo + ",",
                                 "");
               },
               {R"(missing {"pk":"inserted","sk":1} the lake has no line of it)",
                "bad dt=20230922/a.json.gz 4: no __event_time_ms"}},
        Damage{"LineWithoutItsKey",
               [](Table& table) { table.replace(R"("__event_id":"e130")", R"("sk":1,)", ""); },
               {R"(missing {"pk":"inserted","sk":1} the lake has no line of it)",
                "bad dt=20230922/a.json.gz 4: key attribute sk: the line has none"}},
        Damage{"SomethingElse",
               [](Table& table) { table.files["dt=20230922/c.json"] = {"a,b,c"}; },
               {"bad dt=20230922/c.json 1: the line: no object where one belongs at byte 0"}}),
    [](const auto& test) { return test.param.name; });

TEST(WholeLake, IsEqual) {
    Table table;
    fill(table);
    const local::VerifyResult result = table.verify();
    EXPECT_THAT(tests::found(result), IsEmpty());
    EXPECT_TRUE(result.is_equal());
    EXPECT_THAT(result.warnings, IsEmpty());
    EXPECT_EQ(result.counts.items, 7);
    EXPECT_EQ(result.counts.equal_items, 7);
    EXPECT_EQ(result.counts.boundary_items, 0);
    EXPECT_EQ(result.counts.lake_files, 4);
    EXPECT_EQ(result.counts.lake_lines, 16);
    EXPECT_EQ(result.counts.later_lines, 1);
    EXPECT_EQ(result.lake_newest_ms, tests::kExportMs + 5'000);
    EXPECT_EQ(result.table_name, "orders");
    EXPECT_THAT(result.key_names, ElementsAre("pk", "sk"));
}

TEST(WholeLake, MayHoldLinesTwice) {
    Table table;
    fill(table);
    table.files["dt=20230922/again.json.gz"] = table.files["dt=20230922/a.json.gz"];
    table.files["dt=00000000/again.json.gz"] = table.files[tests::kSnapshotFile];
    EXPECT_TRUE(table.verify().is_equal());
}

TEST(WholeLake, MayHaveAnyOrderOfFilesAndLines) {
    Table table;
    fill(table);
    std::swap(table.files["dt=20230922/a.json.gz"], table.files["dt=20230922/b.json.gz"]);
    for (auto& [name, lines] : table.files)
        std::reverse(lines.begin(), lines.end());
    EXPECT_TRUE(table.verify().is_equal());
}

TEST(WholeLake, MayHaveNumbersInAnotherForm) {
    Table table;
    fill(table);
    table.replace(kAll, "1E+20", "100000000000000000000.0");
    table.replace(kAll, "2.50", "25e-1");
    EXPECT_TRUE(table.verify().is_equal());
}

TEST(GzipThatIsCut, IsTold) {
    Table table;
    fill(table);
    table.put();
    const std::string key = "lake/orders/dt=20230922/b.json.gz";
    const std::string bytes = *table.lake->find(key);
    table.lake->put(key, bytes.substr(0, bytes.size() - 4));
    const auto result = table.run();
    ASSERT_TRUE(result.ok()) << result.error().message;
    EXPECT_FALSE(result->is_equal());
    ASSERT_EQ(result->bad_lines.size(), 1U);
    EXPECT_EQ(result->bad_lines[0].file, "dt=20230922/b.json.gz");
    // What could be read of it is compared.
    EXPECT_THAT(result->differences, IsEmpty());
}

}  // namespace
