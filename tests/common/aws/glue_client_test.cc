#include "common/aws/glue_client.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/aws/secrets_client.h"
#include "tests/support/fakes.h"
#include "tests/support/scripted_http.h"

namespace {

using base::ErrorKind;
using testing::HasSubstr;

class FixedCredentials final : public aws::CredentialsProvider {
  public:
    base::Result<aws::Credentials> get() override {
        return aws::Credentials{"AKIDEXAMPLE", base::Secret(std::string("secret")), base::Secret()};
    }
    void forget() override {}
};

class CatalogClientsTest : public testing::Test {
  protected:
    [[nodiscard]] std::string header(std::string_view name) const {
        return std::string(
            http::find_header(http_.requests().at(0).headers, name).value_or("none"));
    }

    tests::ScriptedHttp http_;
    tests::FakeClock clock_;
    tests::SeededRandom random_;
    tests::LogCapture capture_;
    base::Log log_ = capture_.make_log(clock_);
    FixedCredentials credentials_;
    aws::ClientSettings settings_{
        .region = "us-east-1", .endpoint_url = "", .service_endpoint_urls = {}, .attempts_max = 1};
    aws::Client client_{settings_, {http_, credentials_, clock_, random_, log_}};
    aws::GlueClient glue_{client_};
    aws::SecretsClient secrets_{client_};
    base::Deadline deadline_{tests::kTestNowMs + 60'000};
};

// The members of the API reference's Table, as boto3 prints one that Athena made.
constexpr std::string_view kTable =
    R"({"Table":{"Name":"orders","DatabaseName":"sales__raw","CatalogId":"123456789012",)"
    R"("TableType":"EXTERNAL_TABLE","VersionId":"7","CreateTime":1.795136400E9,"Retention":0,)"
    R"("Parameters":{"EXTERNAL":"TRUE","classification":"parquet"},"ViewOriginalText":null,)"
    R"("PartitionKeys":[{"Name":"dt","Type":"date","Comment":"day"}],"IsRegisteredWithLakeFormation":false,)"
    R"("StorageDescriptor":{"Columns":[{"Name":"id","Type":"bigint"},{"Name":"untyped"}],)"
    R"("Location":"s3://b/orders/","AdditionalLocations":["s3://b/more/"],"InputFormat":"in",)"
    R"("Compressed":false,"Parameters":{"a":"b"},)"
    R"("SerdeInfo":{"SerializationLibrary":"serde","Parameters":{"serialization.format":"1"}}}}})";

TEST_F(CatalogClientsTest, AsksForATable) {
    http_.answer(200, std::string(kTable));
    ASSERT_TRUE(glue_.get_table({"123456789012", "sales__raw", "orders"}, deadline_));
    EXPECT_EQ(header("X-Amz-Target"), "AWSGlue.GetTable");
    EXPECT_EQ(http_.requests()[0].body,
              R"({"CatalogId":"123456789012","DatabaseName":"sales__raw","Name":"orders"})");
}

TEST_F(CatalogClientsTest, LeavesOutACatalogThatIsNotKnown) {
    http_.answer(200, std::string(kTable));
    ASSERT_TRUE(glue_.get_table({"", "d\"b", "t"}, deadline_));
    EXPECT_EQ(http_.requests()[0].body, R"({"DatabaseName":"d\"b","Name":"t"})");
}

TEST_F(CatalogClientsTest, GivesTheServicesCode) {
    http_.answer(400,
                 R"({"__type":"EntityNotFoundException","Message":"Table orders not found."})");
    const auto table = glue_.get_table({"", "d", "orders"}, deadline_);
    ASSERT_FALSE(table);
    EXPECT_EQ(table.error().code, "EntityNotFoundException");
    EXPECT_THAT(table.error().message, HasSubstr("GetTable"));
}

TEST(GlueTable, IsReadWhole) {
    const auto table = aws::parse_glue_table(kTable);
    ASSERT_TRUE(table) << table.error().message;
    EXPECT_EQ(table->id.catalog_id, "123456789012");
    EXPECT_EQ(table->id.database, "sales__raw");
    EXPECT_EQ(table->id.name, "orders");
    EXPECT_EQ(table->table_type, "EXTERNAL_TABLE");
    EXPECT_EQ(table->version_id, "7");
    EXPECT_EQ(table->parameters.at("classification"), "parquet");
    EXPECT_EQ(table->partition_keys.at(0).type, "date");
    EXPECT_FALSE(table->is_resource_link || table->is_federated || table->is_multi_dialect_view);
    const aws::GlueStorageDescriptor& storage = table->storage_descriptor;
    EXPECT_EQ(storage.columns.at(0).name, "id");
    EXPECT_EQ(storage.columns.at(1).type, "");
    EXPECT_EQ(storage.location, "s3://b/orders/");
    EXPECT_EQ(storage.additional_locations, std::vector<std::string>{"s3://b/more/"});
    EXPECT_EQ(storage.input_format, "in");
    EXPECT_EQ(storage.serde_info.serialization_library, "serde");
    EXPECT_EQ(storage.serde_info.parameters.at("serialization.format"), "1");
    EXPECT_THAT(table->json, HasSubstr(R"("Retention":0)"));
}

TEST(GlueTable, MarksWhatIsNoPlainTable) {
    const auto table = aws::parse_glue_table(
        R"({"Table":{"Name":"l","TargetTable":{"Name":"t"},"FederatedTable":{"Identifier":"x"},)"
        R"("IsMultiDialectView":true,"IsMaterializedView":true,"ViewOriginalText":"SELECT 1"}})");
    ASSERT_TRUE(table);
    EXPECT_TRUE(table->is_resource_link && table->is_federated);
    EXPECT_TRUE(table->is_multi_dialect_view && table->is_materialized_view);
    EXPECT_EQ(table->view_original_text, "SELECT 1");
    EXPECT_TRUE(table->storage_descriptor.columns.empty());
}

TEST(GlueTable, NamesTheMemberThatIsWrong) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {R"({"Name":7})", "Name is not a text"},
        {R"({"Parameters":[]})", "Parameters is not an object"},
        {R"({"Parameters":{"a":1}})", "Parameters is not a map of texts"},
        {R"({"PartitionKeys":{}})", "PartitionKeys is not an array"},
        {R"({"PartitionKeys":["dt"]})", "PartitionKeys is not an array of columns"},
        {R"({"StorageDescriptor":"s3"})", "StorageDescriptor is not an object"},
        {R"({"StorageDescriptor":{"AdditionalLocations":[1]}})", "AdditionalLocations is not"},
        {R"({"StorageDescriptor":{"Columns":[{"Name":"a","Type":1}]}})", "Type is not a text"},
        {R"({"IsMultiDialectView":"yes"})", "IsMultiDialectView is not true or false"}};
    for (const auto& [member, message] : cases) {
        const auto table = aws::parse_glue_table(R"({"Table":)" + member + "}");
        ASSERT_FALSE(table) << member;
        EXPECT_EQ(table.error().kind, ErrorKind::data_invalid);
        EXPECT_THAT(table.error().message, HasSubstr(message));
    }
    EXPECT_FALSE(aws::parse_glue_table("{}"));
    EXPECT_FALSE(aws::parse_glue_table("<html>"));
}

