#include "common/lake/export_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using dynamodb::Operation;
using lake::ExportKind;
using lake::ExportView;
using testing::HasSubstr;

const lake::ExportSummary kFull = {.table_name = "t", .export_time_ms = 1'604'474'914'028};
const lake::ExportSummary kIncremental = {.table_name = "t", .kind = ExportKind::incremental};

dynamodb::ChangeRecord parsed(std::string_view line, const lake::ExportSummary& summary) {
    const auto record = lake::parse_export_line(line, summary);
    EXPECT_TRUE(record) << line << ": " << (record ? "" : record.error().message);
    return record ? *record : dynamodb::ChangeRecord{};
}

std::string fault_of(std::string_view line, const lake::ExportSummary& summary) {
    const auto record = lake::parse_export_line(line, summary);
    if (record) return "no fault";
    EXPECT_EQ(record.error().kind, base::ErrorKind::data_invalid);
    return record.error().message;
}

TEST(ExportLine, AnItemIsAnInsertAtTheExportsTime) {
    // Of "DynamoDB table export output format".
    const auto record =
        parsed(R"({"Item":{"Authors":{"SS":["Author1","Author2"]},"Id":{"N":"103"}}})", kFull);
    EXPECT_EQ(record.operation, Operation::insert);
    EXPECT_EQ(record.event_name, "INSERT");
    EXPECT_EQ(record.table_name, "t");
    EXPECT_EQ(record.new_image, R"({"Authors":{"SS":["Author1","Author2"]},"Id":{"N":"103"}})");
    EXPECT_EQ(record.event_time_ms, 1'604'474'914'028);
    EXPECT_EQ(record.event_id, "");
    EXPECT_EQ(record.sequence_number, "");
    EXPECT_FALSE(record.ttl_delete.has_value());
}

TEST(ExportLine, TakesWhiteSpaceAndOtherMembers) {
    EXPECT_EQ(parsed(" { \"x\" : [1] , \"Item\" : { } } \r", kFull).new_image, "{ }");
}

// The cases of the page's table: insert, update, delete, each with both images and with new ones.
TEST(ExportLine, TellsTheOperationOfAnIncrement) {
    const std::string begin =
        R"({"Metadata":{"WriteTimestampMicros":"1680109764000999"},"Keys":{"PK":{"S":"k"}})";
    const std::string with_new = R"(,"NewImage":{"PK":{"S":"k"},"a":{"N":"2"}})";
    const std::string with_old = R"(,"OldImage":{"PK":{"S":"k"},"a":{"N":"1"}})";
    EXPECT_EQ(parsed(begin + with_new + "}", kIncremental).event_name, "INSERT");
    const std::string line = begin + with_new + with_old + "}";
    const auto update = parsed(line, kIncremental);
    EXPECT_EQ(update.operation, Operation::modify);
    EXPECT_EQ(update.event_name, "MODIFY");
    EXPECT_EQ(update.keys, R"({"PK":{"S":"k"}})");
    EXPECT_EQ(update.new_image, R"({"PK":{"S":"k"},"a":{"N":"2"}})");
    EXPECT_EQ(update.old_image, R"({"PK":{"S":"k"},"a":{"N":"1"}})");
    EXPECT_EQ(update.event_time_ms, 1'680'109'764'000);
    EXPECT_FALSE(update.ttl_delete.has_value());
    EXPECT_EQ(parsed(begin + with_old + "}", kIncremental).event_name, "REMOVE");

    lake::ExportSummary new_images = kIncremental;
    new_images.view = ExportView::new_image;
    EXPECT_EQ(parsed(begin + with_new + "}", new_images).event_name, "MODIFY");
    const auto removed = parsed(begin + "}", new_images);
    EXPECT_EQ(removed.operation, Operation::remove);
    EXPECT_EQ(removed.event_name, "REMOVE");
    EXPECT_EQ(removed.old_image, "");
}

TEST(ExportLine, ReadsTheTimeInEachOfItsForms) {
    for (const char* time : {"1680109764000999", R"("1680109764000999")",
                             R"({"N":"1680109764000999"})", R"({ "N" : "1680109764000999" })"}) {
        const std::string line = std::string(R"({"Metadata":{"WriteTimestampMicros":)") + time +
                                 R"(},"Keys":{"k":{"S":"k"}}})";
        EXPECT_EQ(parsed(line, kIncremental).event_time_ms, 1'680'109'764'000) << time;
    }
}

TEST(ExportLine, FloorsATimeBefore1970) {
    EXPECT_EQ(
        parsed(R"({"Metadata":{"WriteTimestampMicros":-1},"Keys":{}})", kIncremental).event_time_ms,
        -1);
}

TEST(ExportLine, NamesWhatIsWrong) {
    EXPECT_THAT(fault_of("", kFull), HasSubstr("the export's line"));
    EXPECT_THAT(fault_of(R"({"Item":{"a":{"S":"x"}})", kFull), HasSubstr("the export's line"));
    EXPECT_THAT(fault_of(R"({"Item":{}}{)", kFull), HasSubstr("something follows"));
    EXPECT_THAT(fault_of(R"({"Item":[]})", kFull), HasSubstr("no object"));
    EXPECT_THAT(fault_of(R"({"Item":{},"Item":{}})", kFull), HasSubstr("twice"));
    EXPECT_THAT(fault_of("{}", kFull), HasSubstr("without Item"));
    EXPECT_THAT(fault_of(R"({"Item":{},"Keys":{}})", kFull), HasSubstr("with Keys"));
    EXPECT_THAT(fault_of(R"({"Keys":{}})", kFull), HasSubstr("without Item"));
    EXPECT_THAT(fault_of(R"({"Item":{}})", kIncremental), HasSubstr("with Item"));
    EXPECT_THAT(fault_of(R"({"Metadata":{"WriteTimestampMicros":1}})", kIncremental),
                HasSubstr("without Keys"));
    EXPECT_THAT(fault_of(R"({"Keys":{}})", kIncremental), HasSubstr("no WriteTimestampMicros"));
    EXPECT_THAT(fault_of("{\"Item\":{\"a\":{\"S\":\"\xFF\"}}}", kFull), HasSubstr("UTF-8"));
}

TEST(ExportLine, RefusesATimeThatIsNone) {
    for (const char* time : {R"("x")", R"({"S":"1"})", R"({"N":"x"})", "{}", "null", "true",
                             R"({"N":"1","N":"2"})", "99999999999999999999"}) {
        const std::string line = std::string(R"({"Metadata":{"WriteTimestampMicros":)") + time +
                                 R"(},"Keys":{"k":{"S":"k"}}})";
        EXPECT_NE(fault_of(line, kIncremental), "no fault") << time;
    }
}

}  // namespace
