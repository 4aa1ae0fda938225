#include "runtime/local/backfill.h"

#include "tests/runtime/local/backfill_fixture.h"

namespace local {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using tests::StoreCall;

TEST_F(BackfillTest, WritesEveryFileAndThenSuccess) {
    options_.workers = 3;
    EXPECT_EQ(run(), ExitCode::ok) << told_;
    EXPECT_THAT(
        lake_names(),
        ElementsAre("01695353076000-a1b2c3d4-a.json.gz", "01695353076000-a1b2c3d4-b.json.gz",
                    "01695353076000-a1b2c3d4-c.json.gz", "01695353076000-a1b2c3d4-d.json.gz",
                    "01695353076000-a1b2c3d4-e.json.gz", kSuccess));
    EXPECT_EQ(lines('a'), "{\"id\":\"a\"}\n");
    EXPECT_EQ(lines('e'), "{\"id\":\"e\"}\n");
    EXPECT_THAT(told_,
                StartsWith("orders: full export of 2023-09-22T03:24:36Z, 5 files, 5 items\n"));
    EXPECT_THAT(told_,
                EndsWith("complete: s3://lake-bucket/lake/orders/dt=00000000/" + kSuccess + "\n"));
    EXPECT_EQ(number("files"), 5);
    EXPECT_EQ(number("items"), 5);
    EXPECT_EQ(number("files_converted"), 5);
    EXPECT_EQ(number("items_converted"), 5);
    EXPECT_EQ(number("files_kept"), 0);
    EXPECT_EQ(number("files_not_tried"), 0);
    EXPECT_EQ(number("bytes_inflated"), 5 * 26);  // {"Item":{"id":{"S":"a"}}} and a newline
    EXPECT_TRUE(flag("complete"));
    EXPECT_FALSE(flag("interrupted"));
}

TEST_F(BackfillTest, FindsTheExportOfAFolder) {
    options_.manifest.key = "exports/";
    EXPECT_EQ(run(), ExitCode::ok) << told_;
    EXPECT_THAT(given_, HasSubstr(R"("manifest":"s3://exports-bucket/)" + export_.summary_key()));
}

TEST_F(BackfillTest, GivesNothingOnStandardOutputUnlessAsked) {
    options_.format = OutputFormat::text;
    EXPECT_EQ(run(), ExitCode::ok);
    EXPECT_EQ(given_, "");
}

TEST_F(BackfillTest, DoesAllAgainWithoutResume) {
    ASSERT_EQ(run(), ExitCode::ok);
    const auto before = lake_.all();
    count_created();
    EXPECT_EQ(run(), ExitCode::ok);
    EXPECT_EQ(created_, 5);
    EXPECT_EQ(lake_.all(), before);
}

TEST_F(BackfillTest, TakesAnEarlierSuccessAwayFirst) {
    ASSERT_EQ(run(), ExitCode::ok);
    bool was_there = false;
    lake_fault_ = [&](StoreCall call, std::string_view key) -> std::optional<base::Error> {
        if (call == StoreCall::create && key.ends_with(".gz")) was_there |= has_success();
        return std::nullopt;
    };
    EXPECT_EQ(run(), ExitCode::ok);
    EXPECT_FALSE(was_there);
    EXPECT_TRUE(has_success());
}

TEST_F(BackfillTest, NeedsNoPermissionToDeleteWhereThereIsNoEarlierOne) {
    lake_fault_ = [](StoreCall call, std::string_view) -> std::optional<base::Error> {
        if (call != StoreCall::remove) return std::nullopt;
        return base::Error{base::ErrorKind::access_denied, "DeleteObject: 403 AccessDenied"};
    };
    EXPECT_EQ(run(), ExitCode::ok) << told_;
    EXPECT_EQ(run(), ExitCode::set_up);  // now there is one
    EXPECT_THAT(told_, HasSubstr("DeleteObject"));
}

TEST_F(BackfillTest, TellsABadFileAndDoesTheOthers) {
    damage(2);
    EXPECT_EQ(run(), ExitCode::failed);
    EXPECT_FALSE(has_success());
    EXPECT_EQ(lines('c'), "(none)");
    EXPECT_EQ(lines('d'), "{\"id\":\"d\"}\n");
    EXPECT_THAT(told_, HasSubstr("FAIL "));
    EXPECT_THAT(told_, HasSubstr("c.json.gz line 1"));
    EXPECT_THAT(told_, EndsWith("1 of 5 files failed, and the export is not complete; mend them, "
                                "and the same command with --resume does what is left\n"));
    const auto json = codec::parse_json(given_, "the output");
    ASSERT_TRUE(json);
    const codec::JsonValue* const failed = codec::find_array(*json, "failed");
    ASSERT_TRUE(failed != nullptr && failed->Size() == 1);
    EXPECT_EQ(codec::find_text((*failed)[0], "data_file"),
              "s3://exports-bucket/exports/AWSDynamoDB/01695353076000-a1b2c3d4/data/c.json.gz");
    EXPECT_EQ(codec::find_text((*failed)[0], "kind"), "data_invalid");
    EXPECT_THAT(std::string(*codec::find_text((*failed)[0], "error")), HasSubstr("line 1"));
    EXPECT_FALSE(flag("complete"));
}

TEST_F(BackfillTest, GivesUpWhereNothingGoesWell) {
    for (int i = 0; i < 40; ++i) {
        export_.files.push_back(tests::export_file(fmt::format("f{}.json.gz", i),
                                                   {"{\"Item\":{\"id\":{\"S\":\"x\"}}}"}));
    }
    export_.put(source_);
    lake_fault_ = [](StoreCall call, std::string_view) -> std::optional<base::Error> {
        if (call != StoreCall::finish) return std::nullopt;
        return base::Error{base::ErrorKind::service_failed, "No space left on device"};
    };
    EXPECT_EQ(run(), ExitCode::failed);
    EXPECT_EQ(number("files_not_tried"), 35);
    EXPECT_THAT(told_,
                HasSubstr("FAIL s3://exports-bucket/exports/AWSDynamoDB/"
                          "01695353076000-a1b2c3d4/data/a.json.gz: No space left on device\n"));
    EXPECT_THAT(told_, EndsWith("gave up after 10 failures in a row: 35 files not tried; the same "
                                "command with --resume does what is left\n"));
    EXPECT_THAT(lake_names(), ElementsAre());
}

TEST_F(BackfillTest, NeedsAManifestThatCanBeRead) {
    options_.manifest.key = "exports/nowhere/manifest-summary.json";
    EXPECT_EQ(run(), ExitCode::set_up);
    EXPECT_THAT(told_, HasSubstr("exports/nowhere/manifest-summary.json"));
    EXPECT_THAT(lake_names(), ElementsAre());
}

TEST_F(BackfillTest, NeedsALakeThatCanBeListed) {
    lake_fault_ = [](StoreCall, std::string_view) {
        return base::Error{base::ErrorKind::access_denied, "ListObjectsV2 lake: 403 AccessDenied"};
    };
    EXPECT_EQ(run(), ExitCode::set_up);
    EXPECT_EQ(told_, "lakefeed: ListObjectsV2 lake: 403 AccessDenied\n");
    EXPECT_EQ(given_, "");
}

TEST_F(BackfillTest, SaysWhereNewCredentialsComeFrom) {
    const tests::StoreFault expired = [](StoreCall, std::string_view) {
        return base::Error{base::ErrorKind::access_denied, "GetObject: 400 ExpiredToken",
                           "ExpiredToken"};
    };
    const char* const remedy =
        R"text(400 ExpiredToken; eval "$(aws configure export-credentials --format env)" sets new)text";
    source_fault_ = expired;
    EXPECT_EQ(run(), ExitCode::set_up);
    EXPECT_THAT(told_, HasSubstr(remedy));
    source_fault_ = [&](StoreCall call, std::string_view key) -> std::optional<base::Error> {
        if (!key.ends_with(".gz")) return std::nullopt;
        return expired(call, key);
    };
    EXPECT_EQ(run(), ExitCode::failed);
    EXPECT_THAT(told_, HasSubstr(remedy));
}

TEST_F(BackfillTest, DoesNotSayCompleteWhenObjectsAreGone) {
    int lists = 0;
    lake_fault_ = [&](StoreCall call, std::string_view) -> std::optional<base::Error> {
        if (call == StoreCall::list && ++lists == 3) lake_.remove(object('a'));
        return std::nullopt;
    };
    EXPECT_EQ(run(), ExitCode::failed);
    EXPECT_FALSE(has_success());
    EXPECT_THAT(told_, HasSubstr("all files are done, but the export is not complete"));
    EXPECT_THAT(given_, HasSubstr("\"problem\":\"objects that were written are gone"));
    EXPECT_FALSE(flag("complete"));
}

TEST_F(BackfillTest, DrawsABarOnATerminalAndTakesItAway) {
    options_.look = ProgressLook::bar;
    damage(2);
    EXPECT_EQ(run(), ExitCode::failed);
    EXPECT_THAT(told_, HasSubstr("\r["));
    // Nothing of the bar is left before a line of text.
    EXPECT_THAT(told_, HasSubstr("\r\x1b[K4 files, 4 items: "));
    options_.look = ProgressLook::lines;
    EXPECT_EQ(run(), ExitCode::failed);
    EXPECT_THAT(told_, AllOf(Not(HasSubstr("\r")), Not(HasSubstr("\x1b"))));
}

TEST_F(BackfillTest, ConvertsAnExportWithoutItems) {
    export_.files = {tests::export_file("a.json.gz", {})};
    export_.put(source_);
    EXPECT_EQ(run(), ExitCode::ok) << told_;
    EXPECT_TRUE(has_success());
    EXPECT_EQ(number("items_converted"), 0);
}

TEST_F(BackfillTest, WritesAnIncrementToItsOwnPartition) {
    export_.incremental = true;
    export_.files = {tests::export_file(
        "a.json.gz", {"{\"Metadata\":{\"WriteTimestampMicros\":\"1695353076000000\"},"
                      "\"Keys\":{\"id\":{\"S\":\"a\"}}}"})};
    export_.put(source_);
    options_.place.dt = "20230922";
    EXPECT_EQ(run(), ExitCode::ok) << told_;
    EXPECT_THAT(told_, HasSubstr("orders: incremental export of "));
    EXPECT_TRUE(lake_.find("lake/orders/dt=20230922/01695353076000-a1b2c3d4-a.json.gz"));
    EXPECT_THAT(given_, HasSubstr(R"("export_type":"incremental")"));
}

}  // namespace
}  // namespace local
