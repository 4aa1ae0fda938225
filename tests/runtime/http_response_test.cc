#include "runtime/http_response.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace runtime {
namespace {

using Progress = ResponseReader::Progress;
using testing::HasSubstr;

// Gives the reader the bytes in pieces of that size, as long as it asks for more.
Progress feed(ResponseReader& reader, std::string_view bytes, std::size_t piece_bytes) {
    auto progress = Progress::more;
    while (!bytes.empty() && progress == Progress::more) {
        const auto room = reader.room();
        const std::size_t count = std::min({piece_bytes, room.size(), bytes.size()});
        std::copy_n(bytes.begin(), count, room.begin());
        bytes.remove_prefix(count);
        progress = reader.received(count);
    }
    return progress;
}

constexpr std::size_t kAtOnce = 1'000'000'000;

Progress read(ResponseReader& reader, std::string_view bytes) {
    reader.begin();
    return feed(reader, bytes, kAtOnce);
}

struct ValidCase {
    const char* name;
    std::string bytes;
    int status;
    std::string body;
    bool keeps_alive;
};

std::vector<ValidCase> valid_cases() {
    return {
        {"a length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello", true},
        {"no body", "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n", 202, "", true},
        {"no reason", "HTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx", 200, "x", true},
        {"no content", "HTTP/1.1 204 No Content\r\n\r\n", 204, "", true},
        {"not modified has no body", "HTTP/1.1 304 X\r\nContent-Length: 9\r\n\r\n", 304, "", true},
        {"chunks",
         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
         "3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n",
         200, "abc0123456789", true},
        {"an empty chunked body", "HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n0\r\n\r\n",
         200, "", true},
        {"chunk extensions and trailers",
         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
         "3;a=b\r\nabc\r\n0 ;x\r\nTrailer-One: 1\r\nTrailer-Two: 2\r\n\r\n",
         200, "abc", true},
        {"a chunk that looks like an end",
         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n0\r\n\r\nab\r\n0\r\n\r\n", 200,
         "0\r\n\r\nab", true},
        {"an interim response",
         "HTTP/1.1 100 Continue\r\nX: 1\r\n\r\nHTTP/1.1 103 Hints\r\n\r\n"
         "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
         200, "ok", true},
        {"the connection is to be closed",
         "HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 2\r\n\r\nok", 200, "ok",
         false},
        {"HTTP/1.0 closes", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok", false},
        {"HTTP/1.0 that stays",
         "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok", 200, "ok",
         true},
        {"the same length twice",
         "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok", 200, "ok", true},
    };
}

TEST(ResponseReader, ReadsEveryFramingInPiecesOfAnySize) {
    for (const ValidCase& test_case : valid_cases()) {
        for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{7}, kAtOnce}) {
            ResponseReader reader;
            reader.begin();
            ASSERT_EQ(feed(reader, test_case.bytes, piece), Progress::complete)
                << test_case.name << ", pieces of " << piece << ": " << reader.fault();
            EXPECT_EQ(reader.status(), test_case.status) << test_case.name;
            EXPECT_EQ(reader.body(), test_case.body) << test_case.name;
            EXPECT_EQ(reader.keeps_alive(), test_case.keeps_alive) << test_case.name;
        }
    }
}

TEST(ResponseReader, ReadsABodyUpToTheClose) {
    ResponseReader reader;
    EXPECT_EQ(read(reader, "HTTP/1.1 200 OK\r\n\r\nall of"), Progress::more);
    EXPECT_EQ(feed(reader, " it", 1), Progress::more);
    EXPECT_EQ(reader.closed(), Progress::complete);
    EXPECT_EQ(reader.body(), "all of it");
    EXPECT_FALSE(reader.keeps_alive());
}

TEST(ResponseReader, FindsHeadersWhateverTheirCase) {
    ResponseReader reader;
    ASSERT_EQ(read(reader,
                   "HTTP/1.1 200 OK\r\nContent-length:1\r\nX-Id:  a b\t\r\nEmpty:\r\n"
                   "x-id: second\r\n\r\n!"),
              Progress::complete);
    EXPECT_EQ(reader.header("x-ID"), "a b");
    EXPECT_EQ(reader.header("Empty"), "");
    EXPECT_EQ(reader.header("Absent"), "");
    EXPECT_EQ(reader.body(), "!");
}

TEST(ResponseReader, KeepsNoConnectionThatSentMoreThanItsResponse) {
    ResponseReader reader;
    ASSERT_EQ(read(reader, "HTTP/1.1 204 X\r\n\r\nHTTP/1.1 200 OK\r\n"), Progress::complete);
    EXPECT_FALSE(reader.keeps_alive());
}