TEST_F(CatalogClientsTest, ReadsASecretsText) {
    http_.answer(200, R"({"ARN":"arn:…","Name":"s","SecretString":"{\"url\":\"x\"}"})");
    const auto secret = secrets_.get_secret_value("s", deadline_);
    ASSERT_TRUE(secret);
    EXPECT_EQ(secret->reveal(), R"({"url":"x"})");
    EXPECT_EQ(header("X-Amz-Target"), "secretsmanager.GetSecretValue");
    EXPECT_EQ(http_.requests()[0].body, R"({"SecretId":"s"})");
}

TEST_F(CatalogClientsTest, RefusesASecretOfBytesWithoutShowingIt) {
    http_.answer(200, R"({"Name":"s","SecretBinary":"aHVzaA=="})");
    const auto secret = secrets_.get_secret_value("s", deadline_);
    ASSERT_FALSE(secret);
    EXPECT_EQ(secret.error().kind, ErrorKind::config_invalid);
    EXPECT_THAT(secret.error().message, HasSubstr("SecretString"));
    EXPECT_THAT(secret.error().message, testing::Not(HasSubstr("aHVz")));
}

TEST_F(CatalogClientsTest, SaysThatASecretIsMissing) {
    http_.answer(400, R"({"__type":"ResourceNotFoundException","Message":"can't find"})");
    const auto secret = secrets_.get_secret_value("s", deadline_);
    ASSERT_FALSE(secret);
    EXPECT_THAT(secret.error().message, HasSubstr("secret s"));
}

}  // namespace
