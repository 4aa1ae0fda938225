// The one place where an exception ends. Nothing in lakefeed throws; what comes here was thrown by
// a library or is a bug, and the process does not go on after it has been reported.
#pragma once

#include <exception>
#include <optional>
#include <string_view>

#include "runtime/runtime_api.h"

namespace runtime {

// "Runtime.Unexpected", with the type of the exception that is being handled and its text.
ErrorReport describe_current_exception(std::string_view what);

// Calls, and gives the report of the exception that came out, if any.
template <typename Call>
std::optional<ErrorReport> run_guarded(const Call& call) {
    try {
        call();
    } catch (const std::exception& exception) {
        return describe_current_exception(exception.what());
    } catch (...) {
        return describe_current_exception("");
    }
    return std::nullopt;
}

}  // namespace runtime
