#include "functions/glue_to_snowflake/plan/plan.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/utf8.h"

namespace glue_to_snowflake {
namespace {

std::string shortened(std::string_view text) {
    std::size_t at = 0;
    for (std::size_t characters = 0; at < text.size(); ++characters) {
        if (characters == kTextCharactersMax) return std::string(text.substr(0, at)) + "…";
        at += std::max<std::size_t>(base::utf8_sequence_length(text.substr(at)), 1);
    }
    return std::string(text);
}

}  // namespace

std::string_view action_name(Action action) {
    switch (action) {
        case Action::none:
            return "none";
        case Action::create:
            return "create";
        case Action::alter:
            return "alter";
        case Action::replace:
            return "replace";
        case Action::refresh:
            return "refresh";
        case Action::drop:
            return "drop";
        case Action::rename:
            return "rename";
        case Action::skip:
            break;
    }
    return "skip";
}

std::string list_text(const std::vector<std::string>& texts, std::string_view separator) {
    std::string out;
    for (std::size_t i = 0; i < std::min(texts.size(), kListedMax); ++i) {
        if (i > 0) out += separator;
        out += shortened(texts[i]);
    }
    if (texts.size() > kListedMax) out += fmt::format(" and {} more", texts.size() - kListedMax);
    return out;
}

std::string reason_text(const std::vector<std::string>& reasons,
                        const std::vector<std::string>& notes) {
    std::string out;
    const auto add = [&out](const std::string& text) {
        if (!out.empty()) out += "; ";
        out += text;
    };
    std::for_each(reasons.begin(), reasons.end(), add);
    std::for_each(notes.begin(), notes.end(), add);
    return out;
}

std::string_view auto_refresh_text(snowflake::AutoRefresh auto_refresh) {
    return auto_refresh == snowflake::AutoRefresh::on ? "AUTO_REFRESH is on now"
                                                      : "AUTO_REFRESH is off now";
}

}  // namespace glue_to_snowflake
