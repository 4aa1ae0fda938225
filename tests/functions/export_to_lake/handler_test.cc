#include "functions/export_to_lake/handler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/codec/gzip.h"
#include "tests/support/export_files.h"
#include "tests/support/fakes.h"
#include "tests/support/memory_store.h"

namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using tests::StoreCall;

constexpr std::int64_t kTimeoutMs = 60'000;
const std::string kFolder = "orders/dt=00000000/01695353076000-a1b2c3d4-";
const std::string kMarker = "orders/dt=00000000/_SUCCESS-01695353076000-a1b2c3d4";
const base::Error kDenied{base::ErrorKind::access_denied, "", "AccessDenied"};

std::string item(const std::string& id) {
    return R"({"Item":{"id":{"S":")" + id + R"("}}})";
}

std::string quoted(const std::string& text) {
    std::string json;
    base::append_json_text(json, text);
    return json;
}

class LakeHandlerTest : public testing::Test {
  protected:
    LakeHandlerTest() {
        export_.files = {tests::export_file("a.json.gz", {item("1"), item("2")}),
                         tests::export_file("b.json.gz", {}),
                         tests::export_file("c.json.gz", {item("3")})};
    }

    base::Result<runtime::InvocationResponse> handle(const std::string& event) {
        const auto open_store = [this](const std::string& bucket, base::Deadline deadline) {
            EXPECT_LT(deadline.at_ms, tests::kTestNowMs + kTimeoutMs);  // time is left to answer
            return std::make_unique<tests::MemoryStore>(
                buckets_[bucket], [this, bucket](StoreCall call, std::string_view key) {
                    return fault_ ? fault_(bucket, call, key) : std::nullopt;
                });
        };
        export_to_lake::LakeHandler handler(config_, {open_store, clock_, log_});
        runtime::Invocation invocation;
        invocation.event = event;
        invocation.deadline = {tests::kTestNowMs + kTimeoutMs};
        return handler.handle(invocation);
    }
    std::string answer(const std::string& event) {
        const auto response = handle(event);
        return response ? response->body : "error: " + response.error().message;
    }
    base::Error error_of(const std::string& event) {
        const auto response = handle(event);
        EXPECT_FALSE(response) << response->body;
        return response ? base::Error{} : response.error();
    }
    void put() { export_.put(buckets_["exports"]); }
    std::string whole_export() {
        put();
        return R"({"manifest_summary":"s3://exports/)" + export_.summary_key() + R"("})";
    }
    std::string one_file(const std::string& name) {
        put();
        return R"({"manifest_summary":"s3://exports/)" + export_.summary_key() +
               R"(","data_file":"s3://exports/)" + export_.folder() + "data/" + name + R"("})";
    }
    std::string s3_event() {
        put();
        return R"({"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":)"
               R"({"bucket":{"name":"exports"},"object":{"key":")" +
               export_.summary_key() + R"("}}}]})";
    }
    // The names of the data objects in the lake, and "_SUCCESS".
    std::vector<std::string> lake() {
        std::vector<std::string> names;
        for (const auto& [key, bytes] : buckets_["lake"].all())
            names.push_back(key == kMarker ? "_SUCCESS" : key.substr(kFolder.size()));
        return names;
    }

    tests::ExportFiles export_;
    std::map<std::string, tests::MemoryObjects> buckets_;
    std::function<std::optional<base::Error>(const std::string& bucket, StoreCall call,
                                             std::string_view key)>
        fault_;
    export_to_lake::Config config_{
        .lake_uri = "s3://lake/{table}/", .lake_dt = "00000000", .table_arns = {}, .line = {}};
    tests::FakeClock clock_;
    tests::LogCapture capture_;
    base::Log log_ = capture_.make_log(clock_);
};

TEST_F(LakeHandlerTest, BringsAWholeExport) {
    EXPECT_EQ(
        answer(s3_event()),
        R"({"export_arn":"arn:aws:dynamodb:eu-west-1:123456789012:table/orders/export/)"
        R"(01695353076000-a1b2c3d4","files":[)"
        R"({"data_file":"s3://exports/exports/AWSDynamoDB/01695353076000-a1b2c3d4/data/a.json.gz",)"
        R"("object":"s3://lake/orders/dt=00000000/01695353076000-a1b2c3d4-a.json.gz","items":2},)"
        R"({"data_file":"s3://exports/exports/AWSDynamoDB/01695353076000-a1b2c3d4/data/b.json.gz",)"
        R"("object":"s3://lake/orders/dt=00000000/01695353076000-a1b2c3d4-b.json.gz","items":0},)"
        R"({"data_file":"s3://exports/exports/AWSDynamoDB/01695353076000-a1b2c3d4/data/c.json.gz",)"
        R"("object":"s3://lake/orders/dt=00000000/01695353076000-a1b2c3d4-c.json.gz","items":1}],)"
        R"("items":3,"complete":true})");
    EXPECT_THAT(lake(), ElementsAre("a.json.gz", "b.json.gz", "c.json.gz", "_SUCCESS"));
    EXPECT_EQ(
        codec::gzip_decompress(buckets_["lake"].find(kFolder + "c.json.gz").value(), 1000).value(),
        R"({"id":"3","__operation":"INSERT","__event_time_ms":1695353076000})"
        "\n");
    EXPECT_THAT(capture_.text(),
                AllOf(HasSubstr(R"("Items":3)"), HasSubstr(R"("FilesConverted":3)"),
                      HasSubstr(R"("FilesKept":0)"), HasSubstr(R"("BytesIn":)"),
                      HasSubstr(R"("ExportsCompleted":1)"), HasSubstr(R"("ExportsFailed":0)")));
}

