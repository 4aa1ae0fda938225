// How far a reconcile is, for a person: on a terminal one line that is drawn over itself, elsewhere
// a plain line every ten seconds. Pure: the time comes in, the text that is to be written goes out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "common/base/clock.h"
#include "runtime/local/progress.h"

namespace tool {

struct CatalogCounts {
    std::size_t done = 0;
    std::size_t known = 0;  // grows as databases are listed
    std::string_view database;
};

class CatalogProgress {
  public:
    CatalogProgress(local::ProgressLook look, base::EpochMs now_ms)
        : look_(look), rate_({}, now_ms), last_ms_(now_ms) {}

    // What is to be written now; empty where nothing is due. `columns` is the terminal's width; the
    // line stays within it.
    std::string step(const CatalogCounts& counts, base::EpochMs now_ms, std::size_t columns);
    // Takes the line away, before anything else is written.
    std::string clear();

  private:
    [[nodiscard]] std::string text(const CatalogCounts& counts, std::size_t columns) const;

    local::ProgressLook look_;
    local::ProgressRate rate_;
    base::EpochMs last_ms_;
    bool is_drawn_ = false;
    bool drew_once_ = false;
};

}  // namespace tool
