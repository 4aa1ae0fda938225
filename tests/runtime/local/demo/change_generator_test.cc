#include "runtime/local/demo/change_generator.h"

#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "common/codec/json.h"

namespace {

using demo::ChangeBatch;
using demo::ChangeGenerator;

codec::JsonDocument parse(const std::string& text) {
    auto json = codec::parse_json(text, "a request");
    EXPECT_TRUE(json) << (json ? "" : json.error().message);
    return json ? *std::move(json) : codec::JsonDocument();
}

// A table that takes BatchWriteItem's requests and counts what DynamoDB's stream would tell.
struct Table {
    std::set<std::string> keys = {};
    ChangeBatch counted = {};

    void take(const std::string& request) {
        const auto json = parse(request);
        std::set<std::string> in_batch;
        for (const auto& one : json["RequestItems"]["orders"].GetArray()) {
            const bool put = one.HasMember("PutRequest");
            const auto& image = put ? one["PutRequest"]["Item"] : one["DeleteRequest"]["Key"];
            const std::string key =
                codec::write_json(image["customer"]) + codec::write_json(image["orderId"]);
            EXPECT_TRUE(in_batch.insert(key).second) << "BatchWriteItem takes a key once";
            if (!put) {
                counted.removes += static_cast<std::int64_t>(keys.erase(key));
            } else if (keys.insert(key).second) {
                ++counted.inserts;
            } else {
                ++counted.modifies;
            }
        }
        EXPECT_LE(in_batch.size(), 25U);
    }
};

TEST(ChangeGenerator, EachRequestChangesTheTable) {
    ChangeGenerator generator(7, 40);
    Table table;
    ChangeBatch told;
    for (int i = 0; i < 50; ++i) {
        const ChangeBatch batch = generator.next(1'000);
        table.take(batch.request);
        told.inserts += batch.inserts;
        told.modifies += batch.modifies;
        told.removes += batch.removes;
    }
    EXPECT_EQ(told.inserts, table.counted.inserts);
    EXPECT_EQ(told.modifies, table.counted.modifies);
    EXPECT_EQ(told.removes, table.counted.removes);
    EXPECT_GT(told.removes, 0);
    EXPECT_GT(told.modifies, told.removes);
}

TEST(ChangeGenerator, MakesNoMoreThanItIsAskedFor) {
    ChangeGenerator generator(1, 100);
    EXPECT_EQ(generator.next(3).changes(), 3);
    EXPECT_EQ(generator.next(100).changes(), 25);
    ChangeGenerator few(1, 2);
    EXPECT_EQ(few.next(100).changes(), 2);
}

TEST(ChangeGenerator, IsTheSameForTheSameSeed) {
    ChangeGenerator one(3, 50);
    ChangeGenerator same(3, 50);
    ChangeGenerator other(4, 50);
    const std::string request = one.next(25).request;
    EXPECT_EQ(request, same.next(25).request);
    EXPECT_NE(request, other.next(25).request);
}

TEST(ChangeGenerator, HoldsAllTenTypesAndNumbersOf38Digits) {
    ChangeGenerator generator(1, 50);
    const auto json = parse(generator.next(25).request);
    std::map<std::string, int> types;
    std::size_t digits_max = 0;
    for (const auto& one : json["RequestItems"]["orders"].GetArray()) {
        for (const auto& attribute : one["PutRequest"]["Item"].GetObject()) {
            const auto& typed = *attribute.value.GetObject().MemberBegin();
            ++types[typed.name.GetString()];
            if (std::string(typed.name.GetString()) != "N") continue;
            std::size_t digits = 0;
            for (const char letter : std::string(typed.value.GetString()))
                digits += letter >= '0' && letter <= '9' ? 1 : 0;
            EXPECT_LE(digits, 38U) << typed.value.GetString();
            digits_max = std::max(digits_max, digits);
        }
    }
    EXPECT_EQ(types.size(), 10U);
    EXPECT_EQ(digits_max, 38U);
}

}  // namespace
