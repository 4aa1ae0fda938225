#include "runtime/local/verify_spill.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/local/verify_record.h"

namespace {

using local::SpillFile;
using local::SpillSpace;
using testing::HasSubstr;

std::vector<std::string> all_of(SpillFile& file) {
    std::vector<std::string> records;
    const auto read = file.read([&](std::string_view record) -> base::Result<base::Done> {
        records.emplace_back(record);
        return base::Done{};
    });
    EXPECT_TRUE(read.ok()) << read.error().message;
    return records;
}

TEST(SpillFile, GivesBackWhatItTook) {
    SpillSpace space{testing::TempDir()};
    SpillFile file(space);
    std::vector<std::string> records;
    records.reserve(20'003);
    for (int i = 0; i < 20'000; ++i)
        records.push_back(std::to_string(i) + std::string(static_cast<std::size_t>(i % 50), 'x'));
    records.emplace_back();
    records.emplace_back(3'000'000, 'y');  // of many blocks, and of little entropy
    records.emplace_back("last");
    for (const std::string& record : records)
        ASSERT_TRUE(file.add(record).ok());
    EXPECT_EQ(file.records(), records.size());
    EXPECT_EQ(all_of(file), records);
    EXPECT_EQ(all_of(file), records);
}

TEST(SpillFile, WithoutRecordsNeedsNoFile) {
    SpillSpace space{"/nonexistent"};
    SpillFile file(space);
    EXPECT_TRUE(all_of(file).empty());
}

TEST(SpillFile, LeavesNoNameInItsFolder) {
    const std::string folder = testing::TempDir() + "spill_file_leaves_no_name";
    std::filesystem::create_directory(folder);
    SpillSpace space{folder};
    {
        SpillFile file(space);
        ASSERT_TRUE(file.add(std::string(200'000, 'x')).ok());
        EXPECT_TRUE(std::filesystem::is_empty(folder));
        EXPECT_GT(space.bytes, 0);
    }
    EXPECT_EQ(space.bytes, 0);
    std::filesystem::remove(folder);
}

TEST(SpillFile, TellsTheFolderThatCannotBeUsed) {
    SpillSpace space{"/nonexistent"};
    SpillFile file(space);
    const auto added = file.add(std::string(200'000, 'x'));
    ASSERT_FALSE(added.ok());
    EXPECT_THAT(added.error().message,
                HasSubstr("the temporary folder /nonexistent: No such file"));
}

TEST(SpillFile, EndsTheReadingWithTheTakersError) {
    SpillSpace space{testing::TempDir()};
    SpillFile file(space);
    for (const char* record : {"a", "b"})
        ASSERT_TRUE(file.add(record).ok());
    int taken = 0;
    const auto read = file.read([&](std::string_view) -> base::Result<base::Done> {
        ++taken;
        return base::Error{base::ErrorKind::data_invalid, "enough"};
    });
    ASSERT_FALSE(read.ok());
    EXPECT_EQ(read.error().message, "enough");
    EXPECT_EQ(taken, 1);
}

TEST(Partitions, OfEachLevelGoByOtherBits) {
    EXPECT_EQ(local::partition_of(0b000010'000001, 0), 1U);
    EXPECT_EQ(local::partition_of(0b000010'000001, 1), 2U);
    EXPECT_EQ(local::partition_of(0b000010'000001, 2), 0U);
}

TEST(Records, AreUnpackedAsTheyWerePacked) {
    std::string record;
    const local::HistoryLine line{
        "42", 17, local::LineTime::boundary, {dynamodb::Operation::remove, false, "{}", {3, 99}}};
    local::pack_line("key", line, record);
    const local::LakeRecord unpacked = local::unpack_line(record);
    EXPECT_EQ(unpacked.key, "key");
    EXPECT_EQ(unpacked.line.sequence_number, "42");
    EXPECT_EQ(unpacked.line.time_ms, 17);
    EXPECT_EQ(unpacked.line.time, local::LineTime::boundary);
    EXPECT_EQ(unpacked.line.state.operation, dynamodb::Operation::remove);
    EXPECT_FALSE(unpacked.line.state.has_image);
    EXPECT_EQ(unpacked.line.state.image, "{}");
    EXPECT_EQ(unpacked.line.state.origin.file, 3U);
    EXPECT_EQ(unpacked.line.state.origin.line, 99U);
    EXPECT_EQ(local::key_of_record(record), "key");

    local::pack_item("k", "{\"Item\":1}", record);
    EXPECT_EQ(local::unpack_item(record).key, "k");
    EXPECT_EQ(local::unpack_item(record).item, "{\"Item\":1}");
}

}  // namespace
