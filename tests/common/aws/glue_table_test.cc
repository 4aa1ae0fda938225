#include "common/aws/glue_table.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using base::ErrorKind;
using testing::HasSubstr;

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
    EXPECT_EQ(table->target_table.name, "t");
    EXPECT_EQ(table->target_table.database, "");
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
        {R"({"TargetTable":"t"})", "TargetTable is not an object"},
        {R"({"TargetTable":{"DatabaseName":1}})", "DatabaseName is not a text"},
        {R"({"StorageDescriptor":{"SchemaReference":1}})", "SchemaReference is not an object"},
        {R"({"StorageDescriptor":{"SerdeInfo":[]}})", "SerdeInfo is not an object"},
        {R"({"StorageDescriptor":{"SerdeInfo":{"Parameters":{"a":null}}}})",
         "Parameters is not a map of texts"},
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

TEST(GlueTable, TellsALinksTarget) {
    const auto table = aws::parse_glue_table(
        R"({"Table":{"Name":"l","TargetTable":{"CatalogId":"2","DatabaseName":"d","Name":"t"}}})");
    ASSERT_TRUE(table);
    EXPECT_EQ(table->target_table.catalog_id, "2");
    EXPECT_EQ(table->target_table.database, "d");
    EXPECT_EQ(table->target_table.name, "t");
}

TEST(GlueTable, TellsWhereItsColumnsAre) {
    const auto reference = [](const std::string& members) {
        return aws::parse_glue_table(
                   R"({"Table":{"Name":"t","StorageDescriptor":{"SchemaReference":)" + members +
                   "}}}")
            ->storage_descriptor.schema_reference;
    };
    EXPECT_EQ(reference(R"({"SchemaId":{"SchemaArn":"arn:x","SchemaName":"s"}})"), "arn:x");
    EXPECT_EQ(reference(R"({"SchemaId":{"SchemaName":"s","RegistryName":"r"}})"), "s");
    EXPECT_EQ(reference(R"({"SchemaVersionId":"v","SchemaVersionNumber":3})"), "v");
    EXPECT_EQ(reference("null"), "");
}

TEST(GlueTable, TakesAnEntityOfNullsAsEmpty) {
    const auto table = aws::parse_glue_table(
        R"({"Table":{"Name":"t","DatabaseName":null,"Parameters":null,"PartitionKeys":null,)"
        R"("StorageDescriptor":null,"TargetTable":null,"IsMultiDialectView":null}})");
    ASSERT_TRUE(table) << table.error().message;
    EXPECT_TRUE(table->parameters.empty() && table->partition_keys.empty());
    EXPECT_FALSE(table->is_resource_link);
}

}  // namespace
