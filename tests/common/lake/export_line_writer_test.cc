#include "common/lake/export_line_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/lake/export_line.h"
#include "tests/functions/firehose_transform/change_generator.h"

namespace {

using lake::ExportKind;
using lake::ExportView;
using testing::HasSubstr;

constexpr base::EpochMs kTimeMs = 1'695'353'076'000;

lake::ExportSummary summary_of(ExportKind kind) {
    return {.table_name = "orders", .kind = kind, .export_time_ms = kTimeMs};
}

std::string line_of(std::string_view line, ExportKind kind,
                    const dynamodb::LineSettings& settings = {}) {
    const lake::ExportSummary summary = summary_of(kind);
    lake::ExportLineWriter writer(summary, settings);
    std::string out = "before\n";
    const auto written = writer.append(line, out);
    if (!written) {
        EXPECT_EQ(out, "before\n");
        return "fault: " + written.error().message;
    }
    return out.substr(7);
}

TEST(ExportLineWriter, WritesAnItemWithItsMetadata) {
    EXPECT_EQ(line_of(R"({"Item":{"id":{"S":"1"},"n":{"N":"1.50"},"l":{"L":[{"BOOL":true}]}}})",
                      ExportKind::full),
              R"({"id":"1","n":1.50,"l":[true],"__operation":"INSERT",)"
              R"("__event_time_ms":1695353076000})"
              "\n");
    EXPECT_EQ(line_of(R"({"Item":{}})", ExportKind::full),
              R"({"__operation":"INSERT","__event_time_ms":1695353076000})"
              "\n");
}

TEST(ExportLineWriter, WritesAnIncrementsOwnOperationAndTime) {
    const std::string begin =
        R"({"Metadata":{"WriteTimestampMicros":{"N":"1680109764000999"}},"Keys":{"k":{"S":"1"}})";
    EXPECT_EQ(line_of(begin + R"(,"NewImage":{"k":{"S":"1"},"a":{"N":"2"}},"OldImage":{}})",
                      ExportKind::incremental),
              R"({"k":"1","a":2,"__operation":"MODIFY","__event_time_ms":1680109764000})"
              "\n");
    EXPECT_EQ(
        line_of(begin + R"(,"OldImage":{"k":{"S":"1"},"a":{"N":"1"}}})", ExportKind::incremental),
        R"({"k":"1","a":1,"__operation":"REMOVE","__event_time_ms":1680109764000})"
        "\n");
    EXPECT_EQ(line_of(begin + "}", ExportKind::incremental),
              R"({"k":"1","__operation":"REMOVE","__event_time_ms":1680109764000})"
              "\n");
}

TEST(ExportLineWriter, FollowsTheSettings) {
    EXPECT_EQ(line_of(R"({"Item":{"Id":{"N":"1"}}})", ExportKind::full,
                      {.names = dynamodb::LineNames::lower,
                       .numbers = dynamodb::LineNumbers::text,
                       .metadata = {.event_time_ms = false},
                       .metadata_prefix = "_"}),
              R"({"id":"1","_operation":"INSERT"})"
              "\n");
    EXPECT_EQ(line_of(R"({"Item":{"Id":{"N":"1"}}})", ExportKind::full,
                      {.shape = dynamodb::LineShape::envelope}),
              R"({"new":{"Id":1},"__operation":"INSERT","__event_time_ms":1695353076000})"
              "\n");
}

TEST(ExportLineWriter, AnAttributeWithAMetadataNameKeepsIt) {
    EXPECT_EQ(line_of(R"({"Item":{"__operation":{"S":"mine"}}})", ExportKind::full),
              R"({"__operation":"mine","____operation":"INSERT","__event_time_ms":1695353076000})"
              "\n");
}

TEST(ExportLineWriter, NamesWhatIsWrong) {
    EXPECT_THAT(line_of("", ExportKind::full), HasSubstr("fault: the export's line"));
    EXPECT_THAT(line_of(R"({"Item":{"a":{"X":"1"}}})", ExportKind::full), HasSubstr("fault: "));
    EXPECT_THAT(line_of(R"({"Item":{"a":{"S":"1"}}}})", ExportKind::full), HasSubstr("fault: "));
    EXPECT_THAT(line_of(R"({"Item":{"a":{"S":"1"},"a":{"S":"1"}}})", ExportKind::full),
                HasSubstr("stands twice"));
    EXPECT_THAT(line_of(R"({"Item":{"a":{"S":"1"}},"Item":{}})", ExportKind::full),
                HasSubstr("stands twice"));
}

// Lines as exports have them, sound, faulty and spaced, of the images of random change records.
class LineGenerator {
  public:
    explicit LineGenerator(std::uint64_t seed) : changes_(seed) {}

    std::string line(ExportKind kind) {
        std::string record = changes_.record();
        const auto change = dynamodb::parse_change_record(record);
        if (!change) return record;
        std::string line = kind == ExportKind::full
                               ? "{\"Item\":" + text(dynamodb::line_image(*change)) + "}"
                               : increment(*change);
        if (changes_.below(20) == 0) line.insert(changes_.below(line.size() + 1), 1, '}');
        if (changes_.below(20) == 0) line.erase(changes_.below(line.size()), 1);
        if (changes_.below(20) == 0) line += ' ';
        return line;
    }

  private:
    static std::string text(std::string_view image) {
        return image.empty() ? "{}" : std::string(image);
    }
    std::string increment(const dynamodb::ChangeRecord& change) {
        std::string line = R"({"Metadata":{"WriteTimestampMicros":"1680109764000999"},"Keys":)" +
                           text(change.keys);
        if (changes_.below(3) > 0) line += R"(,"NewImage":)" + text(change.new_image);
        if (changes_.below(3) > 0) line += R"(,"OldImage":)" + text(change.old_image);
        return line + "}";
    }

    tests::ChangeGenerator changes_;
};

// The plain way, step by step.
std::string plain_line(const std::string& line, const lake::ExportSummary& summary,
                       const dynamodb::LineSettings& settings) {
    const auto change = lake::parse_export_line(line, summary);
    if (!change) return "fault: " + change.error().message;
    std::string out;
    const auto written = dynamodb::ChangeLineWriter(settings).append(*change, out);
    return written ? out : "fault: " + written.error().message;
}

TEST(ExportLineWriter, BothWaysGiveTheSameBytes) {
    const dynamodb::LineSettings settings[] = {
        {}, {.numbers = dynamodb::LineNumbers::text, .metadata = {.operation = false}}};
    LineGenerator lines(7);
    std::size_t written = 0;
    for (std::size_t i = 0; i < 4'000; ++i) {
        const ExportKind kind = i % 2 == 0 ? ExportKind::full : ExportKind::incremental;
        const lake::ExportSummary summary = summary_of(kind);
        lake::ExportLineWriter writer(summary, settings[i / 2 % 2]);
        const std::string line = lines.line(kind);
        std::string out;
        const auto done = writer.append(line, out);
        written += done.ok() ? 1 : 0;
        const std::string given = done ? out : "fault: " + done.error().message;
        ASSERT_EQ(given, plain_line(line, summary, settings[i / 2 % 2])) << line;
    }
    EXPECT_GT(written, 2'000U);
    EXPECT_LT(written, 3'900U);
}

}  // namespace
