#include "functions/glue_to_snowflake/config.h"

#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/codec/json.h"
#include "functions/glue_to_snowflake/snowflake_settings.h"
#include "tests/support/fakes.h"

namespace {

using glue_to_snowflake::Config;
using glue_to_snowflake::TargetType;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using tests::FakeEnvironment;

Config read(const FakeEnvironment& environment) {
    base::SettingsReader reader(environment);
    Config config = glue_to_snowflake::read_config(reader);
    EXPECT_FALSE(reader.fault()) << reader.fault()->message;
    return config;
}

std::string fault_of(const FakeEnvironment& environment) {
    base::SettingsReader reader(environment);
    (void)glue_to_snowflake::read_config(reader);
    const auto fault = reader.fault();
    return fault ? fault->message : "no fault";
}

TEST(Config, ReadsTheCatalogsId) {
    EXPECT_EQ(read({{"SECRET_ARN", "s"}}).catalog_id, "");
    for (const std::string id : {"123456789012", "123456789012:s3tablescatalog/lake"})
        EXPECT_EQ(read({{"SECRET_ARN", "s"}, {"CATALOG_ID", id}}).catalog_id, id);
    for (const std::string id : {"12345678901", "1234567890123", "AwsDataCatalog",
                                 "123456789012:", ":name", "12345678901x"})
        EXPECT_THAT(fault_of({{"SECRET_ARN", "s"}, {"CATALOG_ID", id}}),
                    AllOf(HasSubstr("CATALOG_ID"), HasSubstr(id), HasSubstr("12 digits")));
}

TEST(Config, HasDefaultsForAllButTheSecret) {
    const Config config = read({{"SECRET_ARN", "s"}});
    EXPECT_EQ(config.secret_id, "s");
    EXPECT_EQ(config.target_type, TargetType::snowflake);
    EXPECT_EQ(config.database_rule, glue_to_snowflake::DatabaseRule::double_underscore);
    EXPECT_EQ(config.identifier_case, glue_to_snowflake::IdentifierCase::upper);
    EXPECT_EQ(config.column_case, glue_to_snowflake::ColumnCase::automatic);
    EXPECT_EQ(config.auto_refresh, snowflake::AutoRefresh::on);
    EXPECT_EQ(config.partition_mode, glue_to_snowflake::PartitionMode::expression);
    EXPECT_EQ(config.delete_policy, glue_to_snowflake::DeletePolicy::ignore);
    EXPECT_TRUE(config.iceberg_catalog_integration.empty());
    EXPECT_FALSE(config.copy_comments);
    EXPECT_TRUE(config.database_filter.empty() && config.table_filter.empty());
    EXPECT_THAT(fault_of({}), HasSubstr("SECRET_ARN is not set"));
}

TEST(Config, ReadsEverySetting) {
    const Config config = read({{"SECRET_ARN", "s"},
                                {"TARGET_TYPE", "LOGGING"},
                                {"DATABASE_RULE", "map"},
                                {"DATABASE_MAP", R"({"sales":"Lake.\"My.Schema\""})"},
                                {"DATABASE_FILTER", "sales, web_*"},
                                {"TABLE_FILTER", "*"},
                                {"IDENTIFIER_CASE", "preserve"},
                                {"COLUMN_CASE", "ignore_case"},
                                {"PARTITION_MODE", "expression"},
                                {"DELETE_POLICY", "ignore"},
                                {"AUTO_REFRESH", "false"}});
    EXPECT_EQ(config.target_type, TargetType::logging);
    EXPECT_EQ(config.database_map.at("sales").database.name(), "Lake");
    EXPECT_EQ(config.database_map.at("sales").schema.name(), "My.Schema");
    EXPECT_EQ(config.database_filter, (std::vector<std::string>{"sales", "web_*"}));
    EXPECT_EQ(config.identifier_case, glue_to_snowflake::IdentifierCase::preserve);
    EXPECT_EQ(config.column_case, glue_to_snowflake::ColumnCase::ignore_case);
    EXPECT_EQ(config.auto_refresh, snowflake::AutoRefresh::off);
}

