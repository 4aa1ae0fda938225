#include "runtime/shutdown.h"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <unistd.h>

namespace runtime {
namespace {

// A signal handler is given nothing but the signal's number, so that what it must know is static.
std::atomic<int> in_flight_count = 0;
std::atomic<bool> is_stopping = false;
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

extern "C" void on_sigterm(int /*signal*/) {
    is_stopping.store(true);
    if (in_flight_count.load() == 0) ::_exit(EXIT_SUCCESS);
}

void install(int signal, void (*handler)(int)) {
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    ::sigaction(signal, &action, nullptr);
}

}  // namespace

void install_signal_handlers() {
    install(SIGPIPE, SIG_IGN);
    install(SIGTERM, on_sigterm);
}

void invocation_began() {
    in_flight_count.fetch_add(1);
}

bool invocation_ended() {
    in_flight_count.fetch_sub(1);
    return !is_stopping.load();
}

bool may_exit() {
    return is_stopping.load() && in_flight_count.load() == 0;
}

}  // namespace runtime
