#include "runtime/local/object_store.h"

#include <filesystem>
#include <map>
#include <mutex>

#include <gtest/gtest.h>

#include "runtime/local/http_server.h"
#include "runtime/local/package.h"
#include "runtime/local/sample_case.h"

namespace local {
namespace {

TEST(FolderStore, MakesFoldersOfSlashesAndReplaces) {
    const auto folder = TemporaryFolder::make();
    ASSERT_TRUE(folder);
    FolderStore store(folder->path());
    ASSERT_TRUE(store.put("dt=20261120/a b.gz", "one"));
    ASSERT_TRUE(store.put("dt=20261120/a b.gz", std::string("two\0x", 5)));
    EXPECT_EQ(*read_file(folder->path() + "/dt=20261120/a b.gz"), std::string("two\0x", 5));
    const auto files = std::filesystem::directory_iterator(folder->path() + "/dt=20261120");
    EXPECT_EQ(std::distance(begin(files), end(files)), 1) << "no part is left behind";
}

TEST(FolderStore, NeverLeavesItsFolder) {
    const auto folder = TemporaryFolder::make();
    ASSERT_TRUE(folder);
    FolderStore store(folder->path());
    for (const char* key : {"", "/etc/x", "../x", "a/../../x", "a/"}) {
        const auto put = store.put(key, "x");
        ASSERT_FALSE(put) << key;
        EXPECT_EQ(put.error().kind, base::ErrorKind::rejected);
    }
}

TEST(FolderStore, SaysWhatCannotBeWritten) {
    const auto folder = TemporaryFolder::make();
    ASSERT_TRUE(folder);
    FolderStore store(folder->path());
    ASSERT_TRUE(store.put("a", "x"));
    const auto put = store.put("a/b", "x");  // a is a file
    ASSERT_FALSE(put);
    EXPECT_EQ(put.error().kind, base::ErrorKind::rejected);
    EXPECT_NE(put.error().message.find("write " + folder->path() + "/a/b: Not a directory"),
              std::string::npos);
}

// A server that keeps what is put, and answers with the status it is told.
struct S3Server {
    std::mutex mutex;
    std::map<std::string, std::string> objects;
    int status = 200;
    HttpServer server;

    S3Server() {
        const auto started = server.start([this](HttpExchange& exchange) {
            const std::string target(exchange.target());
            MessageBody body = exchange.read_body(1'000'000);
            const std::lock_guard lock(mutex);
            if (status == 200) objects[target] = body.bytes;
            return HttpAnswer{.status = status, .headers = {}, .body = {}};
        });
        EXPECT_TRUE(started);
    }
};

TEST(S3Store, PutsTheBytesUnderTheEncodedKey) {
    S3Server server;
    S3Store store(server.server.port(), "bucket");
    const std::string bytes("\x1f\x8b\0\n", 4);
    ASSERT_TRUE(store.put("dt=20261120/a b+c.gz", bytes));
    EXPECT_EQ(server.objects.at("/bucket/dt%3D20261120/a%20b%2Bc.gz"), bytes);
}

TEST(S3Store, TellsARefusalFromAFailure) {
    S3Server server;
    S3Store store(server.server.port(), "bucket");
    server.status = 404;
    EXPECT_EQ(store.put("a", "x").error().kind, base::ErrorKind::rejected);
    server.status = 503;
    EXPECT_EQ(store.put("a", "x").error().kind, base::ErrorKind::service_failed);
    server.server.stop();
    EXPECT_FALSE(store.put("a", "x"));
}

}  // namespace
}  // namespace local
