// An HttpClient that answers from a script and keeps what it was asked.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "common/http/http.h"

namespace tests {

class ScriptedHttp final : public http::HttpClient {
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

    [[nodiscard]] const std::vector<http::Request>& requests() const { return requests_; }
    [[nodiscard]] std::size_t left() const { return script_.size(); }

  private:
    std::deque<base::Result<http::Response>> script_;
    std::function<base::Result<http::Response>(const http::Request&)> responder_;
    std::vector<http::Request> requests_;
};

}  // namespace tests
