#include <string>

#include <gtest/gtest.h>

#include "common/codec/json.h"

// Escapes show the bytes that are tested.
// NOLINTBEGIN(modernize-raw-string-literal)
namespace codec {
namespace {

TEST(JsonWriter, PutsCommasWhereTheyBelong) {
    const std::string data = "AA==";
    JsonWriter json;
    json.begin_object()
        .member("StreamName", "orders")
        .key("Records")
        .begin_array()
        .begin_object()
        .member("Data", data)
        .member("PartitionKey", std::string_view("a"))
        .end_object()
        .begin_object()
        .end_object()
        .end_array()
        .key("Empty")
        .begin_array()
        .end_array()
        .member_integer("Count", -3)
        .member_boolean("Whole", true)
        .key("Nothing")
        .null()
        .end_object();
    EXPECT_EQ(json.take(),
              R"({"StreamName":"orders","Records":[{"Data":"AA==","PartitionKey":"a"},{}],)"
              R"("Empty":[],"Count":-3,"Whole":true,"Nothing":null})");
}

TEST(JsonWriter, SeparatesElementsOfEveryKind) {
    JsonWriter json;
    json.begin_array()
        .integer(1)
        .text("x")
        .boolean(false)
        .null()
        .raw("{\"a\":[1.50]}")
        .begin_array()
        .end_array();
    json.begin_object().end_object().integer(2).end_array();
    EXPECT_EQ(json.take(), R"([1,"x",false,null,{"a":[1.50]},[],{},2])");
}

TEST(JsonWriter, WritesASingleValue) {
    JsonWriter json;
    json.text("alone");
    EXPECT_EQ(json.take(), "\"alone\"");
}

TEST(JsonWriter, WritesAllIntegers) {
    JsonWriter json;
    json.begin_array()
        .integer(std::numeric_limits<std::int64_t>::min())
        .integer(0)
        .integer(std::numeric_limits<std::int64_t>::max())
        .end_array();
    EXPECT_EQ(json.take(), "[-9223372036854775808,0,9223372036854775807]");
}

TEST(JsonWriter, EscapesNamesAndTexts) {
    JsonWriter json;
    json.begin_object().member("a\"\\\n", std::string_view("\0\x1f\"\\/\xc3\xa9", 7)).end_object();
    EXPECT_EQ(json.take(), "{\"a\\\"\\\\\\n\":\"\\u0000\\u001f\\\"\\\\/\xc3\xa9\"}");
}

TEST(JsonWriter, ReplacesBytesThatAreNoUtf8) {
    JsonWriter json;
    json.text(
        "a\xff"
        "b\xed\xa0\x80");
    EXPECT_EQ(json.take(),
              "\"a\xef\xbf\xbd"
              "b\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
}

TEST(JsonWriter, WritesEveryByteSoThatItCanBeReadBack) {
    std::string ascii;
    for (char c = 0; c < 127; ++c)
        ascii += c;
    ascii += '\x7f';
    JsonWriter json;
    json.begin_object().member(ascii, ascii).end_object();
    const auto document = parse_json(json.take(), "it");
    ASSERT_TRUE(document.ok()) << document.error().message;
    EXPECT_EQ(find_text(*document, ascii), ascii);
}

TEST(JsonWriter, IsEmptyAfterTake) {
    JsonWriter json;
    json.begin_array().integer(1).end_array();
    EXPECT_EQ(json.written(), "[1]");
    json.take();
    EXPECT_EQ(json.written(), "");
    json.begin_array().integer(2).end_array();
    EXPECT_EQ(json.take(), "[2]");
}

using JsonWriterDeathTest = testing::Test;

TEST(JsonWriterDeathTest, StopsAtAFormThatIsNoJson) {
    testing::GTEST_FLAG(death_test_style) = "threadsafe";
    EXPECT_DEATH(JsonWriter().begin_object().text("no name"), "");
    EXPECT_DEATH(JsonWriter().begin_array().key("name in an array"), "");
    EXPECT_DEATH(JsonWriter().begin_object().end_array(), "");
    EXPECT_DEATH(JsonWriter().end_object(), "");
    EXPECT_DEATH(JsonWriter().begin_object().key("a").end_object(), "");
    EXPECT_DEATH(JsonWriter().begin_object().key("a").key("b"), "");
    EXPECT_DEATH(JsonWriter().integer(1).integer(2), "");
    EXPECT_DEATH(JsonWriter().begin_array().take(), "");
    EXPECT_DEATH(JsonWriter().take(), "");
    EXPECT_DEATH(JsonWriter().raw(""), "");
}

}  // namespace
}  // namespace codec
// NOLINTEND(modernize-raw-string-literal)
