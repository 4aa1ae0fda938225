// What the tests of the curl client share.
#pragma once

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "common/http/curl_client.h"
#include "tests/support/scripted_server.h"

namespace http {

// A client, and short ways to ask it.
class CurlClientTest : public testing::Test {
  protected:
    static Request request_to(const std::string& address, const std::string& target = "/") {
        Request request;
        request.url = "http://" + address + target;
        return request;
    }
    static Request post_to(const tests::ScriptedServer& server, Repeatable repeatable) {
        Request request = request_to(server.address());
        request.method = "POST";
        request.body = "{}";
        request.repeatable = repeatable;
        return request;
    }
    base::Error error_of(const Request& request) {
        const auto answer = client_->send(request);
        EXPECT_FALSE(answer.ok()) << answer->status;
        return answer ? base::Error{} : answer.error();
    }
    base::ErrorKind kind_of(const Request& request) { return error_of(request).kind; }
    int status_of(const Request& request) {
        const auto answer = client_->send(request);
        EXPECT_TRUE(answer.ok()) << answer.error().message;
        return answer ? answer->status : 0;
    }

    base::SystemClock clock_;
    std::unique_ptr<HttpMulti> client_ = make_curl_client({}, clock_);
};

}  // namespace http
