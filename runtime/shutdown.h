// SIGTERM: an idle process ends at once with status 0; one that serves invocations answers them,
// takes no further one, and then ends with 0.
//
// Lambda sends SIGTERM only where an extension is registered, and SIGKILL some 300 to 500 ms later;
// without one it sends SIGKILL at once. This runtime does not register an extension for its own
// sake: nothing of lakefeed outlives an invocation (log lines and metrics are written at once), so
// that there is nothing to save, and the registration would cost each environment a thread, a
// connection and up to two seconds of billed shutdown.
#pragma once

namespace runtime {

// Installs the handler of SIGTERM and lets SIGPIPE be ignored, for the whole process.
void install_signal_handlers();

void invocation_began();

// False where SIGTERM came: the loop takes no further invocation.
[[nodiscard]] bool invocation_ended();

// Whether SIGTERM came and no loop serves an invocation any more, so that the process may end,
// whatever the other loops wait for.
[[nodiscard]] bool may_exit();

}  // namespace runtime
