// What can go wrong at the start; that it serves, and ends without a trace, the end-to-end tests
// show.
#include "runtime/local/dynamodb_local.h"

#include <filesystem>

#include <gtest/gtest.h>

namespace {

struct EmptyFolder {
    EmptyFolder() { std::filesystem::create_directories(path + "/lib"); }
    EmptyFolder(const EmptyFolder&) = delete;
    EmptyFolder& operator=(const EmptyFolder&) = delete;
    EmptyFolder(EmptyFolder&&) = delete;
    EmptyFolder& operator=(EmptyFolder&&) = delete;
    ~EmptyFolder() { std::filesystem::remove_all(path); }
    std::string path = testing::TempDir() + "dynamodb_local_test";
};

TEST(DynamoDbLocal, FolderThatIsNotThereIsAConfigError) {
    const auto server = local::DynamoDbLocal::start("/nowhere", {});
    ASSERT_FALSE(server);
    EXPECT_EQ(server.error().kind, base::ErrorKind::config_invalid);
    EXPECT_NE(server.error().message.find("deploy/setup test installs it"), std::string::npos);
}

TEST(DynamoDbLocal, ProgramThatEndsAtOnceIsAConfigError) {
    const EmptyFolder folder;
    const auto server = local::DynamoDbLocal::start(folder.path, {});
    ASSERT_FALSE(server);
    EXPECT_EQ(server.error().kind, base::ErrorKind::config_invalid);
    EXPECT_NE(server.error().message.find("it ended at once"), std::string::npos);
}

TEST(DynamoDbLocal, StartCanBeInterrupted) {
    const EmptyFolder folder;
    std::stop_source stop;
    stop.request_stop();
    const auto server = local::DynamoDbLocal::start(folder.path, stop.get_token());
    ASSERT_FALSE(server);
    EXPECT_NE(server.error().message.find("interrupted"), std::string::npos);
}

}  // namespace