TEST(ResponseReader, SaysWhatIsBroken) {
    const std::string ok = "HTTP/1.1 200 OK\r\n";
    const std::string chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"hello\r\n\r\n", "status line"},
        {"HTTP/2 200 OK\r\n\r\n", "status line"},
        {"HTTP/1.x 200 OK\r\n\r\n", "status line"},
        {"HTTP/1.1  200 OK\r\n\r\n", "three-digit code"},
        {"HTTP/1.1 2000 OK\r\n\r\n", "three-digit code"},
        {"HTTP/1.1 20 OK\r\n\r\n", "three-digit code"},
        {"HTTP/1.1 -20 OK\r\n\r\n", "three-digit code"},
        {"HTTP/1.1 099 OK\r\n\r\n", "three-digit code"},
        {"HTTP/1.1 101 Switching Protocols\r\n\r\n", "switched protocols"},
        {ok + "no colon\r\n\r\n", "no valid name"},
        {ok + ": no name\r\n\r\n", "no valid name"},
        {ok + "Name : blank\r\n\r\n", "no valid name"},
        {ok + "A: 1\r\n folded\r\n\r\n", "no valid name"},
        {ok + "A: 1\nB: 2\r\n\r\n", "line break or a NUL"},
        {ok + "A: 1\rB: 2\r\n\r\n", "line break or a NUL"},
        {ok + "A: 1" + std::string(1, '\0') + "\r\n\r\n", "line break or a NUL"},
        {ok + "Content-Length: -1\r\n\r\n", "Content-Length is no number"},
        {ok + "Content-Length: 1x\r\n\r\n", "Content-Length is no number"},
        {ok + "Content-Length:\r\n\r\n", "Content-Length is no number"},
        {ok + "Content-Length: 67108865\r\n\r\n", "Content-Length is no number"},
        {ok + "Content-Length: 99999999999999999999999\r\n\r\n", "Content-Length is no number"},
        {ok + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", "two different"},
        {ok + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "both"},
        {ok + "Transfer-Encoding: gzip, chunked\r\n\r\n", "other than chunked"},
        {ok + "Transfer-Encoding:\r\n\r\n", "other than chunked"},
        {chunked + "x\r\n", "no hexadecimal number"},
        {chunked + "\r\n", "no hexadecimal number"},
        {chunked + "-1\r\n", "no hexadecimal number"},
        {chunked + "4000001\r\n", "no hexadecimal number"},
        {chunked + "FFFFFFFFFFFFFFFFF\r\n", "no hexadecimal number"},
        {chunked + std::string(5000, '0'), "does not end"},
        {chunked + "2\r\nabc\r\n", "longer than its size"},
        {chunked + "0\r\n" + std::string(70'000, 't'), "trailers"},
    };
    for (const auto& [bytes, fault] : cases) {
        for (const std::size_t piece : {std::size_t{1}, kAtOnce}) {
            ResponseReader reader;
            reader.begin();
            EXPECT_EQ(feed(reader, bytes, piece), Progress::invalid) << bytes.substr(0, 80);
            EXPECT_THAT(reader.fault(), HasSubstr(fault)) << bytes.substr(0, 80);
            EXPECT_FALSE(reader.ended_early());
        }
    }
}

TEST(ResponseReader, SaysWhereTheServerClosedTooEarly) {
    const std::string whole = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    for (std::size_t size = 0; size < whole.size(); ++size) {
        ResponseReader reader;
        ASSERT_EQ(read(reader, whole.substr(0, size)), Progress::more) << size;
        EXPECT_EQ(reader.closed(), Progress::invalid) << size;
        EXPECT_TRUE(reader.ended_early());
        EXPECT_EQ(reader.received_any(), size > 0);
    }
}

TEST(ResponseReader, BoundsInterimResponses) {
    std::string bytes;
    for (int i = 0; i <= kInterimResponsesMax; ++i)
        bytes += "HTTP/1.1 100 Continue\r\n\r\n";
    ResponseReader reader;
    EXPECT_EQ(read(reader, bytes), Progress::invalid);
    EXPECT_THAT(reader.fault(), HasSubstr("interim"));
}

TEST(ResponseReader, ReadsAHeaderOfOneMegabyteByteByByte) {
    const std::string long_value(1'048'576, 'h');
    ResponseReader reader;
    reader.begin();
    const auto progress =
        feed(reader, "HTTP/1.1 200 OK\r\nX: " + long_value + "\r\nContent-Length: 2\r\n\r\nok", 1);
    ASSERT_EQ(progress, Progress::complete);
    EXPECT_EQ(reader.header("X"), long_value);
    EXPECT_EQ(reader.body(), "ok");
}

TEST(ResponseReader, RefusesAHeadWithoutEnd) {
    ResponseReader reader;
    EXPECT_EQ(read(reader, "HTTP/1.1 200 OK\r\nX: " + std::string(kHeadBytesMax, 'h')),
              Progress::invalid);
    EXPECT_THAT(reader.fault(), HasSubstr("4 MiB"));
}

TEST(ResponseReader, AsksForExactlyWhatIsLeftOfABody) {
    ResponseReader reader;
    ASSERT_EQ(read(reader, "HTTP/1.1 200 OK\r\nContent-Length: 6291556\r\n\r\nabc"),
              Progress::more);
    EXPECT_TRUE(reader.room_is_certain());
    EXPECT_EQ(reader.room().size(), 6'291'553U);
}

TEST(ResponseReader, ReadsTheNextResponseIntoTheSameBuffer) {
    ResponseReader reader;
    ASSERT_EQ(read(reader, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nX: 1\r\n\r\none"),
              Progress::complete);
    const void* first = reader.body().data();
    ASSERT_EQ(read(reader, "HTTP/1.1 201 OK\r\nContent-Length: 3\r\nY: 2\r\n\r\ntwo"),
              Progress::complete);
    EXPECT_EQ(reader.body().data(), first);
    EXPECT_EQ(reader.body(), "two");
    EXPECT_EQ(reader.header("X"), "");
    EXPECT_EQ(reader.status(), 201);
}

}  // namespace
}  // namespace runtime