TEST(Config, NamesAllFaultsAtOnce) {
    EXPECT_THAT(
        fault_of({{"TARGET_TYPE", "redshift"},
                  {"DATABASE_MAP", "{}"},
                  {"IDENTIFIER_CASE", "lower"},
                  {"COLUMN_CASE", "x"},
                  {"AUTO_REFRESH", "maybe"},
                  {"TABLE_FILTER", "a,,b"}}),
        AllOf(HasSubstr("SECRET_ARN"), HasSubstr("TARGET_TYPE"),
              HasSubstr("set DATABASE_RULE=map as well"), HasSubstr("IDENTIFIER_CASE"),
              HasSubstr("COLUMN_CASE"), HasSubstr("AUTO_REFRESH"), HasSubstr("TABLE_FILTER")));
}

TEST(Config, ReadsWhatIsOffByDefault) {
    const Config config = read({{"SECRET_ARN", "s"},
                                {"PARTITION_MODE", "user_specified"},
                                {"DELETE_POLICY", "drop"},
                                {"ICEBERG_CATALOG_INTEGRATION", "i"},
                                {"ICEBERG_EXTERNAL_VOLUME", "v"},
                                {"COPY_COMMENTS", "true"}});
    EXPECT_EQ(config.partition_mode, glue_to_snowflake::PartitionMode::user_specified);
    EXPECT_EQ(config.delete_policy, glue_to_snowflake::DeletePolicy::drop);
    EXPECT_EQ(config.iceberg_catalog_integration, "i");
    EXPECT_EQ(config.iceberg_external_volume, "v");
    EXPECT_TRUE(config.copy_comments);
    EXPECT_EQ(read({{"SECRET_ARN", "s"}, {"DELETE_POLICY", "rename"}}).delete_policy,
              glue_to_snowflake::DeletePolicy::rename);
}

// Tables without partitions are refreshed in either mode.
TEST(Config, RefreshesInEitherPartitionMode) {
    FakeEnvironment environment{{"SECRET_ARN", "s"}, {"PARTITION_MODE", "user_specified"}};
    EXPECT_EQ(read(environment).auto_refresh, snowflake::AutoRefresh::on);
    environment.set("AUTO_REFRESH", "false");
    EXPECT_EQ(read(environment).auto_refresh, snowflake::AutoRefresh::off);
}

TEST(Config, KnowsItsRegion) {
    EXPECT_EQ(read({{"SECRET_ARN", "s"}, {"AWS_REGION", "cn-north-1"}}).region, "cn-north-1");
    EXPECT_EQ(read({{"SECRET_ARN", "s"}}).region, "");
}

TEST(Config, NamesFaultsOfWhatIsOffByDefault) {
    EXPECT_THAT(fault_of({{"SECRET_ARN", "s"}, {"DELETE_POLICY", "purge"}}),
                HasSubstr("ignore, drop, rename"));
    EXPECT_THAT(fault_of({{"SECRET_ARN", "s"}, {"PARTITION_MODE", "hive"}}),
                HasSubstr("expression, user_specified"));
    EXPECT_THAT(fault_of({{"SECRET_ARN", "s"}, {"ICEBERG_EXTERNAL_VOLUME", "v"}}),
                HasSubstr("set ICEBERG_CATALOG_INTEGRATION as well"));
    EXPECT_THAT(fault_of({{"SECRET_ARN", "s"}, {"COPY_COMMENTS", "yes"}}),
                HasSubstr("COPY_COMMENTS"));
}

TEST(Config, RefusesMapsThatAreNone) {
    for (const char* map :
         {"", "x", "[]", "{}", R"({"a":1})", R"({"a":"NODOT"})", R"({"a":"A.B.C"})",
          R"({"a":".B"})", R"({"a":"A."})", R"({"a":"\"A.B"})"}) {
        EXPECT_THAT(
            fault_of({{"SECRET_ARN", "s"}, {"DATABASE_RULE", "map"}, {"DATABASE_MAP", map}}),
            HasSubstr("DATABASE_MAP"))
            << map;
    }
}

base::Result<glue_to_snowflake::SnowflakeSettings> parse(
    const std::string& json, TargetType target = TargetType::snowflake) {
    return glue_to_snowflake::parse_snowflake_settings(base::Secret(json), target);
}

std::string key_text() {
    return tests::read_source_file("events/glue_to_snowflake/test_key_not_a_secret.pem");
}

