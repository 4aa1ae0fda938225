#include "runtime/local/verify_line.h"

#include <gtest/gtest.h>

namespace {

using dynamodb::LineNames;
using dynamodb::LineShape;
using dynamodb::Operation;
using local::KeySchema;
using local::KeyType;
using local::LakeSettings;
using local::parse_lake_line;

const KeySchema kKey = {{"pk", KeyType::text}, {"sk", KeyType::number}};

std::string metadata(std::string_view operation) {
    return R"("__operation":")" + std::string(operation) +
           R"(","__event_id":"e","__sequence_number":"0042","__event_time_ms":1700000000000,)"
           R"("__ttl_delete":false})";
}

TEST(LakeLine, IsReadBack) {
    const auto line =
        parse_lake_line(R"({"pk":"a","sk":1.0,"x":[1,2],)" + metadata("MODIFY"), kKey, {});
    ASSERT_TRUE(line.ok()) << line.error().message;
    EXPECT_EQ(line->operation, Operation::modify);
    EXPECT_EQ(line->sequence_number, "42");
    EXPECT_EQ(line->time_ms, 1'700'000'000'000);
    EXPECT_EQ(line->key, R"({"pk":"a","sk":1})");
    EXPECT_EQ(line->image, R"({"pk":"a","sk":1.0,"x":[1,2]})");
    EXPECT_TRUE(line->has_image);
}

TEST(LakeLine, OfAnExportHasNoSequenceNumber) {
    const auto line = parse_lake_line(
        R"({"pk":"a","sk":1,"__operation":"INSERT","__event_time_ms":5})", kKey, {});
    ASSERT_TRUE(line.ok()) << line.error().message;
    EXPECT_EQ(line->sequence_number, "");
    EXPECT_EQ(line->image, R"({"pk":"a","sk":1})");
}

TEST(LakeLine, OfARemoveLeavesNothing) {
    const auto line = parse_lake_line(R"({"pk":"a","sk":1,"x":1,)" + metadata("REMOVE"), kKey, {});
    ASSERT_TRUE(line.ok()) << line.error().message;
    EXPECT_EQ(line->operation, Operation::remove);
    EXPECT_EQ(line->image, "");
}

// "An attribute with the name of a metadata member keeps its value; the metadata member gives way
// to the same name with the prefix once more."
TEST(LakeLine, TellsMetadataFromAttributesOfItsNames) {
    const auto line = parse_lake_line(
        R"({"pk":"a","sk":1,"__operation":"mine","__event_time_ms":7,"____operation":"INSERT",)"
        R"("__event_id":"e","__sequence_number":"1","____event_time_ms":8,"__ttl_delete":false})",
        kKey, {});
    ASSERT_TRUE(line.ok()) << line.error().message;
    EXPECT_EQ(line->operation, Operation::insert);
    EXPECT_EQ(line->time_ms, 8);
    EXPECT_EQ(line->image, R"({"pk":"a","sk":1,"__operation":"mine","__event_time_ms":7})");
}

TEST(LakeLine, TakesAnAttributeOfThePrefixedNameForOne) {
    // "____operation" is an attribute: "__operation" was free for the metadata.
    const auto line = parse_lake_line(
        R"({"pk":"a","sk":1,"____operation":"x","__operation":"INSERT","__event_time_ms":8})", kKey,
        {});
    ASSERT_TRUE(line.ok()) << line.error().message;
    EXPECT_EQ(line->image, R"({"pk":"a","sk":1,"____operation":"x"})");
}

TEST(LakeLine, OfASnapshotMayHaveAnAttributeLikeASequenceNumber) {
    const auto line = parse_lake_line(
        R"({"pk":"a","sk":1,"__sequence_number":"5","__operation":"INSERT","__event_time_ms":8})",
        kKey, {});
    ASSERT_TRUE(line.ok()) << line.error().message;
    EXPECT_EQ(line->sequence_number, "");
    EXPECT_EQ(line->image, R"({"pk":"a","sk":1,"__sequence_number":"5"})");
}

TEST(LakeLine, HasThePrefixThatItsWritersHad) {
    LakeSettings settings;
    settings.line.metadata_prefix = "dynamodb_";
    const auto line = parse_lake_line(
        R"({"pk":"a","sk":1,"dynamodb_operation":"INSERT","dynamodb_event_time_ms":8})", kKey,
        settings);
    ASSERT_TRUE(line.ok()) << line.error().message;
    EXPECT_EQ(line->image, R"({"pk":"a","sk":1})");
}

