#include "runtime/exception_barrier.h"

#include <cstdlib>
#include <cxxabi.h>
#include <memory>
#include <string>
#include <typeinfo>

namespace runtime {
namespace {

struct FreeText {
    void operator()(char* text) const { std::free(text); }
};

std::string demangle(const char* name) {
    int status = 0;
    const std::unique_ptr<char, FreeText> readable(
        abi::__cxa_demangle(name, nullptr, nullptr, &status));
    return readable ? readable.get() : name;
}

}  // namespace

ErrorReport describe_current_exception(std::string_view what) {
    const std::type_info* type = abi::__cxa_current_exception_type();
    std::string message = "the function threw ";
    message.append(type != nullptr ? demangle(type->name()) : "an exception of no C++ type");
    if (!what.empty()) message.append(": ").append(what);
    return {.type = std::string(base::error_type(base::ErrorKind::unexpected)),
            .message = std::move(message)};
}

}  // namespace runtime
