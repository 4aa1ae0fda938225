#include "common/aws/sqs_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/common/aws/client_fixture.h"

namespace aws {
namespace {

using base::ErrorKind;
using testing::HasSubstr;

constexpr const char* kQueue = "https://sqs.eu-west-1.amazonaws.com/123456789012/poison";
// RFC 1321: MD5 of "a" and of "abc".
constexpr const char* kMd5OfA = "0cc175b9c0f1b6a831c399e269772661";
constexpr const char* kMd5OfAbc = "900150983cd24fb0d6963f7d28e17f72";

std::string stored(const char* id, const char* md5) {
    return std::string(R"({"Id":")") + id + R"(","MessageId":"m","MD5OfMessageBody":")" + md5 +
           "\"}";
}

class SqsClientTest : public ClientTest {
  protected:
    base::Result<std::vector<base::Result<base::Done>>> send(
        const std::vector<SqsMessage>& messages, std::string_view url = kQueue) {
        const auto queue = parse_queue_url(url);
        settings_ = settings_for_queue(settings_, *queue);
        return SqsClient(client()).send_message_batch(*queue, messages, {clock_.now_ms() + 60'000});
    }
    // What becomes of the message "a" under this answer.
    base::Result<base::Done> outcome_of_a(const std::string& answer) {
        http_.answer(200, answer);
        auto outcomes = send({{"a"}});
        EXPECT_TRUE(outcomes.ok());
        return outcomes->at(0);
    }
};

TEST_F(SqsClientTest, SendsTheRequestOfTheApiReference) {
    http_.answer(200,
                 R"({"Successful":[)" + stored("1", kMd5OfAbc) + "," + stored("0", kMd5OfA) + "]}");
    const auto outcomes = send({{"a"}, {"abc"}});
    ASSERT_TRUE(outcomes.ok());
    EXPECT_TRUE(outcomes->at(0).ok());
    EXPECT_TRUE(outcomes->at(1).ok());
    const http::Request& request = http_.requests().at(0);
    EXPECT_EQ(request.url, "https://sqs.eu-west-1.amazonaws.com/");
    EXPECT_EQ(sent(0, "X-Amz-Target"), "AmazonSQS.SendMessageBatch");
    EXPECT_EQ(sent(0, "Content-Type"), "application/x-amz-json-1.0");
    EXPECT_THAT(sent(0, "Authorization"), HasSubstr("/eu-west-1/sqs/aws4_request"));
    EXPECT_EQ(request.body, std::string(R"({"QueueUrl":")") + kQueue +
                                R"(","Entries":[{"Id":"0","MessageBody":"a"},)"
                                R"({"Id":"1","MessageBody":"abc"}]})");
}

TEST_F(SqsClientTest, GivesGroupAndDeduplicationToAFifoQueueAlone) {
    const SqsMessage message{"a", "the group", "the digest"};
    http_.answer(200, R"({"Successful":[)" + stored("0", kMd5OfA) + "]}");
    ASSERT_TRUE(send({message}, std::string(kQueue) + ".fifo").ok());
    EXPECT_THAT(http_.requests()[0].body,
                HasSubstr(R"("MessageGroupId":"the group","MessageDeduplicationId":"the digest")"));
    http_.answer(200, R"({"Successful":[)" + stored("0", kMd5OfA) + "]}");
    ASSERT_TRUE(send({message}).ok());
    EXPECT_THAT(http_.requests()[1].body, testing::Not(HasSubstr("the group")));
}

TEST_F(SqsClientTest, OnlyTheRightMd5SaysThatItIsStored) {
    EXPECT_TRUE(outcome_of_a(R"({"Successful":[)" + stored("0", kMd5OfA) + "]}").ok());
    for (const std::string& answer :
         {std::string(), std::string("{}"), std::string("[]"), std::string(R"({"Successful":[]})"),
          std::string(R"({"Successful":7})"), std::string(R"({"Successful":[{"Id":"0"}]})"),
          R"({"Successful":[)" + stored("0", kMd5OfAbc) + "]}",
          R"({"Successful":[)" + stored("1", kMd5OfA) + "]}",
          R"({"Successful":[)" + stored("0x", kMd5OfA) + "]}",
          R"({"Successful":[)" + stored("-1", kMd5OfA) + "]}"}) {
        const auto outcome = outcome_of_a(answer);
        ASSERT_FALSE(outcome.ok()) << answer;
        EXPECT_EQ(outcome.error().kind, ErrorKind::outcome_unknown);
    }
}

TEST_F(SqsClientTest, TellsWhatBecameOfEachMessage) {
    http_.answer(200,
                 R"({"Successful":[)" + stored("1", kMd5OfAbc) +
                     R"(],"Failed":[{"Id":"0","Code":"InvalidMessageContents","SenderFault":true},)"
                     R"({"Id":"2","Code":"InternalError","SenderFault":false}]})");
    const auto outcomes = send({{"a"}, {"abc"}, {"c"}});
    ASSERT_TRUE(outcomes.ok());
    EXPECT_EQ(outcomes->at(0).error().kind, ErrorKind::rejected);
    EXPECT_THAT(outcomes->at(0).error().message,
                HasSubstr("queue poison: a message came back with InvalidMessageContents"));
    EXPECT_TRUE(outcomes->at(1).ok());
    EXPECT_EQ(outcomes->at(2).error().kind, ErrorKind::service_failed);
}

TEST_F(SqsClientTest, AFailureWinsWhereAMessageIsNamedTwice) {
    EXPECT_FALSE(outcome_of_a(R"({"Successful":[)" + stored("0", kMd5OfA) +
                              R"(],"Failed":[{"Id":"0","Code":"InternalError"}]})")
                     .ok());
}

TEST_F(SqsClientTest, AnErrorIsAboutAllMessages) {
    http_.answer(400, R"({"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"x"})");
    const auto outcomes = send({{"a"}});
    ASSERT_FALSE(outcomes.ok());
    EXPECT_EQ(outcomes.error().code, "QueueDoesNotExist");
}

TEST(QueueUrl, TellsRegionHostAndKind) {
    struct Case {
        const char* url;
        const char* endpoint_url;
        const char* region;
        bool is_fifo;
    };
    for (const Case& c : {
             Case{"https://sqs.us-east-1.amazonaws.com/123456789012/q",
                  "https://sqs.us-east-1.amazonaws.com", "us-east-1", false},
             Case{"https://sqs.cn-north-1.amazonaws.com.cn/123456789012/q.fifo",
                  "https://sqs.cn-north-1.amazonaws.com.cn", "cn-north-1", true},
             Case{"https://sqs-fips.us-gov-west-1.amazonaws.com/1/q",
                  "https://sqs-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1", false},
             Case{"https://vpce-0a-1b.sqs.eu-west-1.vpce.amazonaws.com/1/q",
                  "https://vpce-0a-1b.sqs.eu-west-1.vpce.amazonaws.com", "eu-west-1", false},
             Case{"https://eu-west-2.queue.amazonaws.com/1/q",
                  "https://eu-west-2.queue.amazonaws.com", "eu-west-2", false},
             Case{"https://queue.amazonaws.com/1/q", "https://queue.amazonaws.com", "us-east-1",
                  false},
             Case{"http://127.0.0.1:5000/123456789012/a_b-9", "http://127.0.0.1:5000", "", false},
         }) {
        const auto queue = parse_queue_url(c.url);
        ASSERT_TRUE(queue.ok()) << c.url;
        EXPECT_EQ(queue->url, c.url);
        EXPECT_EQ(queue->endpoint_url, c.endpoint_url);
        EXPECT_EQ(queue->region, c.region) << c.url;
        EXPECT_EQ(queue->is_fifo, c.is_fifo) << c.url;
    }
}

TEST(QueueUrl, RefusesEverythingElse) {
    for (const std::string url :
         {"", "poison", "arn:aws:sqs:us-east-1:123456789012:poison", "https://", "ftp://host/1/q",
          "https://sqs.us-east-1.amazonaws.com", "https://sqs.us-east-1.amazonaws.com/q",
          "https://sqs.us-east-1.amazonaws.com/1/", "https://sqs.us-east-1.amazonaws.com//q",
          "https://sqs.us-east-1.amazonaws.com/1/q/r",
          "https://sqs.us-east-1.amazonaws.com/1/q?a=b",
          "https://sqs.us-east-1.amazonaws.com/1/q q",
          "https://sqs.us-east-1.amazonaws.com/1/.fifo", "http://sqs.us-east-1.amazonaws.com/1/q",
          "https://169.254.169.254/1/q"}) {
        const auto queue = parse_queue_url(url);
        ASSERT_FALSE(queue.ok()) << url;
        EXPECT_EQ(queue.error().kind, ErrorKind::config_invalid);
    }
    const std::string stem = "https://sqs.us-east-1.amazonaws.com/1/";
    EXPECT_TRUE(parse_queue_url(stem + std::string(80, 'q')).ok());
    EXPECT_FALSE(parse_queue_url(stem + std::string(81, 'q')).ok());
}

TEST(QueueUrl, AnEndpointOverrideWins) {
    const auto queue = parse_queue_url(kQueue);
    ClientSettings settings;
    settings.region = "us-east-1";
    EXPECT_EQ(settings_for_queue(settings, *queue).region, "eu-west-1");
    EXPECT_EQ(settings_for_queue(settings, *queue).service_endpoint_urls.at(0).second,
              "https://sqs.eu-west-1.amazonaws.com");
    settings.endpoint_url = "http://127.0.0.1:5000";
    EXPECT_TRUE(settings_for_queue(settings, *queue).service_endpoint_urls.empty());
    settings.endpoint_url = "";
    settings.service_endpoint_urls = {{"SQS", "http://127.0.0.1:1"}};
    EXPECT_EQ(settings_for_queue(settings, *queue).service_endpoint_urls.size(), 1U);
}

}  // namespace
}  // namespace aws
