// _X_AMZN_TRACE_ID, the environment variable in which the X-Ray SDKs look for the trace of the
// current invocation. The runtime sets it before each invocation and takes it away where tracing is
// off.
//
// The bytes stand in a buffer of this object: setenv() keeps a copy of every value it was ever
// given, which would be a leak per invocation. Only while one thread alone runs may this be used.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace runtime {

class TraceVariable {
  public:
    TraceVariable() = default;
    ~TraceVariable() { unset(); }
    TraceVariable(const TraceVariable&) = delete;
    TraceVariable& operator=(const TraceVariable&) = delete;

    // An empty id, or one longer than any trace id is, unsets the variable.
    void set(std::string_view trace_id);

  private:
    static constexpr std::size_t kEntryBytesMax = 2048;

    void unset();

    std::array<char, kEntryBytesMax> entry_ = {};
    bool is_set_ = false;
};

}  // namespace runtime
