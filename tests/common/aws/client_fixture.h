// What the tests of aws::Client share.
#pragma once

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "common/aws/aws_client.h"
#include "tests/support/fakes.h"
#include "tests/support/scripted_http.h"

namespace aws {

inline constexpr const char* kSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
inline constexpr const char* kSessionToken = "FwoGZXIvYXdzEPT//////////wEaDEXAMPLE";

// Gives keys that are numbered anew each time after they were forgotten.
class CountingCredentials final : public CredentialsProvider {
  public:
    base::Result<Credentials> get() override {
        if (missing) return base::Error{base::ErrorKind::config_invalid, "no AWS credentials"};
        return Credentials{"AKID" + std::to_string(forgotten),
                           base::Secret(std::string_view(kSecret)),
                           base::Secret(std::string_view(kSessionToken))};
    }
    void forget() override { ++forgotten; }
    int forgotten = 0;
    bool missing = false;
};

// A client on scripted seams.
class ClientTest : public testing::Test {
  protected:
    ClientTest() { settings_.region = "us-east-1"; }

    Client& client() {
        if (!client_) {
            client_ = std::make_unique<Client>(
                settings_, ClientSeams{http_, credentials_, clock_, random_, log_});
        }
        return *client_;
    }
    base::Result<std::string> put_records(http::Repeatable repeatable = http::Repeatable::yes,
                                          base::Deadline deadline = {}) {
        return client().call(JsonCall{kKinesis, "PutRecords", R"({"secret":"payload"})",
                                      "stream orders", repeatable, deadline});
    }
    void answer_error(int status, const std::string& code, http::Headers headers = {}) {
        http_.answer(status, R"({"__type":")" + code + R"(","message":"in words"})",
                     std::move(headers));
    }
    [[nodiscard]] std::string sent(std::size_t i, std::string_view header) const {
        return std::string(http::find_header(http_.requests().at(i).headers, header).value_or(""));
    }
    void expect_no_secret_in(const std::string& text) const {
        for (const char* secret : {kSecret, kSessionToken, "payload", "Signature="})
            EXPECT_EQ(text.find(secret), std::string::npos) << text;
    }

    tests::FakeClock clock_;
    tests::SeededRandom random_;
    tests::LogCapture lines_;
    base::Log log_ = lines_.make_log(clock_);
    tests::ScriptedHttp http_;
    CountingCredentials credentials_;
    ClientSettings settings_;
    std::unique_ptr<Client> client_;
};

}  // namespace aws
