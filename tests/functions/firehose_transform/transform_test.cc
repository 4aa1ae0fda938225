#include "functions/firehose_transform/transform.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/codec/base64.h"
#include "tests/functions/firehose_transform/firehose_records.h"

namespace {

using event::FirehoseResult;
using firehose_transform::Config;
using firehose_transform::Outcome;
using firehose_transform::RecordTransform;
using testing::HasSubstr;
using tests::config_of;
using tests::native_record;

// An outcome that outlives its transform.
struct Applied {
    FirehoseResult result;
    std::string data;
    std::string metadata;
    std::string reason;
};

Applied apply_raw(const std::string& data, const Config& config) {
    RecordTransform transform(config);
    const Outcome outcome = transform.apply(
        {.record_id = "1", .data = data, .has_data = true, .arrival_time_ms = tests::kArrivalMs});
    return {.result = outcome.result,
            .data = std::string(outcome.data),
            .metadata = std::string(outcome.metadata),
            .reason = outcome.reason};
}

Applied outcome_of(std::string_view text, const Config& config = config_of({})) {
    return apply_raw(codec::base64_encode(text), config);
}

const std::string kInsert = native_record("INSERT", R"("NewImage":{"id":{"N":"1"}})");
const std::string kInsertLine =
    R"({"id":1,"__operation":"INSERT","__event_id":"e1","__sequence_number":"42",)"
    R"("__event_time_ms":1684934517000,"__ttl_delete":false})"
    "\n";
const std::string kTtlDelete =
    R"({"eventName":"REMOVE","tableName":"orders","dynamodb":{"Keys":{"id":{"N":"1"}}},)"
    R"("userIdentity":{"type":"Service","principalId":"dynamodb.amazonaws.com"}})";

TEST(RecordTransform, WritesANativeRecordAsALine) {
    const Applied outcome = outcome_of(kInsert);
    EXPECT_EQ(outcome.result, FirehoseResult::ok) << outcome.reason;
    EXPECT_EQ(outcome.data, kInsertLine);
    EXPECT_EQ(outcome.metadata, R"({"partitionKeys":{"table":"orders","dt":"20230524"}})");
}

TEST(RecordTransform, PartitionsByEventTimeElseByArrival) {
    const Config config = config_of({{"PARTITION_KEYS", "hour,dt"}});
    EXPECT_EQ(outcome_of(kInsert, config).metadata,
              R"({"partitionKeys":{"dt":"20230524","hour":"13"}})");
    EXPECT_EQ(outcome_of(kTtlDelete, config).metadata,
              R"({"partitionKeys":{"dt":"20261120","hour":"01"}})");
    EXPECT_EQ(outcome_of(kInsert, config_of({{"PARTITION_KEYS", "table"}})).metadata,
              R"({"partitionKeys":{"table":"orders"}})");
}

TEST(RecordTransform, FailsWhereThereIsNoTimeToPartitionBy) {
    const std::string data = codec::base64_encode(kTtlDelete);
    const event::FirehoseRecord record = {
        .record_id = "1", .data = data, .has_data = true, .arrival_time_ms = {}};
    const Config by_time = config_of({});
    const Config by_table = config_of({{"PARTITION_KEYS", "table"}});
    EXPECT_THAT(RecordTransform(by_time).apply(record).reason, HasSubstr("neither an event time"));
    EXPECT_EQ(RecordTransform(by_table).apply(record).result, FirehoseResult::ok);
}

TEST(RecordTransform, NeedsATableOnlyWhereItIsUsed) {
    const std::string nameless = R"({"eventName":"INSERT","dynamodb":{"Keys":{"id":{"N":"1"}}}})";
    EXPECT_THAT(outcome_of(nameless).reason, HasSubstr("names no table"));
    EXPECT_EQ(outcome_of(nameless, config_of({{"PARTITION_KEYS", "dt"}})).result,
              FirehoseResult::ok);
    EXPECT_EQ(outcome_of(nameless, config_of({{"TABLE_NAME", "orders"}})).metadata,
              R"({"partitionKeys":{"table":"orders","dt":"20261120"}})");
    EXPECT_EQ(outcome_of(kInsert, config_of({{"TABLE_NAME", "other"}})).metadata,
              R"({"partitionKeys":{"table":"orders","dt":"20230524"}})");
}

TEST(RecordTransform, PassesALineOnUnchanged) {
    const std::string line =
        " {\"a\": 1.50, \"__operation\" :\"MODIFY\",\"__event_time_ms\":1684934517000} \n";
    const Applied outcome = outcome_of(line, config_of({{"TABLE_NAME", "orders"}}));
    EXPECT_EQ(outcome.result, FirehoseResult::ok) << outcome.reason;
    EXPECT_EQ(outcome.data, line);
    EXPECT_EQ(outcome.metadata, R"({"partitionKeys":{"table":"orders","dt":"20230524"}})");
    EXPECT_EQ(
        outcome_of("{\"__operation\":\"INSERT\"}", config_of({{"TABLE_NAME", "orders"}})).metadata,
        R"({"partitionKeys":{"table":"orders","dt":"20261120"}})");
    EXPECT_THAT(outcome_of(line).reason, HasSubstr("names no table"));
}

TEST(RecordTransform, KnowsALineByTheMetadataBehindItsAttributes) {
    const Config config = config_of({{"PARTITION_KEYS", "dt"}, {"EVENT_NAMES", "REMOVE"}});
    EXPECT_EQ(outcome_of(R"({"__operation":"mine","____operation":"REMOVE"})", config).result,
              FirehoseResult::ok);
    EXPECT_EQ(outcome_of(R"({"____operation":5,"__operation":"REMOVE"})", config).result,
              FirehoseResult::ok);
    EXPECT_EQ(outcome_of(R"({"__operation":"REMOVE","____operation":"INSERT"})", config).result,
              FirehoseResult::dropped);
    EXPECT_EQ(outcome_of(R"({"dynamodb":"an attribute","__operation":"REMOVE"})", config).result,
              FirehoseResult::ok);
    const Config prefixed = config_of({{"PARTITION_KEYS", "dt"}, {"METADATA_PREFIX", "_m_"}});
    EXPECT_EQ(outcome_of(R"({"_m_operation":"REMOVE"})", prefixed).result, FirehoseResult::ok);
    EXPECT_EQ(outcome_of(R"({"__operation":"REMOVE"})", prefixed).result,
              FirehoseResult::processing_failed);
}

TEST(RecordTransform, DropsWhatTheFiltersLeaveOut) {
    const auto result = [](std::string_view text, tests::Variables variables) {
        return outcome_of(text, config_of(variables)).result;
    };
    EXPECT_EQ(result(kInsert, {{"EVENT_NAMES", "MODIFY"}}), FirehoseResult::dropped);
    EXPECT_EQ(result(kTtlDelete, {{"TTL_DELETES", "drop"}}), FirehoseResult::dropped);
    EXPECT_EQ(result(kTtlDelete, {{"TTL_DELETES", "only"}}), FirehoseResult::ok);
    EXPECT_EQ(result(kInsert, {{"TTL_DELETES", "only"}}), FirehoseResult::dropped);
    const std::string ttl_line = R"({"__operation":"REMOVE","__ttl_delete":true})";
    EXPECT_EQ(result(ttl_line, {{"TTL_DELETES", "drop"}, {"TABLE_NAME", "t"}}),
              FirehoseResult::dropped);
    EXPECT_EQ(result(ttl_line, {{"TTL_DELETES", "only"}, {"TABLE_NAME", "t"}}), FirehoseResult::ok);
    EXPECT_EQ(result(ttl_line, {{"EVENT_NAMES", "INSERT"}, {"TABLE_NAME", "t"}}),
              FirehoseResult::dropped);
}

TEST(RecordTransform, WritesIcebergRows) {
    const Config config = config_of(
        {{"OUTPUT", "iceberg"}, {"ICEBERG_DATABASE", "lake"}, {"ICEBERG_TABLE", "{table}_rows"}});
    const Applied insert = outcome_of(kInsert, config);
    EXPECT_EQ(insert.data, "{\"id\":1}");
    EXPECT_EQ(insert.metadata, R"({"otfMetadata":{"destinationDatabaseName":"lake",)"
                               R"("destinationTableName":"orders_rows","operation":"insert"}})");
    const Applied update = outcome_of(
        native_record("MODIFY", R"("OldImage":{"a":{"N":"1"}},"NewImage":{"a":{"N":"2"}})"),
        config);
    EXPECT_EQ(update.data, "{\"a\":2}");
    EXPECT_THAT(update.metadata, HasSubstr(R"("operation":"update")"));
    const Applied by_image = outcome_of(
        native_record("REMOVE",
                      R"("Keys":{"a":{"N":"1"}},"OldImage":{"a":{"N":"1"},"b":{"N":"2"}})"),
        config);
    EXPECT_EQ(by_image.data, "{\"a\":1,\"b\":2}");
    EXPECT_THAT(by_image.metadata, HasSubstr(R"("operation":"delete")"));
    EXPECT_EQ(outcome_of(kTtlDelete, config).data, "{\"id\":1}");
}

TEST(RecordTransform, PutsMetadataIntoIcebergRowsWhereItIsNamed) {
    const Config config = config_of({{"OUTPUT", "iceberg"},
                                     {"ICEBERG_DATABASE", "lake"},
                                     {"ICEBERG_TABLE", "rows"},
                                     {"LINE_METADATA", "sequence_number"}});
    EXPECT_EQ(outcome_of(kInsert, config).data, "{\"id\":1,\"__sequence_number\":\"42\"}");
    const std::string nameless = R"({"eventName":"INSERT","dynamodb":{"Keys":{"id":{"N":"1"}}}})";
    EXPECT_EQ(outcome_of(nameless, config).result, FirehoseResult::ok);
}

TEST(RecordTransform, ComputesTheTimestampColumns) {
    const Config config =
        config_of({{"TIMESTAMP_ATTRIBUTE", "at"}, {"LINE_METADATA", "operation"}});
    const auto data = [&](std::string_view image) {
        return outcome_of(native_record("INSERT", "\"NewImage\":" + std::string(image)), config)
            .data;
    };
    EXPECT_EQ(data(R"({"at":{"N":"1795136523999"},"z":{"N":"1"}})"),
              "{\"at\":1795136523999,\"z\":1,\"date\":\"2026-11-20\",\"hour\":1,\"minute\":2,"
              "\"__operation\":\"INSERT\"}\n");
    EXPECT_EQ(data(R"({"z":{"N":"1"}})"), "{\"z\":1,\"__operation\":\"INSERT\"}\n");
    EXPECT_EQ(data(R"({"at":{"NULL":true}})"), "{\"at\":null,\"__operation\":\"INSERT\"}\n");
    EXPECT_EQ(data(R"({"at":{"N":"-1"},"date":{"S":"mine"}})"),
              "{\"at\":-1,\"date\":\"mine\",\"__date\":\"1969-12-31\",\"hour\":23,\"minute\":59,"
              "\"__operation\":\"INSERT\"}\n");
    const auto reason = [&](std::string_view value) {
        return outcome_of(
                   native_record("INSERT", R"("NewImage":{"at":)" + std::string(value) + "}"),
                   config)
            .reason;
    };
    EXPECT_EQ(reason(R"({"S":"today"})"), "attribute at: no number of epoch milliseconds");
    EXPECT_EQ(reason(R"({"N":"1e30"})"), "attribute at: no number of epoch milliseconds");
}

TEST(RecordTransform, FailsWhatIsNoChange) {
    const std::vector<std::string> texts = {
        "",
        "x",
        "{}",
        "[]",
        "null",
        kInsert + "x",
        kInsert + kInsert,
        kInsert.substr(0, kInsert.size() - 1),
        "\xEF\xBB\xBF" + kInsert,
        R"({"operation":"INSERT"})",
        R"({"__operation":"UPSERT"})",
        R"({"__operation":"INSERT"} {"__operation":"INSERT"})",
        R"({"__operation":"INSERT","a":01})",
        "{\"__operation\":\"INSERT\",\"a\":\"\xFF\"}",
        "{\"__operation\":\"INSERT\xFF\"}",
        R"({"__operation":"INSERT)",
        R"({"__event_time_ms":1.})",
        native_record("INSERT", R"("NewImage":{"a":{"Z":"1"}})"),
        native_record("INSERT", "\"NewImage\":{\"a\":{\"S\":\"\xED\xA0\x80\"}}"),
        native_record("UPSERT", R"("NewImage":{})"),
        native_record("INSERT", R"("x":1)")};
    for (const std::string& text : texts) {
        const Applied outcome = outcome_of(text, config_of({{"TABLE_NAME", "t"}}));
        EXPECT_EQ(outcome.result, FirehoseResult::processing_failed) << text;
        EXPECT_FALSE(outcome.reason.empty());
    }
}

