#include "functions/api_to_dynamodb/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes.h"

namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

using Variables = std::map<std::string, std::string>;

api_to_dynamodb::Config read(const Variables& changes, std::string& fault) {
    Variables variables{{"API_URL", "https://api.example.com/v1?q={place}"},
                        {"PLACES", "Paris, New York"},
                        {"TABLE_NAME", "weather"},
                        {"ITEM_MAP", R"({"city":{"place":true},"t":"/t"})"}};
    for (const auto& [name, value] : changes)
        variables[name] = value;
    tests::FakeEnvironment environment;
    for (const auto& [name, value] : variables)
        environment.set(name, value);
    base::SettingsReader reader(environment);
    auto config = api_to_dynamodb::read_config(reader);
    const auto found = reader.fault();
    fault = found ? found->message : "";
    return config;
}

std::string fault_of(const Variables& changes) {
    std::string fault;
    read(changes, fault);
    return fault;
}

TEST(ApiToDynamoDbConfig, IsRead) {
    std::string fault;
    const auto config = read({}, fault);
    EXPECT_EQ(fault, "");
    EXPECT_THAT(config.places, ElementsAre("Paris", "New York"));
    EXPECT_EQ(config.api_timeout_ms, 10'000);
    EXPECT_EQ(config.api_key_parameter, "");
    EXPECT_EQ(api_to_dynamodb::fill_place(config.api_url, "New York/é"),
              "https://api.example.com/v1?q=New%20York%2F%C3%A9");
}

TEST(ApiToDynamoDbConfig, SendsTheKeyInKeyOrWhereItIsTold) {
    std::string fault;
    EXPECT_EQ(read({{"API_KEY_SECRET_ARN", "s"}}, fault).api_key_parameter, "key");
    const auto header = read({{"API_KEY_SECRET_ARN", "s"}, {"API_KEY_HEADER", "X-Key"}}, fault);
    EXPECT_EQ(fault, "");
    EXPECT_EQ(header.api_key_header, "X-Key");
    EXPECT_EQ(header.api_key_parameter, "");
}

TEST(ApiToDynamoDbConfig, NamesItsFaults) {
    EXPECT_THAT(fault_of({{"API_URL", "http://api.example.com/{place}"}}), HasSubstr("use https"));
    EXPECT_EQ(fault_of({{"API_URL", "http://127.0.0.1:5000/{place}"}}), "");
    EXPECT_THAT(fault_of({{"API_URL", "ftp://x/{place}"}}), HasSubstr("API_URL"));
    EXPECT_THAT(fault_of({{"API_URL", "https://x/"}}), HasSubstr("put {place}"));
    EXPECT_THAT(fault_of({{"PLACES", ""}}), AllOf(HasSubstr("set PLACES"), HasSubstr("ITEM_MAP")));
    EXPECT_THAT(fault_of({{"PLACES", "Paris,Rome,Paris"}}), HasSubstr("PLACES is \"Paris\""));
    EXPECT_THAT(fault_of({{"TABLE_NAME", "a b"}}), HasSubstr("TABLE_NAME"));
    EXPECT_EQ(fault_of({{"TABLE_NAME", "arn:aws:dynamodb:us-east-1:1:table/weather"}}), "");
    EXPECT_THAT(fault_of({{"ITEM_MAP", "{"}}), HasSubstr("ITEM_MAP"));
    EXPECT_THAT(fault_of({{"API_KEY_HEADER", "X-Key"}}), HasSubstr("set API_KEY_SECRET_ARN"));
    EXPECT_THAT(fault_of({{"API_KEY_SECRET_ARN", "s"}, {"API_KEY_HEADER", "X Key"}}),
                HasSubstr("API_KEY_HEADER"));
    EXPECT_THAT(fault_of({{"API_KEY_SECRET_ARN", "s"},
                          {"API_KEY_HEADER", "X-Key"},
                          {"API_KEY_PARAMETER", "key"}}),
                HasSubstr("use this or API_KEY_PARAMETER"));
    EXPECT_THAT(fault_of({{"API_TIMEOUT_SECONDS", "0"}}), HasSubstr("API_TIMEOUT_SECONDS"));
    EXPECT_THAT(fault_of({{"API_URL", ""}, {"TABLE_NAME", ""}, {"ITEM_MAP", ""}}),
                HasSubstr("3 settings"));
}

}  // namespace
