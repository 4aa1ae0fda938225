#include "bench/change_payload.h"

#include <array>
#include <string_view>

#include <fmt/format.h>

#include "common/codec/base64.h"

namespace bench {
namespace {

constexpr std::size_t kEventBytesMax = 6'291'456;
constexpr std::uint64_t kFirstTimeMs = 1'795'136'523'000;

constexpr std::array<std::string_view, 16> kWords = {
    "amber",  "basalt", "copper",  "delta",   "ember",  "fjord", "granite", "harbour",
    "island", "jasper", "kestrel", "lantern", "meadow", "north", "opal",    "Zürich"};

// SplitMix64.
class Random {
  public:
    explicit Random(std::uint64_t seed) : state_(seed * 0x9E37'79B9'7F4A'7C15U + 1) {}

    std::uint64_t next() {
        std::uint64_t z = (state_ += 0x9E37'79B9'7F4A'7C15U);
        z = (z ^ (z >> 30U)) * 0xBF58'476D'1CE4'E5B9U;
        z = (z ^ (z >> 27U)) * 0x94D0'49BB'1331'11EBU;
        return z ^ (z >> 31U);
    }
    std::uint64_t below(std::uint64_t bound) { return next() % bound; }

  private:
    std::uint64_t state_;
};

std::string words(Random& random, std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
        text.append(i == 0 ? "" : " ").append(kWords[random.below(kWords.size())]);
    return text;
}

std::string uuid(Random& random) {
    return fmt::format("{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}", random.below(1ULL << 32U),
                       random.below(1U << 16U), random.below(1U << 12U), random.below(1U << 12U),
                       random.below(1ULL << 48U));
}

std::string order_line(Random& random) {
    return fmt::format(
        R"({{"M":{{"sku":{{"S":"SKU-{:06}"}},"quantity":{{"N":"{}"}},"price":{{"N":"{}.{:02}"}}}}}})",
        random.below(1'000'000), 1 + random.below(9), random.below(1'000), random.below(100));
}

std::string image(Random& random, std::string_view key) {
    std::string text = fmt::format(
        R"({{"order_id":{{"S":"{}"}},"customer":{{"S":"{}"}},"status":{{"S":"{}"}},)"
        R"("created_at":{{"N":"{}"}},"total":{{"N":"{}.{:02}"}},"currency":{{"S":"EUR"}},)"
        R"("gift":{{"BOOL":{}}},"coupon":{{"NULL":true}},"tags":{{"SS":["{}","{}x"]}},)",
        key, words(random, 2), random.below(2) == 0 ? "SHIPPED" : "OPEN",
        kFirstTimeMs + random.below(1'000'000), random.below(10'000), random.below(100),
        random.below(2) == 0 ? "true" : "false", words(random, 1), words(random, 1));
    text += fmt::format(R"("address":{{"M":{{"street":{{"S":"{}"}},"zip":{{"S":"{:05}"}},)"
                        R"("city":{{"S":"{}"}}}}}},"note":{{"S":"{}"}},"lines":{{"L":[)",
                        words(random, 2), random.below(100'000), words(random, 1),
                        words(random, 2 + random.below(14)));
    const std::size_t lines = 1 + random.below(2);
    for (std::size_t i = 0; i < lines; ++i)
        text.append(i == 0 ? "" : ",").append(order_line(random));
    return text + R"(]},"digest":{"B":"aGVsbG8gbGFrZSBmZWVkISE="}})";
}

std::string images(Random& random, std::uint64_t kind, std::string_view key) {
    std::string text = fmt::format(R"("Keys":{{"order_id":{{"S":"{}"}}}})", key);
    if (kind != 0) text += R"(,"NewImage":)" + image(random, key);
    if (kind != 1) text += R"(,"OldImage":)" + image(random, key);
    return text;
}

}  // namespace

std::string change_record(std::uint64_t number) {
    Random random(number);
    const std::uint64_t kind = random.below(10);  // 0 removed, 1 to 4 inserted, else modified
    const std::string key = uuid(random);
    const std::string_view name = kind == 0 ? "REMOVE" : (kind < 5 ? "INSERT" : "MODIFY");
    const std::uint64_t time_ms = kFirstTimeMs + number * 7;
    std::string record = fmt::format(
        R"({{"awsRegion":"us-east-1","eventID":"{}","eventName":"{}","userIdentity":null,)"
        R"("recordFormat":"application/json","tableName":"orders","dynamodb":{{)"
        R"("ApproximateCreationDateTime":{},)",
        uuid(random), name, time_ms);
    record += images(random, kind == 0 ? 0 : (kind < 5 ? 1 : 2), key);
    return record + fmt::format(R"(,"SizeBytes":{}}},"eventSource":"aws:dynamodb"}})",
                                200 + random.below(900));
}

namespace {

constexpr std::string_view kFirehoseStart =
    R"({"invocationId":"cc9ae8bd-4a2d-4d10-a1a5-1e1a1d1c1b1a",)"
    R"("deliveryStreamArn":"arn:aws:firehose:us-east-1:123456789012:deliverystream/lake",)"
    R"("sourceKinesisStreamArn":"arn:aws:kinesis:us-east-1:123456789012:stream/orders",)"
    R"("region":"us-east-1","records":[)";

std::string firehose_record(std::uint64_t number) {
    return fmt::format(
        R"({{"recordId":"4954698668313554428650745793632162567570019247{:010}000000",)"
        R"("approximateArrivalTimestamp":{},"data":"{}"}})",
        number, kFirstTimeMs + number * 7 + 400, codec::base64_encode(change_record(number)));
}

}  // namespace

std::string firehose_event(std::size_t records) {
    std::string event(kFirehoseStart);
    for (std::size_t i = 0; i < records; ++i)
        event.append(i == 0 ? "" : ",").append(firehose_record(i));
    return event + "]}";
}

std::string largest_firehose_event() {
    std::string event(kFirehoseStart);
    for (std::size_t i = 0;; ++i) {
        const std::string record = firehose_record(i);
        if (event.size() + record.size() + 3 > kEventBytesMax) return event + "]}";
        event.append(i == 0 ? "" : ",").append(record);
    }
}

std::string stream_event(std::size_t records) {
    std::string event = R"({"Records":[)";
    for (std::size_t i = 0; i < records; ++i) {
        Random random(i);
        const std::uint64_t kind = random.below(10);
        const std::string key = uuid(random);
        const std::string_view name = kind == 0 ? "REMOVE" : (kind < 5 ? "INSERT" : "MODIFY");
        event += fmt::format(R"({}{{"eventID":"{:032x}","eventName":"{}","eventVersion":"1.1",)"
                             R"("eventSource":"aws:dynamodb","awsRegion":"us-east-1","dynamodb":{{)"
                             R"("ApproximateCreationDateTime":1.{:09}E9,)",
                             i == 0 ? "" : ",", i, name, 795'136'523 + i);
        event += images(random, kind == 0 ? 0 : (kind < 5 ? 1 : 2), key);
        event += fmt::format(
            R"(,"SequenceNumber":"{:021}","SizeBytes":{},"StreamViewType":"NEW_AND_OLD_IMAGES"}},)"
            R"("eventSourceARN":"arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/)"
            R"(2026-01-01T00:00:00.000"}})",
            400'000'000'000 + i, 200 + random.below(900));
    }
    return event + "]}";
}

namespace {

constexpr std::uint64_t kItems = 100'000;

std::string kilobyte_stream_record(std::uint64_t number) {
    Random random(number);
    const std::uint64_t kind = random.below(10);
    Random of_item(random.below(kItems));
    const std::string key = uuid(of_item);
    const bool is_remove = kind == 0;
    std::string record =
        fmt::format(R"({{"eventID":"{:032x}","eventName":"{}","eventVersion":"1.1",)"
                    R"("eventSource":"aws:dynamodb","awsRegion":"us-east-1","dynamodb":{{)"
                    R"("ApproximateCreationDateTime":{},"Keys":{{"order_id":{{"S":"{}"}}}},)",
                    number, is_remove ? "REMOVE" : (kind < 5 ? "INSERT" : "MODIFY"),
                    (kFirstTimeMs + number) / 1000, key);
    if (!is_remove) record += R"("NewImage":)" + image(random, key) + ",";
    record += fmt::format(R"("SequenceNumber":"{:021}","SizeBytes":{},)"
                          R"("StreamViewType":"NEW_IMAGE"}},)",
                          400'000'000'000 + number, 200 + random.below(900));
    if (is_remove && number % 2 == 0)
        record += R"("userIdentity":{"type":"Service","principalId":"dynamodb.amazonaws.com"},)";
    return record + R"("eventSourceARN":"arn:aws:dynamodb:us-east-1:123456789012:table/orders/)"
                    R"(stream/2026-01-01T00:00:00.000"})";
}

}  // namespace

std::string kilobyte_stream_event(std::size_t records) {
    std::string event = R"({"Records":[)";
    for (std::size_t i = 0; i < records; ++i) {
        const std::string record = kilobyte_stream_record(i);
        if (event.size() + record.size() + 3 > kEventBytesMax) break;
        event.append(i == 0 ? "" : ",").append(record);
    }
    return event + "]}";
}

}  // namespace bench
