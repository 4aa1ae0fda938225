#include "functions/table_export/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes.h"

namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kOrders = "arn:aws:dynamodb:us-east-1:123456789012:table/orders";

tests::FakeEnvironment valid() {
    return {{"TABLE_ARN", kOrders}, {"BUCKET_NAME", "lake-exports"}};
}

base::Result<table_export::Config> read_config(const base::Environment& environment) {
    base::SettingsReader settings(environment);
    auto config = table_export::read_config(settings);
    if (auto fault = settings.fault()) return *std::move(fault);
    return config;
}

std::string fault_of(const char* name, const std::string& value) {
    auto environment = valid();
    environment.set(name, value);
    const auto config = read_config(environment);
    if (config) return "";
    EXPECT_EQ(config.error().kind, base::ErrorKind::config_invalid);
    return config.error().message;
}

TEST(Config, HasTheDocumentedDefaults) {
    const auto config = read_config(valid());
    ASSERT_TRUE(config.ok()) << config.error().message;
    ASSERT_EQ(config->tables.size(), 1U);
    EXPECT_EQ(config->tables[0].text, kOrders);
    EXPECT_EQ(config->destination.bucket, "lake-exports");
    EXPECT_EQ(config->destination.prefix, "");
    EXPECT_EQ(config->destination.owner, "");
    EXPECT_EQ(config->destination.kms_key_id, "");
    EXPECT_EQ(config->destination.format, aws::ExportFormat::dynamodb_json);
    EXPECT_EQ(config->export_mode, table_export::ExportMode::full);
    EXPECT_EQ(config->view_type, aws::ExportViewType::new_and_old_images);
    EXPECT_EQ(config->window_minutes_max, 1'440);
    EXPECT_EQ(config->windows_per_run_max, 10);
    EXPECT_EQ(config->lost_window, table_export::LostWindow::fail);
}

TEST(Config, ReadsEverySetting) {
    auto environment = valid();
    environment.set("TABLE_ARN",
                    std::string(kOrders) +
                        " , arn:aws-cn:dynamodb:cn-north-1:123456789012:table/a.b_c-D,"
                        "arn:aws-us-gov:dynamodb:us-gov-west-1:123456789012:table/abc," +
                        kOrders);
    environment.set("BUCKET_PREFIX", "/dynamodb/export//");
    environment.set("BUCKET_OWNER", "210987654321");
    environment.set("EXPORT_TYPE", "auto");
    environment.set("EXPORT_FORMAT", "ION");
    environment.set("EXPORT_VIEW_TYPE", "NEW_IMAGE");
    environment.set("KMS_KEY_ID", "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab");
    environment.set("MAX_WINDOW_MINUTES", "15");
    environment.set("MAX_WINDOWS_PER_RUN", "3");
    environment.set("LOST_WINDOW", "full");
    const auto config = read_config(environment);
    ASSERT_TRUE(config.ok()) << config.error().message;
    ASSERT_EQ(config->tables.size(), 3U);  // the repeated one once
    EXPECT_EQ(config->tables[1].table_name, "a.b_c-D");
    EXPECT_EQ(config->tables[2].region, "us-gov-west-1");
    EXPECT_EQ(config->destination.prefix, "dynamodb/export");
    EXPECT_EQ(config->destination.owner, "210987654321");
    EXPECT_EQ(config->destination.format, aws::ExportFormat::ion);
    EXPECT_EQ(config->destination.kms_key_id,
              "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab");
    EXPECT_EQ(config->export_mode, table_export::ExportMode::automatic);
    EXPECT_EQ(config->view_type, aws::ExportViewType::new_image);
    EXPECT_EQ(config->window_minutes_max, 15);
    EXPECT_EQ(config->windows_per_run_max, 3);
    EXPECT_EQ(config->lost_window, table_export::LostWindow::full);
}

TEST(Config, NamesAllFaultsAtOnce) {
    const tests::FakeEnvironment environment{
        {"TABLE_ARN", std::string(kOrders) + ",arn:aws:dynamodb:us-east-1:123:table/orders,orders"},
        {"BUCKET_PREFIX", std::string(1'025, 'p')},
        {"BUCKET_OWNER", "12345"},
        {"EXPORT_TYPE", "FULL"},
        {"EXPORT_FORMAT", "CSV"},
        {"EXPORT_VIEW_TYPE", "OLD_IMAGE"},
        {"KMS_KEY_ID", "my key"},
        {"MAX_WINDOW_MINUTES", "14"},
        {"MAX_WINDOWS_PER_RUN", "0"},
        {"LOST_WINDOW", "skip"}};
    const auto config = read_config(environment);
    ASSERT_FALSE(config.ok());
    const std::string& message = config.error().message;
    for (const char* name :
         {"BUCKET_NAME is not set", "BUCKET_PREFIX is", "BUCKET_OWNER is", "EXPORT_TYPE is",
          "EXPORT_FORMAT is", "EXPORT_VIEW_TYPE is", "KMS_KEY_ID is", "MAX_WINDOW_MINUTES is",
          "MAX_WINDOWS_PER_RUN is", "LOST_WINDOW is", "12 settings"}) {
        EXPECT_THAT(message, HasSubstr(name));
    }
    EXPECT_THAT(message,
                HasSubstr(R"(TABLE_ARN is "arn:aws:dynamodb:us-east-1:123:table/orders")"));
    EXPECT_THAT(message, HasSubstr(R"(TABLE_ARN is "orders")"));
    EXPECT_THAT(message,
                Not(HasSubstr(R"(TABLE_ARN is "arn:aws:dynamodb:us-east-1:123456789012)")));
}

TEST(Config, ReadsEveryExportType) {
    using table_export::ExportMode;
    for (const auto& [word, mode] : {std::pair("full", ExportMode::full),
                                     {"incremental", ExportMode::incremental},
                                     {"auto", ExportMode::automatic}}) {
        auto environment = valid();
        environment.set("EXPORT_TYPE", word);
        EXPECT_EQ(read_config(environment)->export_mode, mode);
        EXPECT_EQ(table_export::find_export_mode(word), mode);
    }
    EXPECT_THAT(fault_of("EXPORT_TYPE", "some"), HasSubstr("use one of full, incremental, auto"));
    EXPECT_EQ(table_export::find_export_mode("FULL"), std::nullopt);
}

TEST(Config, CountsCharactersOfThePrefixNotBytes) {
    std::string umlauts;
    for (int i = 0; i < 1'024; ++i)
        umlauts += "ä";
    EXPECT_EQ(fault_of("BUCKET_PREFIX", umlauts), "");
    EXPECT_NE(fault_of("BUCKET_PREFIX", umlauts + "ä"), "");
    EXPECT_NE(fault_of("BUCKET_PREFIX", "\xff"), "");
    EXPECT_NE(fault_of("BUCKET_PREFIX", "a\nb"), "");
}

TEST(Config, RefusesEmptyElementsOfTheList) {
    EXPECT_THAT(fault_of("TABLE_ARN", std::string(kOrders) + ",,"), HasSubstr("TABLE_ARN"));
}

class GoodBucket : public testing::TestWithParam<const char*> {};
TEST_P(GoodBucket, IsTaken) {
    EXPECT_EQ(fault_of("BUCKET_NAME", GetParam()), "");
}
INSTANTIATE_TEST_SUITE_P(
    Config, GoodBucket,
    testing::Values("abc", "a-b.c9", "1.2.3", "9lives", "a--b",
                    "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeefffffffffggg"));

// "General purpose bucket naming rules", one for each rule, and what people put there instead.
class BadBucket : public testing::TestWithParam<const char*> {};
TEST_P(BadBucket, IsNamed) {
    EXPECT_THAT(fault_of("BUCKET_NAME", GetParam()), HasSubstr("BUCKET_NAME is"));
}
INSTANTIATE_TEST_SUITE_P(
    Config, BadBucket,
    testing::Values("ab", "Lake", "lake_exports", "-lake", "lake-", ".lake", "lake.", "la..ke",
                    "192.168.5.4", "xn--lake", "sthree-lake", "lake-s3alias", "lake--ol-s3",
                    "lake.mrap", "lake--x-s3", "lake--table-s3", "s3://lake", "arn:aws:s3:::lake",
                    "lake/exports",
                    "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggg"));

struct ArnCase {
    const char* text;
    const char* what;
};
class BadTableArn : public testing::TestWithParam<ArnCase> {};
TEST_P(BadTableArn, SaysWhatIsWrong) {
    EXPECT_THAT(fault_of("TABLE_ARN", GetParam().text), HasSubstr(GetParam().what));
}
INSTANTIATE_TEST_SUITE_P(
    Config, BadTableArn,
    testing::Values(
        ArnCase{"orders", "no ARN"}, ArnCase{"arn:aws:dynamodb:us-east-1", "no ARN"},
        ArnCase{"urn:aws:dynamodb:us-east-1:123456789012:table/orders", "no ARN"},
        ArnCase{"arn:amazon:dynamodb:us-east-1:123456789012:table/orders", "partition"},
        ArnCase{"arn::dynamodb:us-east-1:123456789012:table/orders", "partition"},
        ArnCase{"arn:aws:s3:us-east-1:123456789012:table/orders", "service"},
        ArnCase{"arn:aws:dynamodb::123456789012:table/orders", "region"},
        ArnCase{"arn:aws:dynamodb:useast1:123456789012:table/orders", "region"},
        ArnCase{"arn:aws:dynamodb:us-east-:123456789012:table/orders", "region"},
        ArnCase{"arn:aws:dynamodb:US-EAST-1:123456789012:table/orders", "region"},
        ArnCase{"arn:aws:dynamodb:cn-north-1:123456789012:table/orders", "partition aws-cn"},
        ArnCase{"arn:aws-cn:dynamodb:us-east-1:123456789012:table/orders", "partition aws"},
        ArnCase{"arn:aws:dynamodb:us-gov-west-1:123456789012:table/orders", "partition aws-us-gov"},
        ArnCase{"arn:aws:dynamodb:us-east-1:12345678901:table/orders", "12 digits"},
        ArnCase{"arn:aws:dynamodb:us-east-1:12345678901x:table/orders", "12 digits"},
        ArnCase{"arn:aws:dynamodb:us-east-1:123456789012:orders", "table/NAME"},
        ArnCase{"arn:aws:dynamodb:us-east-1:123456789012:table/ab", "table/NAME"},
        ArnCase{"arn:aws:dynamodb:us-east-1:123456789012:table/or ders", "table/NAME"},
        ArnCase{"arn:aws:dynamodb:us-east-1:123456789012:table/orders/index/by_day", "table/NAME"},
        ArnCase{"arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/2026-01-01T00:00:00",
                "table/NAME"}));

TEST(Config, TakesEveryShapeOfRegion) {
    for (const char* region : {"us-east-1", "ap-southeast-7", "il-central-1", "mx-central-1"}) {
        EXPECT_EQ(fault_of("TABLE_ARN", std::string("arn:aws:dynamodb:") + region +
                                            ":123456789012:table/orders"),
                  "");
    }
}

}  // namespace
