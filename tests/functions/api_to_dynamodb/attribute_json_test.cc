#include "functions/api_to_dynamodb/attribute_json.h"

#include <string>

#include <gtest/gtest.h>

namespace {

using api_to_dynamodb::AttributeType;

std::string attribute(std::string_view json, AttributeType type = AttributeType::as_it_is) {
    std::string out;
    const auto appended = api_to_dynamodb::append_attribute(json, type, out);
    return appended ? out : "error: " + appended.error().message;
}

TEST(AttributeJson, WritesEachType) {
    EXPECT_EQ(attribute(R"("a\"b")"), R"({"S":"a\"b"})");
    EXPECT_EQ(attribute("-12.50"), R"({"N":"-12.50"})");
    EXPECT_EQ(attribute("true"), R"({"BOOL":true})");
    EXPECT_EQ(attribute("false"), R"({"BOOL":false})");
    EXPECT_EQ(attribute("null"), R"({"NULL":true})");
    EXPECT_EQ(attribute(R"([1, "a", [], {}])"), R"({"L":[{"N":"1"},{"S":"a"},{"L":[]},{"M":{}}]})");
    EXPECT_EQ(attribute(R"({"a": {"b":null}, "c\"":2})"),
              R"({"M":{"a":{"M":{"b":{"NULL":true}}},"c\"":{"N":"2"}}})");
}

// "Number: up to 38 digits of precision, 1E-130 to 9.99…E+125" (DynamoDB: naming rules and types).
TEST(AttributeJson, HoldsTheNumbersThatDynamoDbHolds) {
    for (const char* number : {"0", "-0.0", "0e999", "12345678901234567890123456789012345678",
                               "1e-130", "9.99e125", "1234567890123456789012345678901234567800000",
                               "0.00000000000000000000000000000000000001", "1E+125", "0.1e126"})
        EXPECT_EQ(attribute(number), R"({"N":")" + std::string(number) + "\"}") << number;
}

TEST(AttributeJson, RefusesTheOthers) {
    for (const char* number : {"1e126", "0.1e127", "-1e400", "1e-131", "0.1e-130",
                               "1e99999999999999999999", "12345678901234567890e110"})
        EXPECT_NE(attribute(number).find("beyond DynamoDB's range"), std::string::npos) << number;
    for (const char* number :
         {"123456789012345678901234567890123456789", "1.00000000000000000000000000000000000001"})
        EXPECT_NE(attribute(number).find("38 digits"), std::string::npos) << number;
}

TEST(AttributeJson, IsCappedInDepth) {
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    EXPECT_NE(attribute(nested(32)).find("{\"L\":[]}"), std::string::npos);
    EXPECT_NE(attribute(nested(33)).find("32 levels"), std::string::npos);
    EXPECT_NE(attribute(nested(120)).find("32 levels"), std::string::npos);
}

TEST(AttributeJson, ChangesTheTypeWhereItIsAsked) {
    EXPECT_EQ(attribute("12.50", AttributeType::text), R"({"S":"12.50"})");
    EXPECT_EQ(attribute(R"({"a":1})", AttributeType::text), R"({"S":"{\"a\":1}"})");
    EXPECT_EQ(attribute(R"("x")", AttributeType::text), R"({"S":"x"})");
    EXPECT_EQ(attribute(R"("12.50")", AttributeType::number), R"({"N":"12.50"})");
    for (const char* value : {R"("12,5")", R"("")", "true", "null", R"(" 1")", "[1]"})
        EXPECT_EQ(attribute(value, AttributeType::number), "error: the value is no number")
            << value;
}

}  // namespace
