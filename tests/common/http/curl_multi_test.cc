// Several requests at once over the curl client, against a raw socket server on loopback.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/common/http/curl_fixture.h"

namespace http {
namespace {

using base::ErrorKind;
using tests::AfterAnswer;
using tests::ScriptedServer;
using tests::ServerAnswer;
using tests::ServerRequest;

constexpr std::int64_t kLongMs = 20'000;
const ServerAnswer kHang{"", AfterAnswer::hang};

class CurlMultiTest : public CurlClientTest {
  protected:
    Ticket start(const ScriptedServer& server, const std::string& body,
                 Repeatable repeatable = Repeatable::no) {
        Request request = post_to(server, repeatable);
        request.body = body;
        return client_->start(std::move(request));
    }
    std::optional<Completion> wait(std::int64_t time_ms = kLongMs) {
        return client_->wait(clock_.now_ms() + time_ms);
    }
    // What came of all of them: the answer's body, or the name of the error's kind.
    std::map<Ticket, std::string> wait_for(std::size_t count) {
        std::map<Ticket, std::string> told;
        for (std::size_t i = 0; i < count; ++i) {
            auto done = wait();
            if (!done) {
                ADD_FAILURE() << "only " << i << " of " << count << " were told";
                break;
            }
            told[done->ticket] = done->result ? done->result->body
                                              : std::string(kind_name(done->result.error().kind));
        }
        return told;
    }
    void drive_until_asked(const ScriptedServer& server, std::size_t count) {
        for (int i = 0; i < 1'000 && server.requests().size() < count; ++i)
            EXPECT_FALSE(wait(10));
        EXPECT_EQ(server.requests().size(), count);
    }
};

ServerAnswer echo(const ServerRequest& request) {
    return tests::answer(200, request.body);
}

// A server that hangs on what says so, and gives back all else.
ServerAnswer hang_or_echo(const ServerRequest& request) {
    return request.body == "hang" ? kHang : echo(request);
}

TEST_F(CurlMultiTest, HasAsManyOnTheirWayAsAreStartedEachOverItsOwnConnection) {
    ScriptedServer server([](const ServerRequest&) { return kHang; });
    std::vector<Ticket> tickets;
    tickets.reserve(kRequestsAtOnceMax);
    for (std::size_t i = 0; i < kRequestsAtOnceMax; ++i)
        tickets.push_back(start(server, "hang"));
    drive_until_asked(server, kRequestsAtOnceMax);
    std::set<int> connections;
    for (const ServerRequest& request : server.requests())
        connections.insert(request.connection);
    EXPECT_EQ(connections.size(), kRequestsAtOnceMax);
    EXPECT_EQ(std::set<Ticket>(tickets.begin(), tickets.end()).size(), kRequestsAtOnceMax);
    for (const Ticket ticket : tickets)
        EXPECT_EQ(client_->cancel(ticket).error().kind, ErrorKind::outcome_unknown);
    EXPECT_TRUE(server.wait_for_close(0));
    EXPECT_FALSE(wait());
}

TEST_F(CurlMultiTest, TellsFirstWhatIsDoneFirst) {
    ScriptedServer server(hang_or_echo);
    const Ticket slow = start(server, "hang");
    const Ticket fast = start(server, "fast");
    auto done = wait();
    ASSERT_TRUE(done);
    EXPECT_EQ(done->ticket, fast);
    EXPECT_EQ(done->result->body, "fast");
    EXPECT_EQ(client_->cancel(slow).error().kind, ErrorKind::outcome_unknown);
}

TEST_F(CurlMultiTest, GivesEachItsOwnAnswer) {
    ScriptedServer server(echo);
    std::map<Ticket, std::string> sent;
    for (std::size_t i = 0; i < kRequestsAtOnceMax; ++i) {
        const std::string body(1'000'000 + i, static_cast<char>('a' + i));
        sent[start(server, body)] = body;
    }
    EXPECT_TRUE(wait_for(kRequestsAtOnceMax) == sent);
}

TEST_F(CurlMultiTest, KeepsItsConnectionsForTheNext) {
    ScriptedServer server(echo);
    for (int wave = 0; wave < 4; ++wave) {
        for (std::size_t i = 0; i < kRequestsAtOnceMax; ++i)
            start(server, "x");
        EXPECT_EQ(wait_for(kRequestsAtOnceMax).size(), kRequestsAtOnceMax);
    }
    for (const ServerRequest& request : server.requests())
        EXPECT_LT(request.connection, static_cast<int>(kRequestsAtOnceMax));
}

TEST_F(CurlMultiTest, OpensANewConnectionWhereItIsToldTo) {
    ScriptedServer server(echo);
    start(server, "x");
    EXPECT_EQ(wait_for(1).size(), 1U);
    Request request = post_to(server, Repeatable::no);
    request.connection = Connection::new_only;
    client_->start(request);
    EXPECT_EQ(wait_for(1).size(), 1U);
    EXPECT_EQ(server.requests().back().connection, 1);
}

TEST_F(CurlMultiTest, RepeatsOnceOnAFreshConnectionBesideOthers) {
    ScriptedServer server([asked = 0](const ServerRequest& request) mutable -> ServerAnswer {
        if (request.body == "reset always") return {"", AfterAnswer::reset};
        if (request.body == "reset once" && asked++ == 0) return {"", AfterAnswer::reset};
        return echo(request);
    });
    const Ticket once = start(server, "reset once", Repeatable::yes);
    const Ticket always = start(server, "reset always", Repeatable::yes);
    const Ticket never_again = start(server, "reset always", Repeatable::no);
    const Ticket good = start(server, "good");
    auto told = wait_for(4);
    EXPECT_EQ(told[once], "reset once");
    EXPECT_EQ(told[always], "outcome_unknown");
    EXPECT_EQ(told[never_again], "outcome_unknown");
    EXPECT_EQ(told[good], "good");
    EXPECT_EQ(server.requests().size(), 2U + 2U + 1U + 1U);
}

TEST_F(CurlMultiTest, EndsWhatIsLateAndNothingElse) {
    ScriptedServer server(hang_or_echo);
    Request late = post_to(server, Repeatable::yes);
    late.body = "hang";
    late.first_byte_timeout_ms = 50;
    const Ticket first_byte = client_->start(late);
    late.first_byte_timeout_ms = kLongMs;
    late.total_timeout_ms = 60;
    const Ticket total = client_->start(late);
    late.total_timeout_ms = kLongMs;
    late.deadline.at_ms = clock_.now_ms() + 70;
    const Ticket deadline = client_->start(late);
    const Ticket waits = start(server, "hang");
    auto told = wait_for(3);
    EXPECT_EQ(told[first_byte], "outcome_unknown");
    EXPECT_EQ(told[total], "outcome_unknown");
    EXPECT_EQ(told[deadline], "outcome_unknown");
    EXPECT_FALSE(wait(20));
    EXPECT_EQ(client_->cancel(waits).error().message,
              server.address() + ": given up before an answer came");
    EXPECT_EQ(server.requests().size(), 4U);
}

TEST_F(CurlMultiTest, TellsThroughWaitWhatCannotBegin) {
    ScriptedServer server({{"", AfterAnswer::stop}});
    (void)client_->send(post_to(server, Repeatable::no));
    Request request = post_to(server, Repeatable::no);
    const Ticket refused = client_->start(request);
    request.deadline.at_ms = clock_.now_ms();
    const Ticket too_late = client_->start(request);
    request.url = "http://169.254.169.254/latest/meta-data/";
    const Ticket forbidden = client_->start(request);
    request.url = "no url";
    const Ticket no_url = client_->start(request);
    auto told = wait_for(4);
    EXPECT_EQ(told[refused], "connect_failed");
    EXPECT_EQ(told[too_late], "deadline_near");
    EXPECT_EQ(told[forbidden], "config_invalid");
    EXPECT_EQ(told[no_url], "config_invalid");
}

TEST_F(CurlMultiTest, WaitsNoLongerThanItIsTold) {
    EXPECT_FALSE(wait(kLongMs));  // nothing is on its way
    ScriptedServer server(hang_or_echo);
    const Ticket ticket = start(server, "hang");
    const base::EpochMs begin_ms = clock_.now_ms();
    EXPECT_FALSE(wait(30));
    EXPECT_GE(clock_.now_ms() - begin_ms, 30);
    EXPECT_LT(clock_.now_ms() - begin_ms, kLongMs / 2);
    EXPECT_FALSE(wait(-5));
    (void)client_->cancel(ticket);
}

TEST_F(CurlMultiTest, SendsOneInBetween) {
    ScriptedServer server(hang_or_echo);
    const Ticket slow = start(server, "hang");
    const Ticket fast = start(server, "fast");
    EXPECT_EQ(status_of(post_to(server, Repeatable::no)), 200);
    auto told = wait_for(1);
    EXPECT_EQ(told[fast], "fast");
    (void)client_->cancel(slow);
}

// While other requests move on, so does this one, and its answer is kept.
TEST_F(CurlMultiTest, GivesTheAnswerOfWhatIsCancelledTooLate) {
    ScriptedServer other(echo);
    ScriptedServer server({{tests::answer(200, "done").bytes, AfterAnswer::close}});
    const Ticket ticket = start(server, "x");
    for (int i = 0; i < 1'000 && server.requests().empty(); ++i)
        EXPECT_EQ(status_of(post_to(other, Repeatable::no)), 200);
    EXPECT_TRUE(server.wait_for_close(0));
    EXPECT_EQ(status_of(post_to(other, Repeatable::no)), 200);
    const auto result = client_->cancel(ticket);
    ASSERT_TRUE(result.ok()) << result.error().message;
    EXPECT_EQ(result->body, "done");
}

TEST_F(CurlMultiTest, GoesWithRequestsOnTheirWay) {
    ScriptedServer server(hang_or_echo);
    start(server, "hang");
    drive_until_asked(server, 1);
    client_.reset();
    EXPECT_TRUE(server.wait_for_close(0));
}

}  // namespace
}  // namespace http
