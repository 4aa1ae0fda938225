#include "common/dynamodb/change_line.h"

#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "common/codec/json.h"
#include "tests/support/fakes.h"

namespace dynamodb {
namespace {

LineSettings settings_of(
    std::initializer_list<std::pair<const std::string, std::string>> variables) {
    const tests::FakeEnvironment environment(variables);
    base::SettingsReader reader(environment);
    LineSettings settings = read_line_settings(reader);
    EXPECT_FALSE(reader.fault());
    return settings;
}

std::string record_text(std::string_view operation, std::string_view images) {
    return R"({"eventID":"e1","eventName":")" + std::string(operation) +
           R"(","dynamodb":{"ApproximateCreationDateTime":1.684934517E9,"SequenceNumber":"42",)" +
           std::string(images) + "}}";
}

std::string line_of(const std::string& text, const LineSettings& settings = {},
                    std::span<const LineColumn> columns = {}) {
    const auto record = parse_change_record(text);
    if (!record) return "no record: " + record.error().message;
    std::string out = "before";
    const auto done = ChangeLineWriter(settings).append(*record, out, columns);
    if (done) return out.substr(6);
    EXPECT_EQ(out, "before");
    return "fault: " + done.error().message;
}

constexpr std::string_view kMetadata =
    R"("__event_id":"e1","__sequence_number":"42","__event_time_ms":1684934517000,"__ttl_delete":false})"
    "\n";

TEST(ChangeLine, HasTheAttributesThenTheMetadata) {
    EXPECT_EQ(line_of(record_text("INSERT", R"("NewImage":{"id":{"S":"1"},"a":{"N":"2"}})")),
              R"({"id":"1","a":2,"__operation":"INSERT",)" + std::string(kMetadata));
}

TEST(ChangeLine, CarriesTheImageOfItsOperation) {
    const std::string keys = R"("Keys":{"k":{"S":"k"}})";
    const std::string both = keys + R"(,"NewImage":{"n":{"S":"n"}},"OldImage":{"o":{"S":"o"}})";
    const LineSettings bare = {.metadata = kNoLineMetadata};
    EXPECT_EQ(line_of(record_text("INSERT", both), bare), "{\"n\":\"n\"}\n");
    EXPECT_EQ(line_of(record_text("MODIFY", both), bare), "{\"n\":\"n\"}\n");
    EXPECT_EQ(line_of(record_text("REMOVE", both), bare), "{\"o\":\"o\"}\n");
    for (const char* operation : {"INSERT", "MODIFY", "REMOVE"})
        EXPECT_EQ(line_of(record_text(operation, keys), bare), "{\"k\":\"k\"}\n");
    EXPECT_EQ(line_of(record_text("REMOVE", R"("NewImage":{})"), bare),
              "fault: the change record: neither an image to write nor keys");
}

TEST(ChangeLine, LeavesOutMetadataWithoutASource) {
    EXPECT_EQ(line_of(R"({"eventName":"INSERT","dynamodb":{"Keys":{"k":{"S":"k"}}}})"),
              "{\"k\":\"k\",\"__operation\":\"INSERT\",\"__ttl_delete\":false}\n");
    ChangeRecord item;  // of an export
    item.event_name = "INSERT";
    item.new_image = R"({"k":{"S":"k"}})";
    std::string out;
    ASSERT_TRUE(ChangeLineWriter({}).append(item, out).ok());
    EXPECT_EQ(out, "{\"k\":\"k\",\"__operation\":\"INSERT\"}\n");
}

TEST(ChangeLine, WritesTheMetadataThatIsAskedForInItsOwnOrder) {
    const std::string text = record_text("INSERT", R"("Keys":{})");
    EXPECT_EQ(line_of(text, settings_of({{"LINE_METADATA", "ttl_delete, operation"}})),
              "{\"__operation\":\"INSERT\",\"__ttl_delete\":false}\n");
    EXPECT_EQ(
        line_of(text, settings_of({{"LINE_METADATA", "event_id"}, {"METADATA_PREFIX", "_x_"}})),
        "{\"_x_event_id\":\"e1\"}\n");
}

TEST(ChangeLine, LetsAnAttributeKeepTheNameOfAMetadataMember) {
    const LineSettings settings = settings_of({{"LINE_METADATA", "operation"}});
    EXPECT_EQ(
        line_of(record_text("INSERT", R"("NewImage":{"__operation":{"S":"mine"}})"), settings),
        "{\"__operation\":\"mine\",\"____operation\":\"INSERT\"}\n");
    EXPECT_EQ(
        line_of(
            record_text("INSERT",
                        R"("NewImage":{"____operation":{"S":"b"},"\u005f_operation":{"S":"a"}})"),
            settings),
        "{\"____operation\":\"b\",\"\\u005f_operation\":\"a\",\"______operation\":\"INSERT\"}\n");
}

TEST(ChangeLine, LowersNamesAndLosesNone) {
    const LineSettings lower = {.names = LineNames::lower, .metadata = kNoLineMetadata};
    const auto names = [&](const std::string& image) {
        return line_of(record_text("INSERT", "\"NewImage\":" + image), lower);
    };
    EXPECT_EQ(names(R"({"Id":{"N":"1"},"customerName":{"M":{"First":{"S":"x"}}}})"),
              "{\"id\":1,\"customername\":{\"First\":\"x\"}}\n");
    EXPECT_EQ(names(R"({"ID":{"N":"1"},"Id":{"N":"2"}})"), "{\"id\":1,\"Id\":2}\n");
    EXPECT_EQ(names(R"({"ID":{"N":"1"},"id":{"N":"2"},"Id":{"N":"3"}})"),
              "{\"ID\":1,\"id\":2,\"Id\":3}\n");
    EXPECT_EQ(names("{\"GR\xC3\x9CN\":{\"N\":\"1\"}}"), "{\"gr\xC3\x9Cn\":1}\n");
    EXPECT_EQ(names(R"({"A\nB":{"N":"1"},"\u0041\u00dc":{"N":"2"},"x\u005A":{"N":"3"}})"),
              "{\"a\\nb\":1,\"a\xC3\x9C\":2,\"xz\":3}\n");
}

TEST(ChangeLine, LowersBeforeItLooksForTheMetadatasNames) {
    const LineSettings lower =
        settings_of({{"LINE_NAMES", "lower"}, {"LINE_METADATA", "operation"}});
    EXPECT_EQ(line_of(record_text("INSERT", R"("NewImage":{"__OPERATION":{"S":"mine"}})"), lower),
              "{\"__operation\":\"mine\",\"____operation\":\"INSERT\"}\n");
    EXPECT_EQ(
        line_of(record_text("INSERT",
                            R"("NewImage":{"__operation":{"S":"a"},"__Operation":{"S":"b"}})"),
                lower),
        "{\"__operation\":\"a\",\"__Operation\":\"b\",\"____operation\":\"INSERT\"}\n");
}

TEST(ChangeLine, WritesAnEnvelope) {
    const LineSettings envelope =
        settings_of({{"LINE_SHAPE", "envelope"}, {"LINE_METADATA", "operation"}});
    EXPECT_EQ(
        line_of(record_text("MODIFY", R"("OldImage":{"a":{"N":"1"}},"Keys":{"k":{"S":"k"}},)"
                                      R"("NewImage":{"__operation":{"N":"2"},"b":{"L":[]}})"),
                envelope),
        R"({"keys":{"k":"k"},"new":{"__operation":2,"b":[]},"old":{"a":1},"__operation":"MODIFY"})"
        "\n");
    EXPECT_EQ(line_of(record_text("REMOVE", R"("Keys":{"k":{"S":"k"}})"), envelope),
              "{\"keys\":{\"k\":\"k\"},\"__operation\":\"REMOVE\"}\n");
    EXPECT_EQ(line_of(record_text("REMOVE", R"("x":1)"), envelope),
              "fault: the change record: neither an image to write nor keys");
}

TEST(ChangeLine, LowersTheNamesInsideAnEnvelope) {
    const LineSettings settings = {
        .names = LineNames::lower, .shape = LineShape::envelope, .metadata = kNoLineMetadata};
    EXPECT_EQ(line_of(record_text("MODIFY", R"("Keys":{"Id":{"N":"1"}},"NewImage":{"Id":{"N":"1"},)"
                                            R"("ID":{"N":"2"}},"OldImage":{"id":{"N":"1"}})"),
                      settings),
              "{\"keys\":{\"id\":1},\"new\":{\"id\":1,\"ID\":2},\"old\":{\"id\":1}}\n");
}

TEST(ChangeLine, PutsColumnsBetweenAttributesAndMetadata) {
    const std::vector<LineColumn> columns = {{"date", "\"2026-11-20\""}, {"hour", "1"}};
    const LineSettings settings = settings_of({{"LINE_METADATA", "operation"}});
    EXPECT_EQ(line_of(record_text("INSERT", R"("NewImage":{"a":{"N":"1"}})"), settings, columns),
              "{\"a\":1,\"date\":\"2026-11-20\",\"hour\":1,\"__operation\":\"INSERT\"}\n");
    EXPECT_EQ(line_of(record_text("INSERT", R"("NewImage":{"date":{"N":"1"}})"), settings, columns),
              "{\"date\":1,\"__date\":\"2026-11-20\",\"hour\":1,\"__operation\":\"INSERT\"}\n");
}

TEST(ChangeLine, TellsWhichAttributeIsFaulty) {
    EXPECT_EQ(line_of(record_text("INSERT", R"("NewImage":{"a":{"S":"x"},"b":{"L":[{"Q":"s"}]}})")),
              "fault: attribute b[0]: an unknown type tag at byte 30");
    EXPECT_EQ(line_of(record_text("INSERT", R"("NewImage":{"a":{"S":"x"},"a":{"S":"y"}})")),
              "fault: attribute a: an attribute name that stands twice at byte 19");
    for (const char* names : {"keep", "lower"}) {
        EXPECT_EQ(line_of(record_text("INSERT", R"("NewImage":{"A":{"S":"x"},"b":7})"),
                          settings_of({{"LINE_NAMES", names}})),
                  "fault: attribute b: no object where one belongs at byte 19");
    }
}

TEST(ChangeLine, GivesTheSameBytesForTheSameRecord) {
    const std::string text =
        record_text("INSERT", R"("NewImage":{"B":{"SS":["z","a"]},"A":{"N":"1"},"b":{"S":""}})");
    const LineSettings lower = {.names = LineNames::lower};
    EXPECT_EQ(line_of(text, lower), line_of(text, lower));
}

// Computed by make_golden.py with boto3's TypeDeserializer.
TEST(ChangeLine, AgreesWithBoto3) {
    std::istringstream cases(
        tests::read_source_file("tests/common/dynamodb/change_line_golden.jsonl"));
    std::size_t count = 0;
    for (std::string line; std::getline(cases, line); ++count) {
        const auto one = codec::parse_json(line, "the golden case");
        ASSERT_TRUE(one.ok()) << line;
        tests::FakeEnvironment environment;
        for (const auto& setting : codec::find_object(*one, "settings")->GetObject())
            environment.set(setting.name.GetString(), setting.value.GetString());
        base::SettingsReader reader(environment);
        EXPECT_EQ(line_of(std::string(codec::find_text(*one, "record").value_or("")),
                          read_line_settings(reader)),
                  codec::find_text(*one, "line"))
            << line;
        EXPECT_FALSE(reader.fault()) << line;
    }
    EXPECT_EQ(count, 251U);
}

}  // namespace
}  // namespace dynamodb
