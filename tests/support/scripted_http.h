// An HttpMulti that answers from a script and keeps what it was asked. What is started is answered
// at once, and told in the order of the starts.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/http/http.h"

namespace tests {

class ScriptedHttp final : public http::HttpMulti {
  public:
    // Answers are given out in the order in which they were added. A request beyond the script
    // fails the test and gets connect_failed.
    void answer(int status, std::string body, http::Headers headers = {});
    void fail(base::ErrorKind kind, std::string message = "scripted failure");
    // Instead of a script: a function of the request.
    void answer_with(std::function<base::Result<http::Response>(const http::Request&)> responder) {
        responder_ = std::move(responder);
    }

    base::Result<http::Response> send(const http::Request& request) override;
    http::Ticket start(http::Request request) override;
    std::optional<http::Completion> wait(base::EpochMs until_ms) override;
    base::Result<http::Response> cancel(http::Ticket ticket) override;

    [[nodiscard]] const std::vector<http::Request>& requests() const { return requests_; }
    [[nodiscard]] std::size_t left() const { return script_.size(); }

  private:
    std::deque<base::Result<http::Response>> script_;
    std::function<base::Result<http::Response>(const http::Request&)> responder_;
    std::vector<http::Request> requests_;
    std::deque<http::Completion> done_;
    http::Ticket last_ticket_ = 0;
};

}  // namespace tests
