#include "runtime/bootstrap.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <optional>
#include <string>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "runtime/exception_barrier.h"
#include "runtime/invocation_loop.h"
#include "runtime/shutdown.h"

namespace runtime {
namespace {

// Lambda allows a sandbox 1,024 threads.
constexpr std::int64_t kLoopsMax = 1'000;

constexpr const char* kNotOnLambda =
    "bootstrap: AWS_LAMBDA_RUNTIME_API is not set, so this is not AWS Lambda.\n"
    "To run this function on your machine, give it events through the local Runtime API:\n"
    "  lakefeed replay FUNCTION EVENT.json --bootstrap PATH-OF-THIS-FILE\n"
    "or replay its sample events: ./events/replay FUNCTION\n";

using AnyHandlerFactory = std::function<base::Result<AnyHandler>(const Context&)>;

// What is shared by all loops.
struct Process {
    base::ProcessEnvironment environment;
    base::SystemClock clock;
    base::LogSink sink = base::standard_output_sink();
};

// One loop and what belongs to it alone.
struct Worker {
    Worker(Process& process, const ServerAddress& server)
        : log(base::Log::from_environment(process.environment, process.clock, process.sink)),
          connection(server),
          context{process.environment, process.clock, random, log} {}

    base::SystemRandom random;
    base::Log log;
    HttpConnection connection;
    Context context;
    AnyHandler handler;
};

using Workers = std::deque<Worker>;

std::optional<ErrorReport> call_hook(const std::function<base::Result<base::Done>()>& hook,
                                     std::string_view error_type) {
    if (!hook) return std::nullopt;
    std::optional<ErrorReport> report;
    const auto crash = run_guarded([&] {
        const auto done = hook();
        if (!done) report = make_error_report(done.error());
    });
    if (crash) report = crash;
    if (report) report->type = error_type;
    return report;
}

// Tells Lambda and the log why the process ends before its first invocation.
int fail(Worker& worker, const ApiRequest& request, const ErrorReport& report) {
    worker.log.error("init_failed", {{"errorType", report.type}, {"errorMessage", report.message}});
    const auto response = worker.connection.exchange(request.head, request.body);
    if (!response) {
        worker.log.error("init_error_not_posted", {{"reason", response.error().message}});
    } else if (response->status() != 202) {
        worker.log.warn("init_error_refused", {{"status", response->status()}});
    }
    return EXIT_FAILURE;
}

int fail_init(Worker& worker, const ErrorReport& report) {
    return fail(worker, init_error_request(worker.connection.server(), report), report);
}

std::optional<ErrorReport> make_handler_of(Worker& worker, const AnyHandlerFactory& make_handler) {
    std::optional<ErrorReport> report;
    const auto crash = run_guarded([&] {
        auto handler = make_handler(worker.context);
        if (handler) {
            worker.handler = *std::move(handler);
        } else {
            report = make_error_report(handler.error());
        }
    });
    return crash ? crash : report;
}

// Waits until the snapshot that is taken now is restored. Each connection is dead afterwards.
std::optional<int> pass_snapshot(Workers& workers, const SnapshotHooks& hooks) {
    Worker& first = workers.front();
    const ServerAddress& server = first.connection.server();
    auto report = call_hook(hooks.before_snapshot, "Runtime.BeforeSnapshotError");
    if (report) return fail_init(first, *report);
    const ApiRequest request = restore_next_request(server);
    const auto response = first.connection.exchange(request.head, request.body);
    if (!response || response->status() != 200) {
        first.log.error("restore_failed", {{"reason", response ? "an answer other than 200"
                                                               : response.error().message},
                                           {"status", response ? response->status() : 0}});
        return EXIT_FAILURE;
    }
    for (Worker& worker : workers)
        worker.connection.close();
    report = call_hook(hooks.after_restore, "Runtime.AfterRestoreError");
    if (report) return fail(first, restore_error_request(server, *report), *report);
    return std::nullopt;
}

LoopEnd run_loop(Worker& worker, base::Clock& clock, LoopCount loop_count) {
    InvocationLoop loop(worker.connection, std::move(worker.handler), clock, worker.log,
                        loop_count);
    return loop.run();
}

int run_one(Worker& worker, base::Clock& clock) {
    const LoopEnd end = run_loop(worker, clock, LoopCount::one);
    return end == LoopEnd::stopped ? EXIT_SUCCESS : EXIT_FAILURE;
}

int run_several(Workers& workers, base::Clock& clock) {
    const auto run = [&clock](Worker& worker) {
        const LoopEnd end = run_loop(worker, clock, LoopCount::several);
        // The other loops wait in `next` and would never come back.
        if (may_exit()) ::_exit(EXIT_SUCCESS);
        if (end == LoopEnd::stopped) return;
        worker.log.error("loop_ended", {{"crashed", end == LoopEnd::crashed}});
    };
    std::vector<std::thread> threads;
    for (std::size_t i = 1; i < workers.size(); ++i) {
        const auto refused = run_guarded([&] { threads.emplace_back(run, std::ref(workers[i])); });
        if (!refused) continue;
        workers.front().log.error("loop_not_started", {{"reason", refused->message}});
        break;
    }
    run(workers.front());
    for (std::thread& thread : threads)
        thread.join();
    return EXIT_FAILURE;
}

int run_process(const AnyHandlerFactory& make_handler, const SnapshotHooks& hooks) {
    Process process;
    const auto api = process.environment.get("AWS_LAMBDA_RUNTIME_API");
    if (!api) {
        std::fputs(kNotOnLambda, stderr);
        return EXIT_FAILURE;
    }
    const auto server = parse_server_address(*api);
    if (!server) {
        std::fprintf(stderr, "bootstrap: %s\n", server.error().message.c_str());
        return EXIT_FAILURE;
    }
    install_signal_handlers();

    base::SettingsReader settings(process.environment);
    const std::int64_t loops = settings.integer("AWS_LAMBDA_MAX_CONCURRENCY", 1, 1, kLoopsMax);
    const bool several = process.environment.get("AWS_LAMBDA_MAX_CONCURRENCY").has_value();
    Workers workers;
    for (std::int64_t i = 0; i < loops; ++i)
        workers.emplace_back(process, *server);
    if (const auto fault = settings.fault())
        return fail_init(workers.front(), make_error_report(*fault));
    for (Worker& worker : workers) {
        if (const auto report = make_handler_of(worker, make_handler))
            return fail_init(workers.front(), *report);
    }
    if (process.environment.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start") {
        if (const auto status = pass_snapshot(workers, hooks)) return *status;
    }
    return several ? run_several(workers, process.clock) : run_one(workers.front(), process.clock);
}

// The factory of either kind of handler, as one that gives any.
template <typename Factory>
AnyHandlerFactory any(const Factory& make_handler) {
    return [&make_handler](const Context& context) -> base::Result<AnyHandler> {
        auto handler = make_handler(context);
        if (!handler) return std::move(handler).error();
        return AnyHandler(*std::move(handler));
    };
}

}  // namespace

int run_bootstrap(const HandlerFactory& make_handler, const SnapshotHooks& hooks) {
    return run_process(any(make_handler), hooks);
}

int run_streaming_bootstrap(const StreamingHandlerFactory& make_handler,
                            const SnapshotHooks& hooks) {
    return run_process(any(make_handler), hooks);
}

}  // namespace runtime
