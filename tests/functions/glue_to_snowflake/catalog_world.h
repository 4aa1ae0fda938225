// The handler between a Glue Data Catalog and a Snowflake account, both in memory: what events do
// is seen in what Snowflake has afterwards, whatever requests that took.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "common/base/json_text.h"
#include "common/codec/json.h"
#include "functions/glue_to_snowflake/handler.h"
#include "runtime/local/sql_api_model.h"
#include "tests/functions/glue_to_snowflake/glue_catalog.h"
#include "tests/functions/glue_to_snowflake/table_builder.h"
#include "tests/support/fakes.h"
#include "tests/support/scripted_http.h"

namespace tests {

inline constexpr const char* kAccount = "123456789012";
inline constexpr const char* kOtherAccount = "444455556666";
inline constexpr const char* kFunctionArn =
    "arn:aws:lambda:us-east-1:123456789012:function:glue_to_snowflake";

class FixedCredentials final : public aws::CredentialsProvider {
  public:
    base::Result<aws::Credentials> get() override {
        return aws::Credentials{"AKIDEXAMPLE", base::Secret(std::string("secret")), base::Secret()};
    }
    void forget() override {}
};

// The members of a Parquet table below s3://lake/raw/, its columns as "name:type".
inline std::string parquet_table(const std::string& folder, const std::vector<std::string>& columns,
                                 const std::vector<std::string>& keys = {}) {
    const auto list = [](codec::JsonWriter& json, const std::vector<std::string>& pairs) {
        json.begin_array();
        for (const std::string& pair : pairs) {
            const std::size_t colon = pair.find(':');
            json.begin_object().member("Name", pair.substr(0, colon));
            json.member("Type", pair.substr(colon + 1)).end_object();
        }
        json.end_array();
    };
    codec::JsonWriter json;
    json.begin_object().member("TableType", "EXTERNAL_TABLE").key("PartitionKeys");
    list(json, keys);
    json.key("StorageDescriptor").begin_object().key("Columns");
    list(json, columns);
    json.member("Location", "s3://lake/raw/" + folder + "/").key("SerdeInfo").begin_object();
    json.member("SerializationLibrary", kParquetSerde).end_object().end_object().end_object();
    const std::string object = json.take();
    return object.substr(1, object.size() - 2);
}

inline std::string event_bridge(const std::string& detail_type, const std::string& detail,
                                const std::string& account = kAccount,
                                const std::string& region = "us-east-1") {
    return R"({"id":"e1","source":"aws.glue","detail-type":")" + detail_type + R"(","account":")" +
           account + R"(","time":"2026-11-20T00:59:58Z","region":")" + region + R"(","detail":)" +
           detail + "}";
}

// Native: `names` are JSON texts, "\"t\",\"u\"".
inline std::string native_tables(const std::string& change, const std::string& names,
                                 const std::string& region = "us-east-1") {
    return event_bridge("Glue Data Catalog Database State Change",
                        R"({"databaseName":"a__b","typeOfChange":")" + change +
                            R"(","changedTables":[)" + names + "]}",
                        kAccount, region);
}

inline std::string native_partitions(const std::string& change, const std::string& partitions) {
    return event_bridge("Glue Data Catalog Table State Change",
                        R"({"databaseName":"a__b","tableName":"t","typeOfChange":")" + change +
                            R"(","changedPartitions":[)" + partitions + "]}");
}

// CloudTrail's record of a call on the catalog of kAccount, as the trail of `account` has it.
inline std::string trail(const std::string& name, const std::string& parameters,
                         const std::string& account = kAccount, const std::string& more = "") {
    return event_bridge("AWS API Call via CloudTrail",
                        R"({"eventSource":"glue.amazonaws.com","eventName":")" + name +
                            R"(","eventTime":"2026-11-20T00:59:50Z","recipientAccountId":")" +
                            account + R"(","requestParameters":)" + parameters + more + "}",
                        account);
}

inline std::string queue_batch(const std::vector<std::string>& bodies) {
    std::string records;
    for (const std::string& body : bodies) {
        records += records.empty() ? "" : ",";
        records += R"({"messageId":"m)" + std::to_string(&body - bodies.data()) +
                   R"(","eventSource":"aws:sqs","body":)";
        base::append_json_text(records, body);
        records += '}';
    }
    return R"({"Records":[)" + records + "]}";
}

class CatalogWorld {
  public:
    CatalogWorld() {
        command("RegisterToken", R"({"token":"t","token_type":"OAUTH"})");
        command("CreateSchema", R"({"database":"A","schema":"B"})");
        command("CreateStage", R"({"name":"LAKE.PUBLIC.RAW"})");
        http_.answer_with([this](const http::Request& request) { return answer(request); });
        catalog.put_database("a__b");
    }

    void command(const std::string& operation, const std::string& json) {
        const auto body = codec::parse_json(json, "the command");
        ASSERT_TRUE(body);
        const auto done = snowflake.command(operation, *body);
        ASSERT_TRUE(done) << done.error().message;
    }

