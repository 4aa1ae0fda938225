#include "runtime/local/demo/world.h"

#include <utility>

#include <fmt/format.h>

#include "common/codec/json.h"
#include "runtime/local/demo/change_generator.h"
#include "runtime/local/exact_json.h"
#include "runtime/local/service_request.h"
#include "runtime/local/stream_source_dynamodb.h"

namespace demo {
namespace {

constexpr std::string_view kToken = "a-token-of-the-demo";
constexpr std::string_view kTokenType = "PROGRAMMATIC_ACCESS_TOKEN";
constexpr std::string_view kStage = "DEMO.PUBLIC.LAKE";
constexpr int kScanPagesMax = 100'000;

// The names that DynamoDB's attributes have, where Hive's are in lower case.
constexpr std::string_view kSerde =
    R"({"SerializationLibrary":"org.openx.data.jsonserde.JsonSerDe","Parameters":{"mapping.orderid":"orderId"}})";

std::string column(std::string_view name, std::string_view type) {
    return fmt::format(R"({{"Name":"{}","Type":"{}"}})", name, type);
}

std::string table_input(GlueColumns columns) {
    std::string list = fmt::format(
        "{},{},{},{},{},{}", column("customer", "string"), column("orderid", "decimal(38,0)"),
        column("total", "decimal(38,2)"), column("paid", "boolean"),
        column("tags", "array<string>"), column("__sequence_number", "string"));
    if (columns == GlueColumns::with_note) list += "," + column("note", "string");
    return fmt::format(
        R"({{"Name":"{}","TableType":"EXTERNAL_TABLE","PartitionKeys":[{}],"StorageDescriptor":{{)"
        R"("Columns":[{}],"Location":"s3://{}/lake/{}/","InputFormat":"org.apache.hadoop.mapred.TextInputFormat",)"
        R"("SerdeInfo":{}}}}})",
        kTable, column("dt", "string"), list, kBucket, kTable, kSerde);
}

base::Result<codec::JsonDocument> read(std::string_view text) {
    return codec::parse_json(text, "a command to the SQL API double");
}

}  // namespace

std::optional<std::string> WorldEnvironment::get(std::string_view name) const {
    const auto found = variables_.find(std::string(name));
    if (found == variables_.end() || found->second.empty()) return std::nullopt;
    return found->second;
}

base::Result<std::string> World::ask(std::string_view service, std::string_view operation,
                                     std::string_view json) const {
    return local::ask_service(port(), service, operation, json);
}

base::Result<base::Done> World::start(const std::string& python, const std::stop_token& stop) {
    auto moto = local::MotoServer::start(python, stop);
    if (!moto) return std::move(moto).error();
    port_ = moto->port();
    moto_.emplace(*std::move(moto));
    auto bucket = local::parse_exact_json(fmt::format(R"({{"Bucket":"{}"}})", kBucket), "a bucket");
    if (!bucket) return std::move(bucket).error();
    if (auto made = local::call_service(port(), "s3", "CreateBucket", *bucket); !made) return made;
    if (auto made = make_table(); !made) return made;
    if (auto made = make_catalog(); !made) return made;
    return make_snowflake();
}

base::Result<base::Done> World::make_table() {
    const auto table = ask(
        "dynamodb", "CreateTable",
        fmt::format(
            R"({{"TableName":"{}","BillingMode":"PAY_PER_REQUEST","KeySchema":[)"
            R"({{"AttributeName":"{}","KeyType":"HASH"}},{{"AttributeName":"{}","KeyType":"RANGE"}}],)"
            R"("AttributeDefinitions":[{{"AttributeName":"{}","AttributeType":"S"}},)"
            R"({{"AttributeName":"{}","AttributeType":"N"}}]}})",
            kTable, kPartitionKey, kSortKey, kPartitionKey, kSortKey));
    if (!table) return table.error();
    const auto recovery = ask(
        "dynamodb", "UpdateContinuousBackups",
        fmt::format(
            R"({{"TableName":"{}","PointInTimeRecoverySpecification":{{"PointInTimeRecoveryEnabled":true}}}})",
            kTable));
    if (!recovery) return recovery.error();
    const auto stream = ask("kinesis", "CreateStream",
                            fmt::format(R"({{"StreamName":"{}","ShardCount":2}})", kKinesisStream));
    if (!stream) return stream.error();
    return base::Done{};
}

base::Result<std::string> World::enable_stream() {
    const auto updated = ask(
        "dynamodb", "UpdateTable",
        fmt::format(
            R"({{"TableName":"{}","StreamSpecification":{{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"}}}})",
            kTable));
    if (!updated) return updated.error();
    return local::find_stream(port(), kTable);
}