TEST_F(LakeHandlerTest, FindsAKeyThatEventBridgeMayHaveEncoded) {
    for (const std::string prefix : {"a+b %41/", "a b A/"}) {
        export_.prefix = prefix;
        put();
        EXPECT_THAT(answer(R"({"source":"aws.s3","detail-type":"Object Created","detail":)"
                           R"({"bucket":{"name":"exports"},"object":{"key":"a+b %41/AWSDynamoDB/)" +
                           export_.export_id + R"(/manifest-summary.json"}}})"),
                    AllOf(HasSubstr("s3://exports/" + prefix), HasSubstr(R"("complete":true)")));
        buckets_.clear();
    }
}

TEST_F(LakeHandlerTest, MarksTheExportWithItsLastFile) {
    EXPECT_THAT(answer(one_file("a.json.gz")), HasSubstr(R"("items":2,"complete":false)"));
    EXPECT_THAT(answer(one_file("c.json.gz")), HasSubstr(R"("items":1,"complete":false)"));
    EXPECT_THAT(lake(), ElementsAre("a.json.gz", "c.json.gz"));
    EXPECT_THAT(answer(one_file("b.json.gz")), HasSubstr(R"("items":0,"complete":true)"));
    EXPECT_THAT(lake(), ElementsAre("a.json.gz", "b.json.gz", "c.json.gz", "_SUCCESS"));
}

TEST_F(LakeHandlerTest, KeepsWhatIsThereAlready) {
    const std::string first = answer(whole_export());
    std::vector<std::string> written;
    fault_ = [&](const std::string&, StoreCall call,
                 std::string_view key) -> std::optional<base::Error> {
        if (call == StoreCall::create) written.emplace_back(key);
        return std::nullopt;
    };
    EXPECT_EQ(answer(whole_export()), first);
    EXPECT_THAT(written, ElementsAre(kMarker));
    EXPECT_THAT(capture_.text(), HasSubstr(R"("FilesKept":3)"));

    written.clear();
    config_.line.numbers = dynamodb::LineNumbers::text;
    EXPECT_EQ(answer(whole_export()), first);
    EXPECT_EQ(written.size(), 4U);
}

TEST_F(LakeHandlerTest, IgnoresEventsOfOtherObjects) {
    EXPECT_EQ(answer(R"({"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"exports"})"),
              R"({"exports":[]})");
    EXPECT_THAT(capture_.text(), HasSubstr("event_ignored"));
}

