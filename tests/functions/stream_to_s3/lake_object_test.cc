#include "functions/stream_to_s3/lake_object.h"

#include <gtest/gtest.h>

#include "common/codec/gzip.h"

namespace {

using stream_to_s3::Format;
using stream_to_s3::LakeObject;

LakeObject object(std::vector<std::string_view> numbers) {
    return {.table = "orders",
            .dt = "20261121",
            .records = {},
            .sequence_numbers = std::move(numbers),
            .text = "{}\n"};
}

stream_to_s3::Config config(const std::string& uri) {
    stream_to_s3::Config config;
    config.lake_uri = uri;
    return config;
}

std::string key_of(const LakeObject& object, const std::string& uri = "s3://lake/x/") {
    return place_of(object, config(uri)).key;
}

// printf '999\n1000\n' | sha256sum | cut -c 1-8
TEST(LakeObject, IsNamedByItsChanges) {
    EXPECT_EQ(key_of(object({"999", "1000"})), "x/dt=20261121/orders-999-1000-c83ee59f.json.gz");
    EXPECT_EQ(key_of(object({"999", "1000"}), "s3://lake/{table}"),
              "orders/dt=20261121/orders-999-1000-c83ee59f.json.gz");
    EXPECT_EQ(place_of(object({"1"}), config("s3://lake")).bucket, "lake");
}

TEST(LakeObject, HasAnotherNameWhereAChangeIsMissing) {
    EXPECT_NE(key_of(object({"1", "2", "3"})), key_of(object({"1", "3"})));
    EXPECT_EQ(key_of(object({"1", "2", "3"})), key_of(object({"1", "2", "3"})));
}

TEST(LakeObject, IsGzippedOrPlain) {
    EXPECT_EQ(codec::gzip_decompress(body_of(object({"1"}), Format::json), 100).value(), "{}\n");
    EXPECT_EQ(body_of(object({"1"}), Format::csv), "{}\n");
    stream_to_s3::Config csv = config("s3://lake/");
    csv.format = Format::csv;
    EXPECT_TRUE(place_of(object({"1"}), csv).key.ends_with(".csv"));
}

}  // namespace