base::Result<base::Done> World::make_catalog() {
    const auto made = ask("glue", "CreateDatabase",
                          fmt::format(R"({{"DatabaseInput":{{"Name":"{}"}}}})", kGlueDatabase));
    if (!made) return made.error();
    return base::Done{};
}

base::Result<base::Done> World::put_glue_table(GlueColumns columns) {
    const auto put = ask("glue", columns == GlueColumns::first ? "CreateTable" : "UpdateTable",
                         fmt::format(R"({{"DatabaseName":"{}","TableInput":{}}})", kGlueDatabase,
                                     table_input(columns)));
    if (!put) return put.error();
    return base::Done{};
}

base::Result<base::Done> World::make_snowflake() {
    if (auto started = snowflake_.start(); !started) return started;
    const auto token =
        read(fmt::format(R"({{"token":"{}","token_type":"{}"}})", kToken, kTokenType));
    const auto schema = read(R"({"database":"DEMO","schema":"PUBLIC"})");
    const auto stage = read(fmt::format(R"({{"name":"{}"}})", kStage));
    if (!token || !schema || !stage)
        return base::Error{base::ErrorKind::unexpected, "the demo's Snowflake cannot be set up"};
    if (auto done = snowflake_.command("RegisterToken", *token); !done) return done;
    if (auto done = snowflake_.command("CreateSchema", *schema); !done) return done;
    if (auto done = snowflake_.command("CreateStage", *stage); !done) return done;

    codec::JsonWriter secret;
    secret.begin_object()
        .member("url", snowflake_.url())
        .member("token", kToken)
        .member("token_type", kTokenType)
        .key("stages")
        .begin_object()
        .key("s3")
        .begin_object()
        .member(kStage, fmt::format("s3://{}/lake/", kBucket))
        .end_object()
        .end_object()
        .end_object();
    const auto put = ask("secretsmanager", "CreateSecret",
                         codec::JsonWriter()
                             .begin_object()
                             .member("Name", kSecret)
                             .member("SecretString", secret.take())
                             .end_object()
                             .take());
    if (!put) return put.error();
    return base::Done{};
}

base::Result<base::Done> World::scan(const std::function<void(std::string_view item)>& each) const {
    std::string start_key;
    for (int page = 0; page < kScanPagesMax; ++page) {
        codec::JsonWriter request;
        request.begin_object().member("TableName", kTable).member_boolean("ConsistentRead", true);
        if (!start_key.empty()) request.key("ExclusiveStartKey").raw(start_key);
        const auto body = ask("dynamodb", "Scan", request.end_object().take());
        if (!body) return body.error();
        const auto answer = codec::parse_json(*body, "the answer of Scan");
        if (!answer) return answer.error();
        const auto* items = codec::find_array(*answer, "Items");
        if (items == nullptr)
            return base::Error{base::ErrorKind::data_invalid, "the answer of Scan has no Items"};
        for (const codec::JsonValue& item : items->GetArray())
            each(codec::write_json(item));
        const auto* last = codec::find_object(*answer, "LastEvaluatedKey");
        if (last == nullptr) return base::Done{};
        start_key = codec::write_json(*last);
    }
    return base::Error{base::ErrorKind::unexpected, "Scan never ends"};
}

std::vector<std::string> World::statements() const {
    std::vector<std::string> statements;
    for (const local::RecordedCall& call : snowflake_.calls()) {
        if (call.operation != "statements") continue;
        const auto body = codec::parse_json(call.body, "a statement's request");
        if (!body) continue;
        statements.emplace_back(codec::find_text(*body, "statement").value_or(""));
    }
    return statements;
}

WorldEnvironment World::environment() const {
    return WorldEnvironment({{"AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"},
                             {"AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"},
                             {"AWS_REGION", "us-east-1"},
                             {"AWS_ENDPOINT_URL", fmt::format("http://127.0.0.1:{}", port())}});
}

}  // namespace demo
