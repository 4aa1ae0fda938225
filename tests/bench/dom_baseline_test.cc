#include "bench/dom_baseline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/canonical.h"
#include "common/codec/base64.h"
#include "common/codec/digest.h"
#include "common/codec/hex.h"

namespace bench {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::SizeIs;

std::string firehose_event(std::string_view record) {
    return R"({"records":[{"recordId":"1","approximateArrivalTimestamp":1,"data":")" +
           codec::base64_encode(record) + R"("}]})";
}

TEST(DomTransform, WritesTheTenTypes) {
    const std::string event = firehose_event(
        R"({"eventID":"e","eventName":"INSERT","userIdentity":null,"tableName":"orders","dynamodb":{)"
        R"("ApproximateCreationDateTime":1684934517123,"Keys":{},"NewImage":{"s":{"S":"ü\n"},)"
        R"("n":{"N":"1.50"},"b":{"B":"AA=="},"t":{"BOOL":true},"z":{"NULL":true},)"
        R"("l":{"L":[{"N":"1"}]},"m":{"M":{"x":{"S":""}}},"ss":{"SS":["a"]},"ns":{"NS":["2"]},)"
        R"("bs":{"BS":["AQ=="]}}}})");
    EXPECT_THAT(
        canonical_transform(dom_transform(event)),
        Optional(ElementsAre(
            R"(1 Ok {"partitionKeys":{"dt":"20230524","table":"orders"}} {"__event_id":"e",)"
            R"("__event_time_ms":1684934517123,"__operation":"INSERT","__ttl_delete":false,)"
            R"("b":"AA==","bs":["AQ=="],"l":[1],"m":{"x":""},"n":1.50,"ns":[2],"s":"ü\n",)"
            R"("ss":["a"],"t":true,"z":null})")));
}

TEST(DomTransform, GivesNothingWhereARecordCannotBeRead) {
    EXPECT_THAT(dom_transform(firehose_event("no JSON")), IsEmpty());
    EXPECT_THAT(dom_transform(R"({"records":[{"data":"%"}]})"), IsEmpty());
    EXPECT_THAT(dom_transform("[]"), IsEmpty());
}

std::string stream_record(int number) {
    return R"({"eventSourceARN":"arn:aws:dynamodb:r:1:table/orders/stream/x","dynamodb":{"Keys":)"
           R"({"id":{"S":"o)" +
           std::to_string(number) + R"("}}}})";
}

TEST(DomForward, PacksFiveHundredRecordsIntoARequest) {
    std::string event = R"({"Records":[)" + stream_record(0);
    for (int i = 1; i < 501; ++i)
        event += "," + stream_record(i);
    const auto bodies = dom_forward(event + "]}");
    EXPECT_THAT(bodies, SizeIs(2));
    EXPECT_THAT(canonical_forward(bodies), Optional(SizeIs(501)));
}

TEST(DomForward, AddsTheTableAndTheKey) {
    const auto bodies = dom_forward(R"({"Records":[)" + stream_record(1) + "]}");
    EXPECT_THAT(
        canonical_forward(bodies),
        Optional(ElementsAre(codec::hex_lower(codec::sha256("2:id1:S2:o1")) +
                             R"( {"dynamodb":{"Keys":{"id":{"S":"o1"}}},)"
                             R"("eventSourceARN":"arn:aws:dynamodb:r:1:table/orders/stream/x",)"
                             R"("recordFormat":"application/json","tableName":"orders"})")));
}

TEST(DomForward, GivesNothingWhereARecordCannotBeRead) {
    EXPECT_THAT(dom_forward(R"({"Records":[{}]})"), IsEmpty());
    EXPECT_THAT(dom_forward("no JSON"), IsEmpty());
}

}  // namespace
}  // namespace bench
