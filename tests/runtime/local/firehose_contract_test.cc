// The clauses of a transformation's contract (developer guide, "Transform source data in Amazon
// Data Firehose" and the pages below it; reference of the error codes: "Monitor Amazon Data
// Firehose Using CloudWatch Logs", "Lambda invocation errors"), each with a test: what the function
// does, and what becomes of two records {a} and {b}.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/runtime/local/firehose_world.h"

namespace local {
namespace {

using tests::ErrorLine;
using tests::FirehoseWorld;

struct Clause {
    const char* name;
    // The response, with $1 and $2 for the two record ids.
    std::string response;
    const char* code;       // of both records' error lines; empty: see the two below
    const char* delivered;  // the data that was delivered
    int failed;
};

// Ok with base64 of "x".
std::string ok(std::string_view id, std::string_view more = "") {
    return fmt::format(R"({{"recordId":"{}","result":"Ok","data":"eA=="{}}})", id, more);
}

std::string records(const std::string& first, const std::string& second) {
    return R"({"records":[)" + first + "," + second + "]}";
}

constexpr const char* kJson = "Lambda.JsonProcessingException";
constexpr const char* kType = "Lambda.JsonMappingException";
constexpr const char* kMissing = "Lambda.MissingRecordId";
constexpr const char* kDuplicated = "Lambda.DuplicatedRecordId";
constexpr const char* kStatus = "Lambda.ProcessingFailedStatus";

const std::string kGood = ok("$1");

// The second record with other members than the id, behind a good one.
std::string second(const std::string& members) {
    return records(kGood, R"({"recordId":"$2",)" + members + "}");
}

std::vector<Clause> good_responses() {
    return {
        {"BothOk", records(kGood, ok("$2")), "", "xx", 0},
        {"OrderIsFree", records(ok("$2"), kGood), "", "xx", 0},
        {"DroppedNeedsNoData", second(R"("result":"Dropped")"), "", "x", 0},
        {"DroppedMayHaveData", second(R"("result":"Dropped","data":"eQ==")"), "", "x", 0},
        {"ProcessingFailedFailsAlone", second(R"("result":"ProcessingFailed","data":"eQ==")"),
         kStatus, "x", 1},
        {"ProcessingFailedNeedsNoData", second(R"("result":"ProcessingFailed")"), kStatus, "x", 1},
        {"AllProcessingFailed",
         records(R"({"recordId":"$1","result":"ProcessingFailed"})",
                 R"({"recordId":"$2","result":"ProcessingFailed"})"),
         kStatus, "", 2},
        {"EmptyDataIsData", second(R"("result":"Ok","data":"")"), "", "x", 0},
        {"UnknownMembersArePassedOver",
         R"({"more":1,"records":[)" + ok("$1", R"(,"extra":{"a":[]})") + "," + ok("$2") + "]}", "",
         "xx", 0},
        {"MetadataMayBeNull", records(ok("$1", R"(,"metadata":null)"), ok("$2")), "", "xx", 0},
        {"PartitionKeysWithoutDynamicPartitioning",
         records(ok("$1", R"(,"metadata":{"partitionKeys":{"a":"b"}})"), ok("$2")), "", "xx", 0},
    };
}

std::vector<Clause> broken_responses() {
    return {
        {"NotJson", "Ok", kJson, "", 2},
        {"EmptyBody", "", kJson, "", 2},
        {"CutOff", R"({"records":[)" + kGood, kJson, "", 2},
        {"TextBehindTheJson", records(kGood, ok("$2")) + "x", kJson, "", 2},
        {"NotAnObject", "[" + kGood + "," + ok("$2") + "]", kType, "", 2},
        {"Null", "null", kType, "", 2},
        {"RecordsAreMissing", "{}", kMissing, "", 2},
        {"RecordsAreNull", R"({"records":null})", kMissing, "", 2},
        {"RecordsAreNoArray", R"({"records":{}})", kType, "", 2},
        {"ARecordIsNoObject", records(kGood, R"("$2")"), kType, "", 2},
    };
}

std::vector<Clause> broken_record_ids() {
    return {
        {"NoRecordAtAll", R"({"records":[]})", kMissing, "", 2},
        {"OneRecordIsMissing", R"({"records":[)" + kGood + "]}", kMissing, "", 2},
        {"ARecordIdIsMissing", records(kGood, R"({"result":"Ok","data":"eA=="})"), kMissing, "", 2},
        {"ARecordIdIsNoText", records(kGood, R"({"recordId":2,"result":"Ok","data":"eA=="})"),
         kType, "", 2},
        {"ARecordIdTwice", R"({"records":[)" + kGood + "," + ok("$2") + "," + kGood + "]}",
         kDuplicated, "", 2},
        {"ARecordIdTwiceInAnothersPlace", records(kGood, kGood), kDuplicated, "", 2},
        {"AnUnknownRecordId", R"({"records":[)" + kGood + "," + ok("$2") + "," + ok("x") + "]}",
         kJson, "", 2},
        {"ARecordIdInAnotherCase", records(kGood, ok("$2 ")), kJson, "", 2},
    };
}

std::vector<Clause> broken_results() {
    return {
        {"ResultIsMissing", second(R"("data":"eA==")"), kJson, "", 2},
        {"ResultIsUnknown", second(R"("result":"Success","data":"eA==")"), kJson, "", 2},
        {"ResultInAnotherCase", second(R"("result":"ok","data":"eA==")"), kJson, "", 2},
        {"ResultIsNoText", second(R"("result":true,"data":"eA==")"), kJson, "", 2},
    };
}

std::vector<Clause> broken_data() {
    return {
        {"OkWithoutData", second(R"("result":"Ok")"), kJson, "", 2},
        {"OkWithNull", second(R"("result":"Ok","data":null)"), kJson, "", 2},
        {"DataIsNoText", second(R"("result":"Ok","data":{})"), kType, "", 2},
        {"DataIsNotBase64", second(R"("result":"Ok","data":"{\"a\":1}")"), kType, "", 2},
        {"DataIsBase64Url", second(R"("result":"Ok","data":"-_8=")"), kType, "", 2},
        {"DataWithoutPadding", second(R"("result":"Ok","data":"eA")"), kType, "", 2},
        {"DataOfADroppedRecordIsNotBase64", second(R"("result":"Dropped","data":"?")"), kType, "",
         2},
    };
}

std::vector<Clause> broken_metadata() {
    return {
        {"MetadataIsNoObject", records(kGood, ok("$2", R"(,"metadata":"x")")), kType, "", 2},
        {"PartitionKeysAreNoObject",
         records(kGood, ok("$2", R"(,"metadata":{"partitionKeys":[]})")), kType, "", 2},
        {"APartitionKeyIsNoText",
         records(kGood, ok("$2", R"(,"metadata":{"partitionKeys":{"dt":20261120}})")), kType, "",
         2},
        {"OtfMetadataIsNoObject", records(kGood, ok("$2", R"(,"metadata":{"otfMetadata":1})")),
         kType, "", 2},
        {"AnOtfNameIsNoText",
         records(kGood, ok("$2", R"(,"metadata":{"otfMetadata":{"destinationTableName":1}})")),
         kType, "", 2},
    };
}

std::vector<Clause> clauses() {
    std::vector<Clause> all;
    for (const auto& group : {good_responses(), broken_responses(), broken_record_ids(),
                              broken_results(), broken_data(), broken_metadata()})
        all.insert(all.end(), group.begin(), group.end());
    return all;
}

class FirehoseContract : public testing::TestWithParam<Clause> {};

TEST_P(FirehoseContract, Holds) {
    const Clause& clause = GetParam();
    FirehoseWorld world;
    world.function.otherwise = [&](const std::string& event) {
        const auto ids = tests::records_of(event);
        std::string body = clause.response;
        for (const auto& [place, id] : {std::pair{"$1", ids[0].id}, std::pair{"$2", ids[1].id}}) {
            for (std::size_t at = body.find(place); at != std::string::npos; at = body.find(place))
                body.replace(at, 2, id);
        }
        return tests::response(body);
    };
    FirehoseEmulator firehose = world.make();
    firehose.put(tests::kinesis_record("{a}"));
    firehose.put(tests::kinesis_record("{b}"));
    ASSERT_TRUE(firehose.drain());

    const FirehoseReport report = firehose.report();
    EXPECT_EQ(world.store.below("data/"), clause.delivered);
    EXPECT_EQ(report.failed, clause.failed);
    EXPECT_EQ(report.ok + report.dropped + report.failed, 2);
    EXPECT_EQ(world.function.events.size(), 1U) << "what the function did wrong is final";
    const auto lines = tests::error_lines(world.store);
    ASSERT_EQ(lines.size(), static_cast<std::size_t>(clause.failed));
    for (const ErrorLine& line : lines) {
        EXPECT_EQ(line.code, clause.code);
        EXPECT_EQ(line.attempts, 1);
    }
    // The whole source record is kept, whatever the response said.
    if (clause.failed == 2) {
        EXPECT_EQ(lines[0].raw_data, "{a}");
    }
    if (clause.failed > 0) {
        EXPECT_EQ(lines.back().raw_data, "{b}");
    }
}

INSTANTIATE_TEST_SUITE_P(Clauses, FirehoseContract, testing::ValuesIn(clauses()),
                         [](const auto& test) { return std::string(test.param.name); });

// How an invocation ends, apart from its response.
struct Ending {
    const char* name;
    base::Result<Outcome> outcome;
    const char* code;
    int attempts;
};

Outcome outcome(Outcome::Kind kind, std::string body) {
    return {.kind = kind, .body = std::move(body)};
}

std::vector<Ending> endings() {
    Outcome broken_stream = tests::response(R"({"records":[]})");
    broken_stream.stream_error = R"({"errorType":"Runtime.StreamError"})";
    return {
        {"FunctionErrorIsFinal", outcome(Outcome::Kind::error, R"({"errorType":"X"})"),
         "Lambda.FunctionError", 1},
        {"ExitIsFinal", outcome(Outcome::Kind::exited, R"({"errorType":"Runtime.ExitError"})"),
         "Lambda.FunctionError", 1},
        {"StreamThatBrokeIsFinal", broken_stream, "Lambda.FunctionError", 1},
        {"AccessDeniedIsFinal", base::Error{base::ErrorKind::access_denied, "403"},
         "Lambda.InvokeAccessDenied", 1},
        {"TimeOutIsTriedFourTimes", outcome(Outcome::Kind::timed_out, R"({"errorMessage":"60 s"})"),
         "Lambda.FunctionTimedOut", 4},
        {"ThrottlingIsTriedFourTimes", base::Error{base::ErrorKind::throttled, "429"},
         "Lambda.InvokeLimitExceeded", 4},
        {"NoConnectionIsTriedFourTimes", base::Error{base::ErrorKind::connect_failed, "refused"},
         "Lambda.FunctionRequestTimedOut", 4},
        {"NoAnswerIsTriedFourTimes", base::Error{base::ErrorKind::outcome_unknown, "reset"},
         "Lambda.FunctionRequestTimedOut", 4},
    };
}

class FirehoseEnding : public testing::TestWithParam<Ending> {};

TEST_P(FirehoseEnding, FailsTheBatchAfterItsAttempts) {
    const Ending& ending = GetParam();
    FirehoseWorld world;
    world.function.otherwise = [&](const std::string&) { return ending.outcome; };
    FirehoseEmulator firehose = world.make();
    firehose.put(tests::kinesis_record("{a}"));
    firehose.put(tests::kinesis_record("{b}"));
    ASSERT_TRUE(firehose.drain());

    const auto lines = tests::error_lines(world.store);
    ASSERT_EQ(lines.size(), 2U);
    for (const ErrorLine& line : lines) {
        EXPECT_EQ(line.code, ending.code);
        EXPECT_EQ(line.attempts, ending.attempts);
    }
    EXPECT_EQ(lines[0].raw_data + lines[1].raw_data, "{a}{b}");
    EXPECT_EQ(firehose.report().invocations, ending.attempts);
    EXPECT_EQ(firehose.report().retries, ending.attempts - 1);
    EXPECT_EQ(firehose.report().batches_failed, 1);
    // Each attempt is the same request, byte for byte.
    EXPECT_THAT(world.function.events, testing::Each(world.function.events.front()));
    EXPECT_EQ(world.function.events.size(), static_cast<std::size_t>(ending.attempts));
}

INSTANTIATE_TEST_SUITE_P(Endings, FirehoseEnding, testing::ValuesIn(endings()),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(FirehoseRetries, ARetryThatGoesWellDeliversTheBatchOnce) {
    FirehoseWorld world;
    const Outcome timed_out = outcome(Outcome::Kind::timed_out, "{}");
    world.function.script = {
        tests::always(timed_out),
        [](const std::string&) { return base::Error{base::ErrorKind::throttled, "429"}; },
        tests::always(timed_out)};
    FirehoseEmulator firehose = world.make();
    firehose.put(tests::kinesis_record("{a}"));
    ASSERT_TRUE(firehose.drain());
    EXPECT_EQ(world.store.below("data/"), "{a}");
    EXPECT_EQ(firehose.report().retries, 3);
    EXPECT_EQ(firehose.report().batches_failed, 0);
    EXPECT_EQ(world.clock.sleeps_ms, (std::vector<std::int64_t>{100, 200, 400}));
}

TEST(FirehoseRetries, NumberOfRetriesMayBeZero) {
    FirehoseWorld world;
    world.options.retries_max = 0;
    world.function.otherwise = tests::always(outcome(Outcome::Kind::timed_out, "{}"));
    FirehoseEmulator firehose = world.make();
    firehose.put(tests::kinesis_record("{a}"));
    ASSERT_TRUE(firehose.drain());
    EXPECT_EQ(firehose.report().invocations, 1);
    EXPECT_EQ(firehose.report().failed, 1);
}

// An Ok record whose data makes the response `bytes` long: the frame is 46 bytes around the id.
std::string response_of(std::size_t bytes, const std::string& id) {
    std::string body = R"({"records":[{"recordId":")" + id + R"(","result":"Ok","data":")";
    const std::string end = "\"}]}";
    const std::size_t left = bytes - body.size() - end.size();
    body.append(left / 4 * 4, 'A').append(end).append(left % 4, ' ');
    return body;
}

TEST(FirehoseLimits, AResponseMayHave6291556BytesAndNotOneMore) {
    for (const std::size_t bytes : {6'291'555U, 6'291'556U, 6'291'557U}) {
        FirehoseWorld world;
        world.function.otherwise = [&](const std::string& event) {
            return tests::response(response_of(bytes, tests::records_of(event)[0].id));
        };
        FirehoseEmulator firehose = world.make();
        firehose.put(tests::kinesis_record("{a}"));
        ASSERT_TRUE(firehose.drain());
        if (bytes <= 6'291'556) {
            EXPECT_EQ(firehose.report().ok, 1) << bytes;
            continue;
        }
        ASSERT_EQ(firehose.report().failed, 1) << bytes;
        const auto lines = tests::error_lines(world.store);
        EXPECT_EQ(lines[0].code, "Lambda.FunctionError");
        EXPECT_THAT(lines[0].message, testing::HasSubstr("6291556"));
    }
}

}  // namespace
}  // namespace local
