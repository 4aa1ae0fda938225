#include "bench/candidate.h"

#include <algorithm>

namespace bench {

std::optional<Candidate> parse_candidate(std::string_view text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) return std::nullopt;
    Candidate candidate;
    candidate.name = text.substr(0, equals);
    text.remove_prefix(equals + 1);
    while (!text.empty()) {
        const std::size_t blank = std::min(text.find(' '), text.size());
        const std::string_view part = text.substr(0, blank);
        const bool is_setting =
            candidate.command.empty() && part.find('=') != std::string_view::npos;
        (is_setting ? candidate.environment : candidate.command).emplace_back(part);
        text.remove_prefix(std::min(blank + 1, text.size()));
    }
    if (candidate.command.empty()) return std::nullopt;
    return candidate;
}

}  // namespace bench