TEST(RecordTransform, ChecksTheBase64OfItsData) {
    const std::string good = codec::base64_encode(kInsert);
    EXPECT_EQ(apply_raw(good, config_of({})).result, FirehoseResult::ok);
    for (const std::string& data : {std::string("===="), std::string("A"), good + "=", good + "\\n",
                                    "-" + good.substr(1), good.substr(1), good + "AA==AA=="}) {
        EXPECT_EQ(apply_raw(data, config_of({})).result, FirehoseResult::processing_failed) << data;
    }
}

TEST(RecordTransform, ReadsDataWithEscapedSlashes) {
    const std::string text = R"({"__operation":"INSERT","a":"?????>>>"})";
    std::string data = codec::base64_encode(text);
    ASSERT_NE(data.find('/'), std::string::npos);
    for (std::size_t at = data.find('/'); at != std::string::npos; at = data.find('/', at + 2))
        data.insert(at, 1, '\\');
    EXPECT_EQ(apply_raw(data, config_of({{"TABLE_NAME", "t"}})).data, text);
}

TEST(RecordTransform, NeverShowsTheDataInItsReasons) {
    for (const char* value :
         {R"({"Q":"canary"})", R"({"N":{"S":"canary"}})", R"({"B":"canary!"})"}) {
        const Applied outcome = outcome_of(native_record(
            "INSERT", R"("NewImage":{"a":{"S":"canary"},"b":)" + std::string(value) + "}"));
        EXPECT_EQ(outcome.result, FirehoseResult::processing_failed);
        EXPECT_EQ(outcome.reason.find("canary"), std::string::npos) << outcome.reason;
    }
}

}  // namespace
