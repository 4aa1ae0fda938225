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

constexpr std::string_view kTable =
    R"({"Table":{"Name":"orders","DatabaseName":"sales__raw","CatalogId":"123456789012"}})";

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

TEST_F(CatalogClientsTest, ReadsTablesPageByPage) {
    http_.answer(200, R"({"TableList":[{"Name":"a"},{"Name":"b"}],"NextToken":"t1"})");
    http_.answer(200, R"({"TableList":[],"NextToken":"t2"})");
    http_.answer(200, R"({"TableList":[{"Name":"c"}]})");
    std::vector<std::string> names;
    const auto read = glue_.get_tables({"1", "d"}, deadline_, [&](const auto& tables) {
        for (const auto& element : tables)
            names.push_back(element.table->id.name);
        return true;
    });
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(names, (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_EQ(header("X-Amz-Target"), "AWSGlue.GetTables");
    EXPECT_EQ(http_.requests()[0].body, R"({"CatalogId":"1","DatabaseName":"d","MaxResults":100})");
    EXPECT_EQ(http_.requests()[2].body,
              R"({"CatalogId":"1","DatabaseName":"d","MaxResults":100,"NextToken":"t2"})");
}

TEST_F(CatalogClientsTest, EndsAListWhereItIsTold) {
    http_.answer(200, R"({"TableList":[{"Name":"a"}],"NextToken":"t1"})");
    EXPECT_TRUE(glue_.get_tables({"", "d"}, deadline_, [](const auto&) { return false; }));
    EXPECT_EQ(http_.requests().size(), 1U);
}

TEST_F(CatalogClientsTest, RefusesAListThatHasNoEnd) {
    http_.answer_with([](const http::Request&) {
        return http::Response{200, {}, R"({"TableList":[],"NextToken":"same"})"};
    });
    const auto read = glue_.get_tables({"", "d"}, deadline_, [](const auto&) { return true; });
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, ErrorKind::data_invalid);
    EXPECT_THAT(read.error().message, HasSubstr("GetTables of database d"));
    EXPECT_EQ(http_.requests().size(), 2U);
}

TEST_F(CatalogClientsTest, EndsAListWhosePagesAreTooMany) {
    int page = 0;
    http_.answer_with([&](const http::Request&) {
        return http::Response{
            200, {}, R"({"TableList":[],"NextToken":")" + std::to_string(++page) + R"("})"};
    });
    EXPECT_FALSE(glue_.get_tables({"", "d"}, deadline_, [](const auto&) { return true; }));
    EXPECT_EQ(http_.requests().size(), aws::kGluePagesMax);
}

TEST_F(CatalogClientsTest, GoesOnAfterATableThatCannotBeRead) {
    http_.answer(200, R"({"TableList":[{"Name":"a","Parameters":7},{"Name":"b"},7,{}]})");
    std::vector<aws::GlueTablePage::Element> found;
    ASSERT_TRUE(glue_.get_tables({"", "d"}, deadline_, [&](const auto& tables) {
        found = tables;
        return true;
    }));
    ASSERT_EQ(found.size(), 4U);
    EXPECT_EQ(found[0].name, "a");
    EXPECT_EQ(found[0].table.error().message, "Parameters is not an object");
    EXPECT_EQ(found[1].table->id.name, "b");
    EXPECT_EQ(found[2].table.error().message, "the table is not an object");
    EXPECT_EQ(found[3].name, "");
}

TEST_F(CatalogClientsTest, SaysWhereAListFails) {
    http_.answer(200, R"({"TableList":[],"NextToken":"t1"})");
    http_.answer(200, "<html>");
    const auto read = glue_.get_tables({"", "d"}, deadline_, [](const auto&) { return true; });
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().message, HasSubstr("the answer of GetTables"));
    for (const char* answer : {"{}", R"({"TableList":{}})", R"({"TableList":[],"NextToken":1})"}) {
        http_.answer(200, answer);
        EXPECT_FALSE(glue_.get_tables({"", "d"}, deadline_, [](const auto&) { return true; }))
            << answer;
    }
}

TEST_F(CatalogClientsTest, NamesTheDatabases) {
    http_.answer(200, R"({"DatabaseList":[{"Name":"a","CatalogId":"1","TargetDatabase":null},)"
                      R"({"Name":"l","CatalogId":"1","TargetDatabase":{"CatalogId":"2"}}],)"
                      R"("NextToken":"t"})");
    http_.answer(200,
                 R"({"DatabaseList":[{"Name":"f","FederatedDatabase":{}},{"Name":1},{},"x"]})");
    const auto databases = glue_.get_databases("1", deadline_);
    ASSERT_TRUE(databases) << databases.error().message;
    ASSERT_EQ(databases->size(), 6U);
    EXPECT_EQ((*databases)[0]->name, "a");
    EXPECT_EQ((*databases)[0]->catalog_id, "1");
    EXPECT_FALSE((*databases)[0]->is_resource_link);
    EXPECT_TRUE((*databases)[1]->is_resource_link);
    EXPECT_TRUE((*databases)[2]->is_federated);
    EXPECT_EQ((*databases)[3].error().message, "a database: Name is not a text");
    EXPECT_EQ((*databases)[4].error().message, "a database has no Name");
    EXPECT_EQ((*databases)[5].error().message, "a database is not an object");
    EXPECT_EQ(header("X-Amz-Target"), "AWSGlue.GetDatabases");
    EXPECT_EQ(http_.requests()[1].body, R"({"CatalogId":"1","MaxResults":100,"NextToken":"t"})");
    http_.answer(400, R"({"__type":"AccessDeniedException","Message":"no"})");
    EXPECT_EQ(glue_.get_databases("1", deadline_).error().kind, ErrorKind::access_denied);
}

