#include "bench/request_reader.h"

#include <array>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace bench {
namespace {

class RequestReaderTest : public ::testing::Test {
  protected:
    RequestReaderTest() { EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, sockets_.data()), 0); }
    ~RequestReaderTest() override {
        for (const int socket : sockets_)
            ::close(socket);
    }

    void arrive(std::string_view bytes) {
        ASSERT_EQ(::send(sockets_[0], bytes.data(), bytes.size(), 0),
                  static_cast<ssize_t>(bytes.size()));
        ASSERT_TRUE(reader_.receive(sockets_[1]));
    }

    RequestReader reader_;
    std::array<int, 2> sockets_ = {};
};

TEST_F(RequestReaderTest, ReadsRequestsOneAfterTheOther) {
    arrive("GET /next HTTP/1.1\r\nHost: a\r\n\r\nPOST /b HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi");
    const auto first = reader_.take();
    const auto second = reader_.take();
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->target, "/next");
    EXPECT_EQ(first->body, "");
    EXPECT_EQ(second->target, "/b");
    EXPECT_EQ(second->body, "hi");
    EXPECT_FALSE(reader_.take());
}

TEST_F(RequestReaderTest, WaitsForTheWholeBody) {
    arrive("POST /b HTTP/1.1\r\nCONTENT-LENGTH: 4\r\n\r\nab");
    EXPECT_FALSE(reader_.take());
    arrive("cd");
    const auto request = reader_.take();
    ASSERT_TRUE(request);
    EXPECT_EQ(request->body, "abcd");
}

TEST_F(RequestReaderTest, ReadsChunksHoweverTheyArrive) {
    const std::string_view bytes =
        "POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3\r\na\r\n\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n";
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        EXPECT_FALSE(reader_.take());
        arrive(bytes.substr(i, 1));
    }
    const auto request = reader_.take();
    ASSERT_TRUE(request);
    EXPECT_EQ(request->body, "a\r\n0123456789");
}

TEST_F(RequestReaderTest, ReadsABodyLargerThanItsRoom) {
    const std::string body(3'000'000, 'x');
    arrive("POST /b HTTP/1.1\r\nContent-Length: 3000000\r\n\r\n");
    EXPECT_FALSE(reader_.take());
    for (std::size_t at = 0; at < body.size(); at += 50'000)
        arrive(std::string_view(body).substr(at, 50'000));
    const auto request = reader_.take();
    ASSERT_TRUE(request);
    EXPECT_EQ(request->body, body);
}

TEST_F(RequestReaderTest, SaysOnceThatTheSenderWaitsToGoOn) {
    arrive("POST /b HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
    EXPECT_FALSE(reader_.take());
    EXPECT_TRUE(reader_.wants_continue());
    EXPECT_FALSE(reader_.wants_continue());
}

TEST_F(RequestReaderTest, TellsTheEnd) {
    ::shutdown(sockets_[0], SHUT_RDWR);
    EXPECT_FALSE(reader_.receive(sockets_[1]));
}

}  // namespace
}  // namespace bench
