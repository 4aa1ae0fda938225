#include "tests/support/scripted_http.h"

#include <algorithm>
#include <utility>

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

http::Ticket ScriptedHttp::start(http::Request request) {
    EXPECT_LT(done_.size(), http::kRequestsAtOnceMax);
    done_.push_back({++last_ticket_, send(request)});
    return last_ticket_;
}

std::optional<http::Completion> ScriptedHttp::wait(base::EpochMs /*until_ms*/) {
    if (done_.empty()) return std::nullopt;
    http::Completion completion = std::move(done_.front());
    done_.pop_front();
    return completion;
}

base::Result<http::Response> ScriptedHttp::cancel(http::Ticket ticket) {
    const auto found =
        std::find_if(done_.begin(), done_.end(),
                     [ticket](const http::Completion& each) { return each.ticket == ticket; });
    if (found == done_.end()) {
        ADD_FAILURE() << "no request of that ticket";
        return base::Error{};
    }
    done_.erase(found);
    return base::Error{base::ErrorKind::outcome_unknown, "scripted: given up"};
}

}  // namespace tests