constexpr std::string_view kPartition =
    R"({"Values":["2026","a, b"],"DatabaseName":"d","StorageDescriptor":{"Location":"s3://b/t/x/",)"
    R"("InputFormat":"in","SerdeInfo":{"SerializationLibrary":"serde"}}})";

TEST_F(CatalogClientsTest, ReadsPartitionsWithoutTheirColumns) {
    const std::string one(kPartition);
    http_.answer(200, R"({"Partitions":[)" + one + R"(],"NextToken":"t"})");
    http_.answer(200, R"({"Partitions":[)" + one + "]}");
    const auto found = glue_.get_partitions({"1", "d", "t"}, 5'000, deadline_);
    ASSERT_TRUE(found) << found.error().message;
    ASSERT_EQ(found->partitions.size(), 2U);
    EXPECT_TRUE(found->is_complete);
    EXPECT_EQ(found->partitions[0].values, (std::vector<std::string>{"2026", "a, b"}));
    EXPECT_EQ(found->partitions[0].location, "s3://b/t/x/");
    EXPECT_EQ(found->partitions[0].serialization_library, "serde");
    EXPECT_EQ(found->partitions[0].input_format, "in");
    EXPECT_EQ(header("X-Amz-Target"), "AWSGlue.GetPartitions");
    EXPECT_EQ(http_.requests()[0].body, R"({"CatalogId":"1","DatabaseName":"d","TableName":"t",)"
                                        R"("ExcludeColumnSchema":true,"MaxResults":1000})");
}

TEST_F(CatalogClientsTest, ReadsNoMorePartitionsThanAskedFor) {
    const std::string one(kPartition);
    const auto ask = [&](const std::string& answer) {
        http_.answer(200, answer);
        return *glue_.get_partitions({"", "d", "t"}, 2, deadline_);
    };
    const auto full = ask(R"({"Partitions":[)" + one + "," + one + R"(],"NextToken":"t"})");
    EXPECT_EQ(full.partitions.size(), 2U);
    EXPECT_FALSE(full.is_complete);
    EXPECT_THAT(http_.requests()[0].body, HasSubstr(R"("MaxResults":2)"));
    EXPECT_TRUE(ask(R"({"Partitions":[)" + one + "," + one + "]}").is_complete);
    const auto over = ask(R"({"Partitions":[)" + one + "," + one + "," + one + "]}");
    EXPECT_EQ(over.partitions.size(), 2U);
    EXPECT_FALSE(over.is_complete);
}

TEST_F(CatalogClientsTest, NamesThePartitionThatCannotBeRead) {
    http_.answer(200, R"({"Partitions":[{"Values":["x"],"StorageDescriptor":{"Location":1}}]})");
    const auto found = glue_.get_partitions({"", "d", "t"}, 2, deadline_);
    ASSERT_FALSE(found);
    EXPECT_THAT(found.error().message, HasSubstr("partition (x): Location is not a text"));
    for (const char* answer :
         {"{}", R"({"Partitions":["x"]})", R"({"Partitions":[{"Values":[1]}]})"}) {
        http_.answer(200, answer);
        EXPECT_FALSE(glue_.get_partitions({"", "d", "t"}, 2, deadline_)) << answer;
    }
}

TEST_F(CatalogClientsTest, AsksForOnePartition) {
    http_.answer(200, R"({"Partition":)" + std::string(kPartition) + "}");
    const auto partition = glue_.get_partition({"1", "d", "t"}, {"2026", "a\"b"}, deadline_);
    ASSERT_TRUE(partition) << partition.error().message;
    EXPECT_EQ(partition->location, "s3://b/t/x/");
    EXPECT_EQ(header("X-Amz-Target"), "AWSGlue.GetPartition");
    EXPECT_EQ(http_.requests()[0].body, R"({"CatalogId":"1","DatabaseName":"d","TableName":"t",)"
                                        R"("PartitionValues":["2026","a\"b"]})");
    http_.answer(400, R"({"__type":"EntityNotFoundException","Message":"gone"})");
    const auto gone = glue_.get_partition({"", "d", "t"}, {"1"}, deadline_);
    EXPECT_EQ(gone.error().code, "EntityNotFoundException");
    EXPECT_THAT(gone.error().message, HasSubstr("partition (1) of table d.t"));
    http_.answer(200, R"({"Partition":[]})");
    EXPECT_FALSE(glue_.get_partition({"", "d", "t"}, {"1"}, deadline_));
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
