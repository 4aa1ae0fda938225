#include "runtime/local/demo/board.h"

#include <fmt/format.h>

#include "runtime/local/fault_dial.h"

namespace demo {

std::int64_t Counts::faults_suffered() const {
    std::int64_t all = 0;
    for (const auto& [name, count] : faults)
        all += name == local::fault_name(local::Fault::none) ? 0 : count;
    return all;
}

std::string faults_text(const std::map<std::string, std::int64_t>& faults) {
    std::string text;
    for (const auto& [name, count] : faults) {
        if (count > 0 && name != local::fault_name(local::Fault::none))
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, count);
    }
    return text;
}

}  // namespace demo
