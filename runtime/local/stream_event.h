// The event that a function gets: {"Records":[…]}, and with a tumbling window the members below.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "common/base/clock.h"

namespace local {

class EventText {
  public:
    void add(std::string_view record_json) {
        text_ += text_.size() == kOpening.size() ? "" : ",";
        text_ += record_json;
    }
    // The bytes of the whole event as it is now, without a window's members.
    [[nodiscard]] std::size_t size() const { return text_.size() + kClosing.size(); }
    // `more` are members after Records: "" or ,"window":…
    std::string take(std::string_view more = {}) && {
        return std::move(text_.append("]").append(more).append("}"));
    }

  private:
    static constexpr std::string_view kOpening = R"({"Records":[)";
    static constexpr std::string_view kClosing = "]}";
    std::string text_ = std::string(kOpening);
};

// Lambda's page "Implementing stateful DynamoDB stream processing in Lambda".
struct WindowMembers {
    base::EpochMs start_ms = 0;
    base::EpochMs end_ms = 0;
    std::string_view state = "{}";
    std::string_view shard_id = {};
    std::string_view stream_arn = {};
    bool is_final = false;
    bool terminated_early = false;
};
// ,"window":{"start":…,"end":…},"state":…,"shardId":…,"eventSourceARN":…,
// "isFinalInvokeForWindow":…,"isWindowTerminatedEarly":…
std::string window_members(const WindowMembers& window);

}  // namespace local
