#include "bench/fake_kinesis.h"

#include <arpa/inet.h>
#include <array>
#include <cstdlib>
#include <netinet/in.h>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/codec/json.h"

namespace bench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// The answer's body to one request on a connection of its own.
std::string post(const std::string& url, std::string_view body) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(
        std::atoi(url.c_str() + std::string_view("http://127.0.0.1:").size())));
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    EXPECT_EQ(::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    const std::string request =
        "POST / HTTP/1.1\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
        std::string(body);
    EXPECT_EQ(::send(socket, request.data(), request.size(), 0),
              static_cast<ssize_t>(request.size()));
    std::string answer;
    std::array<char, 4096> piece = {};
    while (!answer.ends_with("]}")) {
        const ssize_t count = ::recv(socket, piece.data(), piece.size(), 0);
        if (count <= 0) break;
        answer.append(piece.data(), static_cast<std::size_t>(count));
    }
    ::close(socket);
    EXPECT_THAT(answer, HasSubstr("HTTP/1.1 200 OK\r\n"));
    return answer.substr(answer.find("\r\n\r\n") + 4);
}

constexpr std::string_view kTwoRecords =
    R"({"StreamName":"s","Records":[{"Data":"","PartitionKey":"a"},{"Data":"","PartitionKey":"b"}]})";

TEST(FakeKinesis, StoresEachRecordUnderANumberOfItsOwn) {
    FakeKinesis kinesis(std::chrono::milliseconds(0));
    const auto answer = codec::parse_json(post(kinesis.url(), kTwoRecords), "the answer");
    ASSERT_TRUE(answer);
    EXPECT_EQ(codec::find_integer(*answer, "FailedRecordCount"), 0);
    const auto* records = codec::find_array(*answer, "Records");
    ASSERT_NE(records, nullptr);
    ASSERT_EQ(records->Size(), 2U);
    EXPECT_LT(codec::find_text((*records)[0], "SequenceNumber"),
              codec::find_text((*records)[1], "SequenceNumber"));
}

TEST(FakeKinesis, KeepsBodiesOnlyWhereTold) {
    FakeKinesis kinesis(std::chrono::milliseconds(0));
    post(kinesis.url(), kTwoRecords);
    EXPECT_THAT(kinesis.take_bodies(), IsEmpty());
    kinesis.keep_bodies(true);
    post(kinesis.url(), kTwoRecords);
    EXPECT_THAT(kinesis.take_bodies(), ElementsAre(kTwoRecords));
    EXPECT_THAT(kinesis.take_bodies(), IsEmpty());
}

}  // namespace
}  // namespace bench
