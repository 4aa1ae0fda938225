#include "common/event/s3_event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Each object as BUCKET KEY.
std::vector<std::string> objects_of(std::string_view text) {
    const auto objects = event::parse_s3_event(text);
    if (!objects) return {"fault: " + objects.error().message};
    if (!objects->has_value()) return {"no event of S3"};
    std::vector<std::string> read;
    for (const event::S3Object& object : objects->value())
        read.push_back(object.bucket + " " + object.key +
                       (object.decoded_key ? " or " + *object.decoded_key : ""));
    return read;
}

std::string fault_of(std::string_view text) {
    const auto objects = event::parse_s3_event(text);
    if (objects) return "no fault";
    EXPECT_EQ(objects.error().kind, base::ErrorKind::event_invalid);
    return objects.error().message;
}

std::string record(const std::string& name, const std::string& key) {
    return R"({"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"us-west-2",)"
           R"("eventTime":"1970-01-01T00:00:00.000Z","eventName":")" +
           name +
           R"(","s3":{"s3SchemaVersion":"1.0","configurationId":"c","bucket":{"name":"b",)"
           R"("arn":"arn:aws:s3:::b"},"object":{"key":")" +
           key + R"(","size":1024,"eTag":"d41d8cd98f00b204e9800998ecf8427e"}}})";
}

// The sample of "Amazon S3 event notifications with EventBridge".
std::string bridge(const std::string& type, const std::string& key) {
    return R"({"version":"0","id":"17793124-05d4-b198-2fde-7ededc63b103","detail-type":")" + type +
           R"(","source":"aws.s3","account":"123456789012","time":"2021-11-12T00:00:00Z",)"
           R"("region":"ca-central-1","resources":["arn:aws:s3:::example-bucket"],"detail":)"
           R"({"version":"0","bucket":{"name":"example-bucket"},"object":{"key":")" +
           key + R"(","size":5,"etag":"b1946ac92492d2347c6235b4d2611184"},"reason":"PutObject"}})";
}

TEST(S3Event, ReadsANotificationsKeysDecoded) {
    EXPECT_THAT(
        objects_of(R"({"Records":[)" + record("ObjectCreated:Put", "red+flower.jpg") + "," +
                   record("ObjectCreated:CompleteMultipartUpload", "a%2Bb/%C3%A4%25") + "]}"),
        ElementsAre("b red flower.jpg", "b a+b/\xC3\xA4%"));
}

TEST(S3Event, ReadsEventBridgesKeysAsTheyAreOrDecoded) {
    EXPECT_THAT(objects_of(bridge("Object Created", "a/b=c.json")),
                ElementsAre("example-bucket a/b=c.json"));
    EXPECT_THAT(objects_of(bridge("Object Created", "a+b %41")),
                ElementsAre("example-bucket a+b %41 or a b A"));
    EXPECT_THAT(objects_of(bridge("Object Created", "100%")), ElementsAre("example-bucket 100%"));
}

TEST(S3Event, PassesOverWhatCreatesNothing) {
    EXPECT_THAT(objects_of(R"({"Records":[)" + record("ObjectRemoved:Delete", "a") + "]}"),
                IsEmpty());
    EXPECT_THAT(objects_of(bridge("Object Deleted", "a")), IsEmpty());
    EXPECT_THAT(
        objects_of(R"({"Service":"Amazon S3","Event":"s3:TestEvent",)"
                   R"("Time":"2014-10-13T15:57:02.089Z","Bucket":"b","RequestId":"5582",)"
                   R"("HostId":"8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR+YstdA6Knx4Ip"})"),
        IsEmpty());
}

TEST(S3Event, IsNotWhatOthersSend) {
    for (const char* text :
         {"{}", "[]", "1", R"({"Records":[]})", R"({"Records":[{"eventSource":"aws:sqs"}]})",
          R"({"source":"aws.events","detail-type":"Object Created"})"})
        EXPECT_THAT(objects_of(text), ElementsAre("no event of S3")) << text;
}

TEST(S3Event, NamesWhatIsWrong) {
    EXPECT_THAT(fault_of("{"), HasSubstr("the event"));
    EXPECT_THAT(fault_of(R"({"Records":[)" + record("ObjectCreated:Put", "%4") + "]}"),
                HasSubstr("not URL-encoded"));
    EXPECT_THAT(fault_of(R"({"Records":[)" + record("ObjectCreated:Put", "") + "]}"),
                HasSubstr("object's key"));
    EXPECT_THAT(fault_of(R"({"Records":[)" + record("ObjectCreated:Put", "a") + ",{}]}"),
                HasSubstr("not all those of S3"));
    EXPECT_THAT(
        fault_of(R"({"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put"}]})"),
        HasSubstr("no bucket and object"));
    EXPECT_THAT(fault_of(R"({"source":"aws.s3","detail-type":"Object Created","detail":{)"
                         R"("bucket":{},"object":{"key":"k"}}})"),
                HasSubstr("does not name its bucket"));
}

}  // namespace
