#include "runtime/trace_variable.h"

#include <algorithm>
#include <cstdlib>

namespace runtime {
namespace {

constexpr std::string_view kAssignment = "_X_AMZN_TRACE_ID=";
constexpr const char* kName = "_X_AMZN_TRACE_ID";

}  // namespace

void TraceVariable::set(std::string_view trace_id) {
    const bool fits = kAssignment.size() + trace_id.size() < entry_.size();
    if (trace_id.empty() || !fits) {
        unset();
        return;
    }
    auto* end = std::ranges::copy(kAssignment, entry_.begin()).out;
    end = std::ranges::copy(trace_id, end).out;
    *end = '\0';
    if (!is_set_) ::putenv(entry_.data());
    is_set_ = true;
}

void TraceVariable::unset() {
    if (is_set_) ::unsetenv(kName);
    is_set_ = false;
}

}  // namespace runtime