TEST(LakeLine, FindsAKeyInLowerCase) {
    const KeySchema key = {{"PK", KeyType::text}};
    LakeSettings lower;
    lower.line.names = LineNames::lower;
    const std::string end = R"(,"__operation":"INSERT","__event_time_ms":8})";
    const auto line = parse_lake_line(R"({"pk":"a")" + end, key, lower);
    ASSERT_TRUE(line.ok()) << line.error().message;
    EXPECT_EQ(line->key, R"({"PK":"a"})");
    // It kept its own spelling where another attribute has the lower one.
    const auto both = parse_lake_line(R"({"PK":"a","pk":"b")" + end, key, lower);
    ASSERT_TRUE(both.ok()) << both.error().message;
    EXPECT_EQ(both->key, R"({"PK":"a"})");
}

TEST(LakeLine, LeavesOutTheColumnsOfATimestampAttribute) {
    LakeSettings settings;
    settings.timestamp_attribute = "at";
    const std::string columns = R"("date":"2023-11-14","hour":22,"minute":13,)";
    const auto line = parse_lake_line(
        R"({"pk":"a","sk":1,"at":1700000000000,)" + columns + metadata("INSERT"), kKey, settings);
    ASSERT_TRUE(line.ok()) << line.error().message;
    EXPECT_EQ(line->image, R"({"pk":"a","sk":1,"at":1700000000000})");
    // Without the attribute there are no columns: these are attributes.
    const auto without =
        parse_lake_line(R"({"pk":"a","sk":1,)" + columns + metadata("INSERT"), kKey, settings);
    ASSERT_TRUE(without.ok()) << without.error().message;
    EXPECT_EQ(without->image, R"({"pk":"a","sk":1,"date":"2023-11-14","hour":22,"minute":13})");
}

LakeSettings envelope() {
    LakeSettings settings;
    settings.line.shape = LineShape::envelope;
    return settings;
}

TEST(Envelope, LeavesItsNewImage) {
    const auto line = parse_lake_line(
        R"({"keys":{"pk":"a","sk":1},"new":{"pk":"a","sk":1,"x":2},"old":{"pk":"a","sk":1},)" +
            metadata("MODIFY"),
        kKey, envelope());
    ASSERT_TRUE(line.ok()) << line.error().message;
    EXPECT_EQ(line->key, R"({"pk":"a","sk":1})");
    EXPECT_EQ(line->image, R"({"pk":"a","sk":1,"x":2})");
}

TEST(Envelope, WithoutANewImageRebuildsNothing) {
    const auto line =
        parse_lake_line(R"({"keys":{"pk":"a","sk":1},)" + metadata("MODIFY"), kKey, envelope());
    ASSERT_TRUE(line.ok()) << line.error().message;
    EXPECT_FALSE(line->has_image);
}

TEST(Envelope, OfAnExportHasItsKeyInTheNewImage) {
    const auto line =
        parse_lake_line(R"({"new":{"pk":"a","sk":1},"__operation":"INSERT","__event_time_ms":8})",
                        kKey, envelope());
    ASSERT_TRUE(line.ok()) << line.error().message;
    EXPECT_EQ(line->key, R"({"pk":"a","sk":1})");
}

TEST(Envelope, TellsTheNamesOfItsKey) {
    using Names = std::vector<std::string>;
    EXPECT_EQ(local::key_names_of_envelope(R"({"keys":{"pk":"a","sk":1},"new":{}})"),
              (Names{"pk", "sk"}));
    EXPECT_EQ(local::key_names_of_envelope(R"({"new":{"pk":"a"}})"), Names{});
    EXPECT_EQ(local::key_names_of_envelope(R"({"keys":"x"})"), Names{});
    EXPECT_EQ(local::key_names_of_envelope(R"({"keys":{)"), Names{});
}

struct Fault {
    const char* line;
    const char* reason;
};

class NoLakeLine : public testing::TestWithParam<Fault> {};

TEST_P(NoLakeLine, IsAFaultOfTheData) {
    const auto line = parse_lake_line(GetParam().line, kKey, {});
    ASSERT_FALSE(line.ok()) << GetParam().line;
    EXPECT_EQ(line.error().kind, base::ErrorKind::data_invalid);
    EXPECT_NE(line.error().message.find(GetParam().reason), std::string::npos)
        << line.error().message;
}