    base::Result<runtime::InvocationResponse> handle(const std::string& event) {
        glue_to_snowflake::TableSync sync(config, settings,
                                          {glue_, sends ? &sql_api_ : nullptr, clock, random_});
        glue_to_snowflake::CatalogHandler handler({"us-east-1"}, sync, clock, log_);
        runtime::Invocation invocation;
        invocation.event = event;
        invocation.request_id = "request-1";
        invocation.invoked_function_arn = kFunctionArn;
        invocation.deadline = {kTestNowMs + 60'000};
        return handler.handle(invocation);
    }

    // "a__b.t create: the table is new" of each, or "error: …".
    std::vector<std::string> outcomes(const std::string& event) {
        const auto response = handle(event);
        if (!response) return {"error: " + response.error().message};
        std::vector<std::string> outcomes;
        const auto document = codec::parse_json(response->body, "the response");
        for (const auto& table : codec::find_array(*document, "tables")->GetArray()) {
            outcomes.push_back(std::string(*codec::find_text(table, "glue")) + " " +
                               std::string(*codec::find_text(table, "action")) + ": " +
                               std::string(*codec::find_text(table, "reason")));
        }
        return outcomes;
    }

    // Statements that change something, in order, since the last call of this.
    std::vector<std::string> changes() {
        const std::vector<std::string> all = snowflake.executed();
        std::vector<std::string> changes;
        for (std::size_t i = std::min(executed_, all.size()); i < all.size(); ++i) {
            if (!all[i].starts_with("SHOW ") && !all[i].starts_with("DESC "))
                changes.push_back(all[i]);
        }
        executed_ = all.size();
        return changes;
    }

    // Runs a statement as the function's role, and gives its rows by column.
    using Row = std::map<std::string, std::string>;
    std::vector<Row> query(const std::string& statement) {
        std::string body = R"({"role":"R","statement":)";
        base::append_json_text(body, statement);
        const http::Headers headers{{"Authorization", "Bearer t"},
                                    {"X-Snowflake-Authorization-Token-Type", "OAUTH"},
                                    {"Accept", "application/json"},
                                    {"Content-Type", "application/json"},
                                    {"User-Agent", "test/1"}};
        const local::HttpAnswer answer =
            snowflake.answer({.method = "POST",
                              .target = "/api/v2/statements?requestId=" + base::make_uuid(random_),
                              .headers = headers,
                              .body = body + "}"});
        EXPECT_EQ(answer.status, 200) << statement << answer.body;
        const auto document = codec::parse_json(answer.body, "the answer");
        const auto& types =
            *codec::find_array(*codec::find_object(*document, "resultSetMetaData"), "rowType");
        std::vector<Row> rows;
        for (const auto& cells : codec::find_array(*document, "data")->GetArray()) {
            Row& row = rows.emplace_back();
            for (rapidjson::SizeType i = 0; i < types.Size(); ++i)
                row[std::string(*codec::find_text(types[i], "name"))] =
                    cells[i].IsString() ? codec::text_of(cells[i]) : "";
        }
        return rows;
    }

    // What Snowflake has: a line for each external table with its mark and its columns, in any
    // order.
    std::set<std::string> state() {
        std::set<std::string> lines;
        for (const Row& table : query(R"(SHOW EXTERNAL TABLES IN SCHEMA "A"."B")")) {
            std::set<std::string> columns;
            for (const Row& column :
                 query(R"(DESC EXTERNAL TABLE "A"."B".")" + table.at("name") + "\""))
                columns.insert(column.at("name") + " " + column.at("type"));
            std::string line = table.at("name") + " " + table.at("comment");
            for (const std::string& column : columns)
                line += ", " + column;
            lines.insert(line);
        }
        return lines;
    }

    GlueCatalog catalog{kAccount};
    local::SqlApiModel snowflake{clock};
    glue_to_snowflake::Config config;
    glue_to_snowflake::SnowflakeSettings settings = make_settings();
    bool sends = true;            // false: TARGET_TYPE=LOGGING
    std::int64_t request_ms = 0;  // how long each request takes
    FakeClock clock;
    LogCapture capture;

  private:
    base::Result<http::Response> answer(const http::Request& request) {
        constexpr std::string_view kSnowflake = "https://x.snowflakecomputing.com";
        clock.advance_ms(request_ms);
        if (!request.url.starts_with(kSnowflake)) return catalog.answer(request);
        local::HttpAnswer answer =
            snowflake.answer({.method = request.method,
                              .target = std::string_view(request.url).substr(kSnowflake.size()),
                              .headers = request.headers,
                              .body = request.body});
        return http::Response{answer.status, std::move(answer.headers), std::move(answer.body)};
    }

    ScriptedHttp http_;
    SeededRandom random_;
    base::Log log_ = capture.make_log(clock);
    FixedCredentials credentials_;
    aws::ClientSettings client_settings_{
        .region = "us-east-1", .endpoint_url = "", .service_endpoint_urls = {}, .attempts_max = 1};
    aws::Client client_{client_settings_, {http_, credentials_, clock, random_, log_}};
    aws::GlueClient glue_{client_};
    snowflake::FixedToken tokens_{{base::Secret(std::string("t")), "OAUTH"}};
    snowflake::SqlApiClient sql_api_{{"https://x.snowflakecomputing.com", "R"},
                                     {http_, tokens_, clock, random_}};
    std::size_t executed_ = 0;
};

}  // namespace tests
