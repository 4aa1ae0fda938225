// Stops, resumes and dry runs: what a backfill finds, and what it leaves.
#include "runtime/local/backfill.h"
#include "tests/runtime/local/backfill_fixture.h"

namespace local {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using tests::StoreCall;

TEST_F(BackfillTest, ResumesWithWhatIsNotThere) {
    ASSERT_EQ(run(), ExitCode::ok);
    const auto whole = lake_.all();
    lake_.remove(object('b'));
    lake_.remove(object('d'));
    lake_.remove(std::string(kPart) + kSuccess);
    count_created();
    options_.mode = BackfillMode::resume;
    EXPECT_EQ(run(), ExitCode::ok) << told_;
    EXPECT_EQ(created_, 2);
    EXPECT_EQ(lake_.all(), whole);
    EXPECT_THAT(told_, HasSubstr("--resume: 3 files, 3 items done already\n"));
    EXPECT_EQ(number("files_kept"), 3);
    EXPECT_EQ(number("files_converted"), 2);
}

TEST_F(BackfillTest, ResumesWithNothingToDo) {
    ASSERT_EQ(run(), ExitCode::ok);
    const auto whole = lake_.all();
    count_created();
    options_.mode = BackfillMode::resume;
    EXPECT_EQ(run(), ExitCode::ok);
    EXPECT_EQ(created_, 0);
    EXPECT_EQ(lake_.all(), whole);
}

TEST_F(BackfillTest, ResumesFromNothing) {
    options_.mode = BackfillMode::resume;
    EXPECT_EQ(run(), ExitCode::ok);
    EXPECT_THAT(told_, HasSubstr("--resume: 0 files, 0 items done already\n"));
    EXPECT_EQ(number("files_converted"), 5);
}

TEST_F(BackfillTest, DoesWhatWasMadeWithOtherSettingsAgain) {
    ASSERT_EQ(run(), ExitCode::ok);
    lake_.remove(object('a'));
    options_.mode = BackfillMode::resume;
    options_.line.metadata.operation = true;
    EXPECT_EQ(run(), ExitCode::ok);
    EXPECT_THAT(
        told_, HasSubstr("4 files there, made of another file or with other settings: done again"));
    EXPECT_EQ(number("files_converted"), 5);
    for (const char name : {'a', 'b', 'c', 'd', 'e'})
        EXPECT_EQ(lines(name), fmt::format("{{\"id\":\"{}\",\"__operation\":\"INSERT\"}}\n", name));
}

TEST_F(BackfillTest, ResumesAfterABadFileWasMended) {
    const std::string right = export_.files[2].bytes;
    damage(2);
    ASSERT_EQ(run(), ExitCode::failed);
    export_.files[2].bytes = right;
    export_.put(source_);
    count_created();
    options_.mode = BackfillMode::resume;
    EXPECT_EQ(run(), ExitCode::ok) << told_;
    EXPECT_EQ(created_, 1);
    EXPECT_EQ(lines('c'), "{\"id\":\"c\"}\n");
}

TEST_F(BackfillTest, StopsBetweenFilesAndSaysHowToGoOn) {
    lake_fault_ = [&](StoreCall call, std::string_view) -> std::optional<base::Error> {
        if (call == StoreCall::finish && ++created_ == 2) stop_.request_stop();
        return std::nullopt;
    };
    EXPECT_EQ(run(), ExitCode::interrupted);
    EXPECT_EQ(lake_names().size(), 2U);
    EXPECT_FALSE(has_success());
    EXPECT_THAT(told_, EndsWith("interrupted: 2 of 5 files done; the same command with --resume "
                                "goes on\n"));
    EXPECT_TRUE(flag("interrupted"));
    EXPECT_EQ(number("files_not_tried"), 3);

    lake_fault_ = {};
    stop_ = {};
    options_.mode = BackfillMode::resume;
    EXPECT_EQ(run(), ExitCode::ok);
    EXPECT_EQ(number("files_converted"), 3);
}

TEST_F(BackfillTest, StopsInTheMiddleOfAFileAndLeavesNothingOfIt) {
    // 3 MiB of lines: the conversion asks after each MiB of them.
    std::string line =
        fmt::format("{{\"Item\":{{\"id\":{{\"S\":\"{}\"}}}}}}", std::string(1 << 16, 'x'));
    export_.files = {tests::export_file("large.json.gz", std::vector<std::string>(48, line))};
    export_.put(source_);
    lake_fault_ = [&](StoreCall call, std::string_view) -> std::optional<base::Error> {
        if (call == StoreCall::create) stop_.request_stop();
        return std::nullopt;
    };
    EXPECT_EQ(run(), ExitCode::interrupted);
    EXPECT_THAT(lake_names(), ElementsAre());
    EXPECT_THAT(told_, Not(HasSubstr("FAIL")));
    EXPECT_THAT(told_, EndsWith("interrupted: 0 of 1 file done; the same command with --resume "
                                "goes on\n"));
}

TEST_F(BackfillTest, StopsWhileItLooks) {
    source_fault_ = [&](StoreCall, std::string_view) -> std::optional<base::Error> {
        stop_.request_stop();
        return base::Error{base::ErrorKind::outcome_unknown, "GetObject: interrupted"};
    };
    EXPECT_EQ(run(), ExitCode::interrupted);
    EXPECT_THAT(told_, HasSubstr("interrupted"));
}

TEST_F(BackfillTest, DryRunWritesNothing) {
    lake_fault_ = [](StoreCall call, std::string_view key) -> std::optional<base::Error> {
        EXPECT_TRUE(call == StoreCall::list || call == StoreCall::open || call == StoreCall::read)
            << key;
        return std::nullopt;
    };
    options_.effect = BackfillEffect::dry_run;
    EXPECT_EQ(run(), ExitCode::ok);
    std::uint64_t bytes = 0;
    for (const tests::ExportFile& file : export_.files)
        bytes += file.bytes.size();
    EXPECT_THAT(told_, HasSubstr(fmt::format("to do: 5 files, 5 items, {} bytes to read; to "
                                             "s3://lake-bucket/lake/orders/dt=00000000\n",
                                             bytes)));
    EXPECT_TRUE(flag("dry_run"));
    EXPECT_EQ(number("bytes_to_read"), static_cast<std::int64_t>(bytes));
    EXPECT_EQ(number("files_to_convert"), 5);
    EXPECT_THAT(lake_names(), ElementsAre());
}

TEST_F(BackfillTest, DryRunSaysWhatIsThereAlready) {
    ASSERT_EQ(run(), ExitCode::ok);
    lake_.remove(object('a'));
    const auto before = lake_.all();
    options_.effect = BackfillEffect::dry_run;
    EXPECT_EQ(run(), ExitCode::ok);
    EXPECT_THAT(told_, HasSubstr("4 of them are there already and would be written again\n"));
    options_.mode = BackfillMode::resume;
    EXPECT_EQ(run(), ExitCode::ok);
    EXPECT_EQ(number("files_kept"), 4);
    EXPECT_EQ(number("files_present"), 4);
    EXPECT_EQ(number("files_to_convert"), 1);
    EXPECT_EQ(number("items_to_convert"), 1);
    EXPECT_EQ(lake_.all(), before);
}

TEST_F(BackfillTest, DryRunFindsDataFilesThatAreNotThere) {
    source_.remove(export_.data_key(export_.files[1]));
    options_.effect = BackfillEffect::dry_run;
    EXPECT_EQ(run(), ExitCode::failed);
    EXPECT_THAT(told_, HasSubstr("missing: s3://exports-bucket/exports/AWSDynamoDB/"
                                 "01695353076000-a1b2c3d4/data/b.json.gz\n"));
    EXPECT_THAT(given_, HasSubstr("b.json.gz"));
}

TEST_F(BackfillTest, NeedsToReadTheObjectsThatItMayKeep) {
    ASSERT_EQ(run(), ExitCode::ok);
    lake_fault_ = [](StoreCall call, std::string_view key) -> std::optional<base::Error> {
        if (call != StoreCall::open) return std::nullopt;
        return base::Error{base::ErrorKind::access_denied, fmt::format("GetObject {}: 403", key)};
    };
    options_.mode = BackfillMode::resume;
    EXPECT_EQ(run(), ExitCode::set_up);
    EXPECT_THAT(told_, HasSubstr("GetObject lake/orders/dt=00000000/"));
}

}  // namespace
}  // namespace local
