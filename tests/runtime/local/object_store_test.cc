#include "runtime/local/object_store.h"

#include <map>
#include <mutex>

#include <gtest/gtest.h>

#include "runtime/local/http_server.h"

namespace local {
namespace {

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
