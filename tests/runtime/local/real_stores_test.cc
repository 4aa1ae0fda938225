#include "runtime/local/real_stores.h"

#include <array>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes.h"

namespace local {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const lake::ObjectUri kFolder{.bucket = "", .key = "lake"};
const lake::ObjectUri kBucket{.bucket = "lake-bucket", .key = "orders/"};

// What is wrong with the settings of a backfill from a folder to a bucket.
std::string fault_of(const tests::FakeEnvironment& environment) {
    base::SettingsReader reader(environment);
    read_store_settings(reader, environment, std::array{kFolder, kBucket});
    const auto fault = reader.fault();
    return fault ? fault->message : "";
}

TEST(RealStores, NeedNoAwsForFolders) {
    const tests::FakeEnvironment environment;
    base::SettingsReader reader(environment);
    EXPECT_FALSE(read_store_settings(reader, environment, std::array{kFolder, kFolder}).aws);
    EXPECT_FALSE(reader.fault());
}

TEST(RealStores, NeedRegionAndCredentialsForABucket) {
    EXPECT_THAT(fault_of({}),
                AllOf(HasSubstr("AWS_REGION is not set"), HasSubstr("AWS_ACCESS_KEY_ID is not set"),
                      HasSubstr("aws configure export-credentials --format env")));
    EXPECT_THAT(fault_of({{"AWS_REGION", "eu-west-1"}, {"AWS_ACCESS_KEY_ID", "AKIA"}}),
                AllOf(Not(HasSubstr("AWS_REGION")), HasSubstr("AWS_SECRET_ACCESS_KEY is not set")));
    EXPECT_EQ(fault_of({{"AWS_REGION", "eu-west-1"},
                        {"AWS_ACCESS_KEY_ID", "AKIA"},
                        {"AWS_SECRET_ACCESS_KEY", "secret"}}),
              "");
}

TEST(RealStores, TakeAContainersCredentials) {
    for (const char* name :
         {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"}) {
        EXPECT_EQ(fault_of({{"AWS_REGION", "eu-west-1"}, {name, "http://127.0.0.1/c"}}), "")
            << name;
    }
}

TEST(RealStores, GiveOneStoreForEachPlace) {
    const tests::FakeEnvironment environment{{"AWS_REGION", "eu-west-1"},
                                             {"AWS_ACCESS_KEY_ID", "AKIA"},
                                             {"AWS_SECRET_ACCESS_KEY", "secret"}};
    base::SettingsReader reader(environment);
    tests::FakeClock clock;
    const StoreSettings settings =
        read_store_settings(reader, environment, std::array{kFolder, kBucket});
    const auto stores = make_real_stores(settings, environment, clock);
    EXPECT_EQ(&stores->at(kBucket), &stores->at(kBucket.below("x")));
    EXPECT_NE(&stores->at(kBucket), &stores->at({.bucket = "another-bucket", .key = ""}));
    EXPECT_NE(&stores->at(kBucket), &stores->at(kFolder));
}

TEST(RealStores, ReachAFolder) {
    const tests::FakeEnvironment environment;
    tests::FakeClock clock;
    const std::string path = testing::TempDir() + "real_stores_test/x";
    const auto stores = make_real_stores({}, environment, clock);
    lake::ObjectStore& store = stores->at({.bucket = "", .key = path});
    ASSERT_TRUE(lake::write_object(store, path, "text/plain", "bytes"));
    const auto read = lake::read_object(store, path, 100);
    EXPECT_TRUE(read && *read == "bytes");
    std::filesystem::remove_all(testing::TempDir() + "real_stores_test");
}

}  // namespace
}  // namespace local
