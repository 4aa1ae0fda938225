#include "runtime/server_address.h"

#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace runtime {
namespace {

using testing::HasSubstr;

// The address that the sockets see, as "HOST PORT".
std::string resolved(const ServerAddress& server) {
    std::array<char, INET6_ADDRSTRLEN> text = {};
    const void* generic = &server.socket_address;
    if (server.socket_address.ss_family == AF_INET6) {
        const auto* v6 = static_cast<const sockaddr_in6*>(generic);
        ::inet_ntop(AF_INET6, &v6->sin6_addr, text.data(), text.size());
        return std::string(text.data()) + " " + std::to_string(ntohs(v6->sin6_port));
    }
    const auto* v4 = static_cast<const sockaddr_in*>(generic);
    ::inet_ntop(AF_INET, &v4->sin_addr, text.data(), text.size());
    return std::string(text.data()) + " " + std::to_string(ntohs(v4->sin_port));
}

TEST(ParseServerAddress, TakesWhatLambdaGives) {
    const auto server = parse_server_address("169.254.100.1:9001");
    ASSERT_TRUE(server);
    EXPECT_EQ(resolved(*server), "169.254.100.1 9001");
    EXPECT_EQ(server->authority, "169.254.100.1:9001");
    EXPECT_EQ(server->path_prefix, "");
}

TEST(ParseServerAddress, TakesASchemeAndAPathPrefix) {
    const auto server = parse_server_address("http://127.0.0.1:9000/.rt/orders/");
    ASSERT_TRUE(server);
    EXPECT_EQ(resolved(*server), "127.0.0.1 9000");
    EXPECT_EQ(server->authority, "127.0.0.1:9000");
    EXPECT_EQ(server->path_prefix, "/.rt/orders");
}

TEST(ParseServerAddress, TrimsEveryTrailingSlash) {
    const auto server = parse_server_address("127.0.0.1:9000//");
    ASSERT_TRUE(server);
    EXPECT_EQ(server->path_prefix, "");
}

TEST(ParseServerAddress, TakesIPv6InBrackets) {
    const auto server = parse_server_address("[::1]:9001");
    ASSERT_TRUE(server);
    EXPECT_EQ(resolved(*server), "::1 9001");
    EXPECT_EQ(server->authority, "[::1]:9001");
}

TEST(ParseServerAddress, UsesPort80WhereNoneIsGiven) {
    const auto v4 = parse_server_address("http://127.0.0.1");
    ASSERT_TRUE(v4);
    EXPECT_EQ(resolved(*v4), "127.0.0.1 80");
    const auto v6 = parse_server_address("http://[::1]/x");
    ASSERT_TRUE(v6);
    EXPECT_EQ(resolved(*v6), "::1 80");
}

TEST(ParseServerAddress, TakesLocalhostForTheLoopbackAddress) {
    for (const char* text : {"localhost:8080", "lambda.localhost:8080"}) {
        const auto server = parse_server_address(text);
        ASSERT_TRUE(server) << text;
        EXPECT_EQ(resolved(*server), "127.0.0.1 8080");
    }
}

TEST(ParseServerAddress, RefusesEverythingElse) {
    for (const char* text :
         {"example.com:80", "notlocalhost:80", "", ":9001", "127.0.0.1:", "127.0.0.1:0",
          "127.0.0.1:65536", "127.0.0.1:90x", "127.0.0.1:9001\r\nX: y", "127.0.0.1 :9001",
          "https://127.0.0.1:9001", "127.0.0.1:9001?x", "[::1:9001", "::1:9001", "256.0.0.1:80"}) {
        const auto server = parse_server_address(text);
        ASSERT_FALSE(server) << text;
        EXPECT_EQ(server.error().kind, base::ErrorKind::config_invalid);
        EXPECT_THAT(server.error().message, HasSubstr("AWS_LAMBDA_RUNTIME_API"));
    }
}

}  // namespace
}  // namespace runtime
