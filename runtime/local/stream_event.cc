#include "runtime/local/stream_event.h"

#include <fmt/format.h>

#include "common/base/json_text.h"

namespace local {

std::string window_members(const WindowMembers& window) {
    std::string text = fmt::format(R"(,"window":{{"start":"{}","end":"{}"}},"state":{},"shardId":)",
                                   base::format_iso8601(window.start_ms),
                                   base::format_iso8601(window.end_ms), window.state);
    base::append_json_text(text, window.shard_id);
    text += R"(,"eventSourceARN":)";
    base::append_json_text(text, window.stream_arn);
    text += fmt::format(R"(,"isFinalInvokeForWindow":{},"isWindowTerminatedEarly":{})",
                        window.is_final, window.terminated_early);
    return text;
}

}  // namespace local