std::string whole_secret() {
    codec::JsonWriter json;
    json.begin_object();
    json.member("url", "https://my_org-x.snowflakecomputing.com/api/v2/statements");
    json.member("accountidentifier", "my_org-x").member("username", "U").member("role", "R");
    json.member("warehouse", "W").member("private_key", key_text());
    json.key("stages").raw(R"({"s3":{"A.B.C":"s3://b/p"}})");
    json.key("allowedvalues").raw(R"({"fileformats":["csv","PARQUET"]})").end_object();
    return json.take();
}

TEST(SnowflakeSettings, AreReadFromTheSecret) {
    const auto settings = parse(whole_secret());
    ASSERT_TRUE(settings) << settings.error().message;
    EXPECT_EQ(settings->url, "https://my-org-x.snowflakecomputing.com");
    EXPECT_EQ(settings->account_identifier, "my_org-x");
    EXPECT_EQ(settings->username, "U");
    EXPECT_EQ(settings->role, "R");
    EXPECT_EQ(settings->private_key.reveal(), key_text());
    EXPECT_EQ(settings->stages.at(0).name.text(), "A.B.C");
    EXPECT_EQ(settings->stages.at(0).location.prefix, "p/");
    EXPECT_EQ(settings->file_formats, (std::vector<std::string>{"CSV", "PARQUET"}));
}

TEST(SnowflakeSettings, TakeATokenInPlaceOfTheKey) {
    const auto settings = parse(R"({"url":"https://x/","token":"t","token_type":"OAUTH",)"
                                R"("stages":{"s3":{}}})");
    ASSERT_TRUE(settings) << settings.error().message;
    EXPECT_EQ(settings->token.reveal(), "t");
    EXPECT_EQ(settings->url, "https://x");
    EXPECT_EQ(settings->file_formats.size(), 5U);
}

TEST(SnowflakeSettings, TakeTheIntegrationsNameAsSqlDoes) {
    const auto name_of = [](const char* written) -> std::string {
        const auto settings =
            parse(fmt::format(R"({{"storage_integration":{}}})", written), TargetType::logging);
        if (!settings) return settings.error().message;
        return settings->storage_integration->name();
    };
    EXPECT_EQ(name_of(R"("s3_int")"), "S3_INT");
    EXPECT_EQ(name_of(R"("_A$9")"), "_A$9");
    EXPECT_EQ(name_of(R"("\"My \"\"Int\"")"), R"(My "Int)");
    for (const char* wrong : {R"("a b")", R"("9a")", R"("a;b")", R"("\"")", R"("\"\"")",
                              R"("\"a\"b\"")", R"("\"a")", "7", R"("a.b")"})
        EXPECT_THAT(name_of(wrong), HasSubstr("storage_integration is no ")) << wrong;
}

TEST(SnowflakeSettings, MayLackStagesWhereAnIntegrationMakesThem) {
    const auto none = parse(R"({"storage_integration":"I"})", TargetType::logging);
    ASSERT_TRUE(none);
    EXPECT_TRUE(none->stages.empty());
    const auto settings =
        parse(R"({"stages":{"s3":{"A.B.C":"s3china://b/x"}}})", TargetType::logging);
    ASSERT_TRUE(settings);
    EXPECT_EQ(settings->stages.at(0).location.prefix, "x/");
    EXPECT_FALSE(settings->storage_integration);
    EXPECT_FALSE(parse(R"({"storage_integration":"I","stages":7})", TargetType::logging));
    EXPECT_FALSE(parse("{}", TargetType::logging));
}

TEST(SnowflakeSettings, NeedNoConnectionForADryRun) {
    EXPECT_TRUE(parse(R"({"stages":{"s3":{}}})", TargetType::logging));
    EXPECT_FALSE(parse(R"({"stages":{"s3":{}}})", TargetType::snowflake));
}

TEST(SnowflakeSettings, NameEachFieldThatIsWrongAndNeverItsValue) {
    const auto settings =
        parse(R"({"url":"http://hush.example.com","accountidentifier":7,"private_key":"",)"
              R"("private_key_passphrase":"hush","storage_integration":"hush;",)"
              R"("stages":{"s3":{"hush;":"s3://b","A.B.C":"hush"}},)"
              R"("allowedvalues":{"fileformats":["hush"]}})");
    ASSERT_FALSE(settings);
    EXPECT_EQ(settings.error().kind, base::ErrorKind::config_invalid);
    EXPECT_THAT(settings.error().message,
                AllOf(HasSubstr("url is no https URL"), HasSubstr("accountidentifier is no text"),
                      HasSubstr("username is missing"), HasSubstr("private_key is missing"),
                      HasSubstr("storage_integration is no name"), HasSubstr("stages.s3 has"),
                      HasSubstr("stages.s3.A.B.C is no s3:// folder"),
                      HasSubstr("allowedvalues.fileformats has a format"), Not(HasSubstr("hush"))));
}

TEST(SnowflakeSettings, NameAllFaultsOfAKeyPairAtOnce) {
    const auto settings =
        parse(R"({"url":"https://a","accountidentifier":"hush hush","username":"",)"
              R"("private_key":"hush","warehouse":["hush"],"stages":{"s3":{}}})");
    ASSERT_FALSE(settings);
    EXPECT_THAT(
        settings.error().message,
        AllOf(HasSubstr("accountidentifier names no account"), HasSubstr("username is missing"),
              HasSubstr("private_key is of no use: the private key is damaged"),
              HasSubstr("warehouse is no text"), Not(HasSubstr("hush"))));
}

TEST(SnowflakeSettings, TakeUnderscoresOnlyOutOfSnowflakesHosts) {
    const auto url = [](const std::string& given) {
        return parse(R"({"url":")" + given +
                     R"(","token":"t","token_type":"OAUTH","stages":{"s3":{}}})")
            ->url;
    };
    EXPECT_EQ(url("https://a_b-c_d.privatelink.snowflakecomputing.com/"),
              "https://a-b-c-d.privatelink.snowflakecomputing.com");
    EXPECT_EQ(url("https://a_b.snowflakecomputing.cn"), "https://a-b.snowflakecomputing.cn");
    EXPECT_EQ(url("https://my_proxy.example.com"), "https://my_proxy.example.com");
}

TEST(SnowflakeSettings, RefuseTextsThatAreNoObject) {
    for (const char* text : {"", "[]", "hush", R"("hush")"}) {
        const auto settings = parse(text);
        ASSERT_FALSE(settings);
        EXPECT_THAT(settings.error().message,
                    AllOf(HasSubstr("no JSON object"), Not(HasSubstr("hush"))));
    }
}

TEST(SnowflakeSettings, TakeUrlsOfTlsOrThisHostOnly) {
    const auto takes = [](const std::string& url) {
        return parse(R"({"url":")" + url +
                     R"(","token":"t","token_type":"OAUTH","stages":{"s3":{}}})")
            .ok();
    };
    for (const char* url : {"https://a.snowflakecomputing.com", "http://127.0.0.1:8080",
                            "http://localhost/api/v2/statements", "http://[::1]:1"})
        EXPECT_TRUE(takes(url)) << url;
    for (const char* url : {"a.snowflakecomputing.com", "http://a.snowflakecomputing.com",
                            "https://", "https://a/other", "ftp://127.0.0.1", "https://u@a",
                            "https://a b", "http://127.0.0.1.example.com"})
        EXPECT_FALSE(takes(url)) << url;
}

TEST(SnowflakeSettings, CheckTheToken) {
    const auto takes = [](const std::string& members) {
        return parse(R"({"url":"https://a","stages":{"s3":{}},)" + members + "}").ok();
    };
    EXPECT_TRUE(takes(R"("token":"t","token_type":"PROGRAMMATIC_ACCESS_TOKEN")"));
    EXPECT_FALSE(takes(R"("token":"t")"));
    EXPECT_FALSE(takes(R"("token":"t","token_type":"KEYPAIR_JWT")"));
    EXPECT_FALSE(takes(R"("token":"t\r\nX: y","token_type":"OAUTH")"));
    EXPECT_FALSE(takes(R"("token_type":"OAUTH")"));
    EXPECT_TRUE(takes(R"("token_type":"WORKLOAD_IDENTITY_FEDERATION")"));
    EXPECT_FALSE(takes(R"("token":"t","token_type":"WORKLOAD_IDENTITY_FEDERATION")"));
}

}  // namespace
