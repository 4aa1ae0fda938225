#include "functions/tool/catalog_progress.h"

#include <cstdint>
#include <optional>

#include <fmt/format.h>

#include "functions/tool/terminal_text.h"

namespace tool {
namespace {

// Back to the first column, and away with what stands there (ECMA-48, EL).
constexpr std::string_view kErase = "\r\x1b[K";

}  // namespace

// "1,234/5,000 tables  210.4 tables/s  0:18 left  sales__raw". What does not fit is left out from
// the end. The last column stays free: some terminals wrap there.
std::string CatalogProgress::text(const CatalogCounts& counts, std::size_t columns) const {
    std::string text = fmt::format("{:L}/{:L} tables", counts.done, counts.known);
    if (text.size() >= columns) return {};
    bool fits = true;
    const auto add = [&](const std::string& piece) {
        fits = fits && text.size() + 2 + piece.size() < columns;
        if (fits) text += "  " + piece;
    };
    const double per_second = rate_.items_per_second();
    if (per_second > 0) add(fmt::format("{:.1f} tables/s", per_second));
    const auto left = rate_.seconds_left({.items = static_cast<std::int64_t>(counts.known)});
    if (left) add(local::duration_text(*left) + " left");
    if (!counts.database.empty()) add(for_terminal(counts.database));
    return text;
}

std::string CatalogProgress::step(const CatalogCounts& counts, base::EpochMs now_ms,
                                  std::size_t columns) {
    rate_.add({.items = static_cast<std::int64_t>(counts.done)}, now_ms);
    const bool is_line = look_ == local::ProgressLook::lines;
    const std::int64_t due_ms = is_line ? local::kProgressLineMs : local::kProgressBarMs;
    const bool is_first = !is_line && !drew_once_;
    if (!is_first && now_ms - last_ms_ < due_ms && now_ms >= last_ms_) return {};
    last_ms_ = now_ms;
    if (is_line) return text(counts, std::string::npos) + "\n";
    drew_once_ = true;
    is_drawn_ = true;
    return fmt::format("{}{}", kErase, text(counts, columns));
}

std::string CatalogProgress::clear() {
    if (!is_drawn_) return {};
    is_drawn_ = false;
    return std::string(kErase);
}

}  // namespace tool
