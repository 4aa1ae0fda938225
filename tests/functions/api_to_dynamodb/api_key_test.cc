#include "functions/api_to_dynamodb/api_key.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using testing::HasSubstr;
using testing::Not;

std::string key_of(std::string_view secret) {
    const auto key = api_to_dynamodb::api_key_of(base::Secret(secret));
    return key ? std::string(key->reveal()) : "error: " + key.error().message;
}

TEST(ApiKey, IsTheTextOrItsOnlyMember) {
    EXPECT_EQ(key_of("abc123"), "abc123");
    EXPECT_EQ(key_of("  abc123\n"), "abc123");
    EXPECT_EQ(key_of(R"({"weather-key":"abc123"})"), "abc123");
}

TEST(ApiKey, IsNothingElse) {
    for (const char* secret : {"", " \n", "two words", "line\nline", R"({"a":"x","b":"y"})", "{}",
                               R"({"a":5})", R"({"a":""})", R"({"a":"x y"})", R"({"a)"})
        EXPECT_THAT(key_of(secret), AllOf(HasSubstr("API_KEY_SECRET_ARN"), Not(HasSubstr("words"))))
            << secret;
}

TEST(ApiKey, IsReadOnceAndAgainWhenForgotten) {
    int reads = 0;
    api_to_dynamodb::ApiKey key([&reads](base::Deadline) -> base::Result<base::Secret> {
        return base::Secret("key" + std::to_string(++reads));
    });
    EXPECT_EQ(key.get({})->reveal(), "key1");
    EXPECT_EQ(key.get({})->reveal(), "key1");
    key.forget();
    EXPECT_EQ(key.get({})->reveal(), "key2");
}

}  // namespace
