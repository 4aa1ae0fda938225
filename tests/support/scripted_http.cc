#include "tests/support/scripted_http.h"

#include <gtest/gtest.h>

namespace tests {

void ScriptedHttp::answer(int status, std::string body, http::Headers headers) {
    script_.emplace_back(http::Response{status, std::move(headers), std::move(body)});
}

void ScriptedHttp::fail(base::ErrorKind kind, std::string message) {
    script_.emplace_back(base::Error{kind, std::move(message)});
}

base::Result<http::Response> ScriptedHttp::send(const http::Request& request) {
    requests_.push_back(request);
    if (responder_) return responder_(request);
    if (script_.empty()) {
        ADD_FAILURE() << "a request beyond the script: " << request.method << " " << request.url;
        return base::Error{base::ErrorKind::connect_failed, "beyond the script"};
    }
    auto answer = std::move(script_.front());
    script_.pop_front();
    return answer;
}

}  // namespace tests
