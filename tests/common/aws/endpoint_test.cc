#include "common/aws/endpoint.h"

#include <string>

#include <gtest/gtest.h>

#include "tests/support/fakes.h"

namespace aws {
namespace {

std::string url_of(const std::string& region, const Service& service) {
    ClientSettings settings;
    settings.region = region;
    const auto endpoint = resolve_endpoint(settings, service);
    return endpoint ? endpoint->url : std::string(base::error_type(endpoint.error().kind));
}

TEST(Endpoint, FollowsRegionAndPartition) {
    EXPECT_EQ(url_of("us-east-1", kKinesis), "https://kinesis.us-east-1.amazonaws.com");
    EXPECT_EQ(url_of("eu-central-1", kS3), "https://s3.eu-central-1.amazonaws.com");
    EXPECT_EQ(url_of("us-gov-west-1", kGlue), "https://glue.us-gov-west-1.amazonaws.com");
    EXPECT_EQ(url_of("cn-north-1", kDynamoDb), "https://dynamodb.cn-north-1.amazonaws.com.cn");
    EXPECT_EQ(url_of("us-iso-east-1", kS3), "https://s3.us-iso-east-1.c2s.ic.gov");
    EXPECT_EQ(url_of("us-isob-east-1", kS3), "https://s3.us-isob-east-1.sc2s.sgov.gov");
    EXPECT_EQ(url_of("eusc-de-east-1", kS3), "https://s3.eusc-de-east-1.amazonaws.eu");
}

TEST(Endpoint, RefusesWhatIsNoRegion) {
    for (const std::string region :
         {"", "us-east-1.evil.example", "us east", "US-EAST-1", "-a", "a-", "a/b", "a@b"}) {
        EXPECT_FALSE(is_region(region)) << region;
        EXPECT_EQ(url_of(region, kKinesis), "Function.ConfigInvalid") << region;
    }
}

TEST(Endpoint, PrefersTheServicesOwnOverride) {
    ClientSettings settings;
    settings.region = "us-east-1";
    settings.endpoint_url = "http://127.0.0.1:5000/base/";
    settings.service_endpoint_urls = {{"KINESIS", "https://kinesis.example.com"}};
    EXPECT_EQ(resolve_endpoint(settings, kKinesis)->url, "https://kinesis.example.com");
    const auto glue = resolve_endpoint(settings, kGlue);
    EXPECT_EQ(glue->url, "http://127.0.0.1:5000");
    EXPECT_EQ(glue->host, "127.0.0.1:5000");
    EXPECT_EQ(glue->base_path, "/base");
}

TEST(Endpoint, AcceptsHttpsAnywhereAndHttpToThisMachine) {
    for (const std::string url :
         {"https://vpce-1.kinesis.us-east-1.vpce.amazonaws.com", "https://10.0.0.7:8443",
          "http://localhost:4566", "http://127.0.0.1:5000", "http://127.8.9.1", "http://[::1]:5000",
          "HTTP://LOCALHOST:1"})
        EXPECT_TRUE(parse_endpoint_url(url).ok()) << url;
}

TEST(Endpoint, RefusesPlainHttpElsewhereAndTheMetadataService) {
    for (const std::string url : {"http://example.com",
                                  "http://10.0.0.7",
                                  "http://localhost.example.com",
                                  "https://169.254.169.254",
                                  "http://169.254.169.254",
                                  "https://[fd00:ec2::254]",
                                  "https://[::ffff:169.254.169.254]",
                                  "https://[::ffff:a9fe:a9fe]",
                                  "https://2852039166",
                                  "https://0xa9fea9fe",
                                  "https://0251.0376.0251.0376",
                                  "https://169.254.43518",
                                  "http://127.1",
                                  "https://169.254.170.2",
                                  "https://instance-data.ec2.internal",
                                  "ftp://localhost",
                                  "localhost:5000",
                                  "https://",
                                  "https://a b",
                                  "https://user@host",
                                  "https://host?x=1",
                                  "https://host#x",
                                  "https://host:0",
                                  "https://host:65536",
                                  "https://host:x",
                                  "https://[::1",
                                  "https://ho\"st"})
        EXPECT_FALSE(parse_endpoint_url(url).ok()) << url;
}

ClientSettings read(const tests::FakeEnvironment& environment, std::string* fault = nullptr) {
    base::SettingsReader reader(environment);
    ClientSettings settings = ClientSettings::from_environment(reader, environment);
    const auto error = reader.fault();
    const std::string message = error ? error->message : "";
    if (fault == nullptr) {
        EXPECT_EQ(message, "");
    } else {
        *fault = message;
    }
    return settings;
}

TEST(ClientSettings, AreReadFromTheEnvironment) {
    const ClientSettings settings =
        read({{"AWS_REGION", "eu-west-1"},
              {"AWS_DEFAULT_REGION", "us-east-1"},
              {"AWS_ENDPOINT_URL", "http://127.0.0.1:5000"},
              {"AWS_ENDPOINT_URL_SECRETS_MANAGER", "https://secrets.example.com"},
              {"AWS_MAX_ATTEMPTS", "5"}});
    EXPECT_EQ(settings.region, "eu-west-1");
    EXPECT_EQ(settings.endpoint_url, "http://127.0.0.1:5000");
    ASSERT_EQ(settings.service_endpoint_urls.size(), 1U);
    EXPECT_EQ(settings.service_endpoint_urls[0].first, "SECRETS_MANAGER");
    EXPECT_EQ(settings.service_endpoint_urls[0].second, "https://secrets.example.com");
    EXPECT_EQ(settings.attempts_max, 5);
}

TEST(ClientSettings, FallBackToTheDefaultRegion) {
    EXPECT_EQ(read({{"AWS_DEFAULT_REGION", "us-west-2"}}).region, "us-west-2");
}

TEST(ClientSettings, CanIgnoreEndpointOverrides) {
    const ClientSettings settings = read({{"AWS_REGION", "us-east-1"},
                                          {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"},
                                          {"AWS_ENDPOINT_URL", "http://example.com"},
                                          {"AWS_ENDPOINT_URL_S3", "http://example.com"}});
    EXPECT_EQ(settings.endpoint_url, "");
    EXPECT_TRUE(settings.service_endpoint_urls.empty());
}

TEST(ClientSettings, ReportAllFaultsAtOnce) {
    std::string fault;
    (void)read({{"AWS_ENDPOINT_URL", "http://example.com"},
                {"AWS_ENDPOINT_URL_KINESIS", "https://me:hunter2@example.com"},
                {"AWS_MAX_ATTEMPTS", "0"}},
               &fault);
    for (const char* name : {"AWS_REGION is not set", "AWS_ENDPOINT_URL is \"http://example.com\"",
                             "AWS_ENDPOINT_URL_KINESIS", "AWS_MAX_ATTEMPTS is \"0\""})
        EXPECT_NE(fault.find(name), std::string::npos) << name << " in " << fault;
    EXPECT_EQ(fault.find("hunter2"), std::string::npos) << fault;

    (void)read({{"AWS_REGION", "moon"}, {"AWS_MAX_ATTEMPTS", "3"}}, &fault);
    EXPECT_EQ(fault, "");  // new regions come without a new release
    (void)read({{"AWS_REGION", "us-east-1/x"}}, &fault);
    EXPECT_NE(fault.find("AWS_REGION is \"us-east-1/x\""), std::string::npos) << fault;
}

}  // namespace
}  // namespace aws
