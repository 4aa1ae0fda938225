#include "common/event/sqs_event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using testing::HasSubstr;

std::string fault_of(std::string_view text) {
    const auto messages = event::parse_sqs_event(text);
    if (messages) return "no fault";
    EXPECT_EQ(messages.error().kind, base::ErrorKind::event_invalid);
    return messages.error().message;
}

TEST(SqsEvent, ReadsItsMessages) {
    const auto messages = event::parse_sqs_event(
        R"({"Records":[{"messageId":"1","eventSource":"aws:sqs","body":"{\"a\":1}"},)"
        R"({"messageId":"2","eventSource":"aws:sqs"}]})");
    ASSERT_TRUE(messages && messages->has_value());
    const auto& read = messages->value();
    ASSERT_EQ(read.size(), 2U);
    EXPECT_EQ(read[0].message_id, "1");
    EXPECT_EQ(read[0].body, R"({"a":1})");
    EXPECT_EQ(read[1].body, "");
}

TEST(SqsEvent, IsNotWhatOthersSend) {
    for (const char* text : {"{}", "[]", R"({"Records":[]})", R"({"Records":{}})",
                             R"({"Records":[{"eventSource":"aws:s3"}]})", R"({"Records":[1]})"})
        EXPECT_FALSE(event::parse_sqs_event(text).value().has_value()) << text;
}

TEST(SqsEvent, NamesWhatIsWrong) {
    EXPECT_THAT(fault_of("{"), HasSubstr("the event"));
    EXPECT_THAT(fault_of(R"({"Records":[{"eventSource":"aws:sqs","body":""}]})"),
                HasSubstr("no messageId"));
    EXPECT_THAT(fault_of(R"({"Records":[{"eventSource":"aws:sqs","messageId":""}]})"),
                HasSubstr("no messageId"));
    EXPECT_THAT(fault_of(R"({"Records":[{"eventSource":"aws:sqs","messageId":"1"},{}]})"),
                HasSubstr("not all those of an SQS queue"));
}

}  // namespace