TEST_F(LakeHandlerTest, AnswersABatchWithTheMessagesThatFailed) {
    const std::string event =
        R"({"Records":[{"messageId":"good","eventSource":"aws:sqs","body":)" + quoted(s3_event()) +
        R"(},{"messageId":"bad","eventSource":"aws:sqs","body":"{}"},)"
        R"({"messageId":"missing","eventSource":"aws:sqs","body":)" +
        quoted(R"({"manifest_summary":"s3://exports/x/0-0/manifest-summary.json"})") +
        R"(},{"messageId":"empty","eventSource":"aws:sqs"}]})";
    EXPECT_EQ(answer(event), R"({"batchItemFailures":[{"itemIdentifier":"bad"},)"
                             R"({"itemIdentifier":"missing"},{"itemIdentifier":"empty"}]})");
    EXPECT_THAT(lake(), ElementsAre("a.json.gz", "b.json.gz", "c.json.gz", "_SUCCESS"));
}

TEST_F(LakeHandlerTest, OneExportsFaultDoesNotStopTheOthers) {
    std::string event = s3_event();
    const std::string missing =
        R"({"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{"bucket":)"
        R"({"name":"exports"},"object":{"key":"x/0-0/manifest-summary.json"}}},)";
    event.insert(event.find('[') + 1, missing + missing);
    const base::Error error = error_of(event);
    EXPECT_EQ(error.kind, base::ErrorKind::data_invalid);
    EXPECT_THAT(error.message,
                AllOf(HasSubstr("x/0-0/manifest-summary.json"), HasSubstr("2 exports failed")));
    EXPECT_EQ(lake().size(), 4U);
}

TEST_F(LakeHandlerTest, RefusesATableThatItIsNotFor) {
    config_.table_arns = {"arn:aws:dynamodb:eu-west-1:123456789012:table/others"};
    const base::Error error = error_of(whole_export());
    EXPECT_EQ(error.kind, base::ErrorKind::data_invalid);
    EXPECT_THAT(error.message, AllOf(HasSubstr("table/orders"), HasSubstr("TABLE_ARN")));
    EXPECT_THAT(lake(), IsEmpty());
    config_.table_arns.push_back(export_.table_arn());
    EXPECT_TRUE(handle(whole_export()));
}

TEST_F(LakeHandlerTest, ABadFileDoesNotStopTheOthers) {
    export_.files[0] = tests::export_file("a.json.gz", {item("1"), "{\"Item\":"});
    const base::Error error = error_of(whole_export());
    EXPECT_EQ(error.kind, base::ErrorKind::data_invalid);
    EXPECT_THAT(error.message, HasSubstr("data/a.json.gz line 2"));
    EXPECT_THAT(lake(), ElementsAre("b.json.gz", "c.json.gz"));
    EXPECT_THAT(capture_.text(), HasSubstr("data_file_failed"));
}

TEST_F(LakeHandlerTest, RefusesAFileThatTheExportHasNot) {
    EXPECT_EQ(error_of(one_file("x.json.gz")).kind, base::ErrorKind::event_invalid);
    EXPECT_EQ(error_of("{}").kind, base::ErrorKind::event_invalid);
    EXPECT_EQ(error_of("").kind, base::ErrorKind::event_invalid);
}

TEST_F(LakeHandlerTest, ExplainsWhatAStoreRefuses) {
    struct Case {
        const char* bucket;
        StoreCall call;
        const char* remedy;
    };
    for (const Case& each :
         {Case{"exports", StoreCall::list, "s3:GetObject on arn:aws:s3:::exports"},
          Case{"exports", StoreCall::open, "s3:GetObject on arn:aws:s3:::exports"},
          Case{"lake", StoreCall::list, "arn:aws:s3:::lake/orders/*"},
          Case{"lake", StoreCall::create, "arn:aws:s3:::lake/orders/*"},
          Case{"lake", StoreCall::finish, "arn:aws:s3:::lake/orders/*"}}) {
        fault_ = [&](const std::string& bucket, StoreCall call, std::string_view key) {
            base::Error denied = kDenied;
            denied.message = "s3://" + bucket + "/" + std::string(key) + ": 403";
            return bucket == each.bucket && call == each.call ? std::optional(denied)
                                                              : std::nullopt;
        };
        const base::Error error = error_of(whole_export());
        EXPECT_EQ(error.kind, base::ErrorKind::access_denied);
        EXPECT_THAT(error.message, HasSubstr(each.remedy));
        EXPECT_THAT(lake(), IsEmpty());
    }
}

TEST_F(LakeHandlerTest, GoesOnAfterARetryWhereTimeWasOver) {
    // Each of the files with items takes 40 s; there are 58.
    fault_ = [&](const std::string& bucket, StoreCall call,
                 std::string_view) -> std::optional<base::Error> {
        if (bucket == "lake" && call == StoreCall::finish) clock_.advance_ms(40'000);
        return std::nullopt;
    };
    export_.files[1] = tests::export_file("b.json.gz", {item("4"), item("5")});
    const std::string event = whole_export();
    const base::Error error = error_of(event);
    EXPECT_EQ(error.kind, base::ErrorKind::deadline_near);
    EXPECT_THAT(error.message,
                AllOf(HasSubstr("1 of 3 files are in the lake"), HasSubstr("b.json.gz"),
                      HasSubstr("the same event again goes on")));
    EXPECT_THAT(lake(), ElementsAre("a.json.gz"));
    clock_.set_ms(tests::kTestNowMs);
    EXPECT_EQ(error_of(event).kind, base::ErrorKind::deadline_near);
    EXPECT_THAT(lake(), ElementsAre("a.json.gz", "b.json.gz"));
    clock_.set_ms(tests::kTestNowMs);
    fault_ = {};
    EXPECT_THAT(answer(event), HasSubstr(R"("items":5,"complete":true)"));
}

TEST_F(LakeHandlerTest, GivesUpAFileThatTakesTooLong) {
    std::vector<std::string> lines;
    lines.reserve(20'000);
    for (int i = 0; i < 20'000; ++i)
        lines.push_back(R"({"Item":{"id":{"N":")" + std::to_string(i) +
                        R"("},"text":{"S":"long enough that two mebibytes come together"}}})");
    export_.files = {tests::export_file("a.json.gz", lines)};
    fault_ = [&](const std::string& bucket, StoreCall call,
                 std::string_view key) -> std::optional<base::Error> {
        if (bucket == "exports" && call == StoreCall::open && key.ends_with("a.json.gz"))
            clock_.advance_ms(kTimeoutMs);
        return std::nullopt;
    };
    const base::Error error = error_of(whole_export());
    EXPECT_EQ(error.kind, base::ErrorKind::deadline_near);
    EXPECT_THAT(error.message, AllOf(HasSubstr("a.json.gz"), HasSubstr("of 20000 items"),
                                     HasSubstr("lakefeed backfill")));
    EXPECT_THAT(lake(), IsEmpty());
}

TEST_F(LakeHandlerTest, KeepsTablesApart) {
    ASSERT_TRUE(handle(whole_export()));
    export_.table_name = "customers";
    EXPECT_THAT(answer(whole_export()), HasSubstr("s3://lake/customers/dt=00000000/"));
}

}  // namespace