#define REST R"("__operation":"INSERT","__event_time_ms":8})"
INSTANTIATE_TEST_SUITE_P(
    Lines, NoLakeLine,
    testing::Values(
        Fault{R"({"pk":"a","sk":1)", "at byte"}, Fault{R"([1])", "no object"},
        Fault{R"({"pk":"a","sk":1} {})", "something follows"},
        Fault{R"({"pk":"a","sk":1})", "no __operation"},
        Fault{R"({"pk":"a","sk":1,"__operation":"INSERT"})", "no __event_time_ms"},
        Fault{R"({"pk":"a","sk":1,"__operation":"UPSERT","__event_time_ms":8})", "no operation"},
        Fault{R"({"pk":"a","sk":1,"__operation":"INSERT","__event_time_ms":"8"})", "no time"},
        Fault{R"({"pk":"a","sk":1,"__operation":"INSERT","__event_time_ms":8.5})", "no time"},
        Fault{R"({"pk":"a","sk":1,"__operation":"INSERT","__sequence_number":"x",)"
              R"("__event_time_ms":8})",
              "1 to 40 digits"},
        Fault{R"({"pk":"a","sk":1,"__operation":"INSERT","__event_time_ms":8,"x":1})",
              "x behind the metadata"},
        Fault{R"({"sk":1,)" REST, "key attribute pk: the line has none"},
        Fault{R"({"pk":null,"sk":1,)" REST, "key attribute pk: neither text nor a number"},
        Fault{R"({"pk":1,"sk":1,)" REST, "key attribute pk: a number where"},
        Fault{R"({"pk":"a","sk":"x",)" REST, "key attribute sk: no number"}));
#undef REST

TEST(KeyOfItem, IsThatOfItsLines) {
    const auto key =
        local::key_of_item(kKey, R"({"sk":{"N":"12.50"},"x":{"S":""},"pk":{"S":"ä\"b"}})");
    ASSERT_TRUE(key.ok()) << key.error().message;
    EXPECT_EQ(*key, R"({"pk":"ä\"b","sk":12.5})");
    LakeSettings text;
    text.line.numbers = dynamodb::LineNumbers::text;
    const auto line = parse_lake_line(
        R"({"pk":"\u00e4\"b","sk":"125E-1","__operation":"INSERT","__event_time_ms":8})", kKey,
        text);
    ASSERT_TRUE(line.ok()) << line.error().message;
    EXPECT_EQ(line->key, *key);
}

TEST(KeyOfItem, MustBeOfTheTypeOfTheOthers) {
    EXPECT_FALSE(local::key_of_item(kKey, R"({"pk":{"S":"a"}})").ok());
    EXPECT_FALSE(local::key_of_item(kKey, R"({"pk":{"S":"a"},"sk":{"S":"1"}})").ok());
    EXPECT_FALSE(local::key_of_item(kKey, R"({"pk":{"S":"a"},"sk":{"N":"x"}})").ok());
    EXPECT_FALSE(local::key_of_item(kKey, R"([])").ok());
}

TEST(LearnKey, TakesTheTypesOfAnItem) {
    const auto schema =
        local::learn_key({"pk", "sk"}, R"({"pk":{"B":"AA=="},"sk":{"N":"1"},"x":{"S":""}})");
    ASSERT_TRUE(schema.ok()) << schema.error().message;
    EXPECT_EQ((*schema)[0].type, KeyType::binary);
    EXPECT_EQ((*schema)[1].type, KeyType::number);
}

TEST(LearnKey, FindsTheAttributeOfALowerCaseName) {
    const auto schema = local::learn_key({"pk"}, R"({"PK":{"S":"a"},"x":{"S":""}})");
    ASSERT_TRUE(schema.ok()) << schema.error().message;
    EXPECT_EQ((*schema)[0].name, "PK");
    EXPECT_FALSE(local::learn_key({"pk"}, R"({"PK":{"S":"a"},"Pk":{"S":""}})").ok());
}

TEST(LearnKey, SaysWhatTheKeyCannotBe) {
    for (const char* item :
         {R"({"id":{"S":"a"}})", R"({"pk":{"M":{}}})", R"({"pk":{"BOOL":true}})"}) {
        const auto schema = local::learn_key({"pk"}, item);
        ASSERT_FALSE(schema.ok()) << item;
        EXPECT_EQ(schema.error().kind, base::ErrorKind::config_invalid);
        EXPECT_NE(schema.error().message.find("--key"), std::string::npos);
    }
}

}  // namespace
