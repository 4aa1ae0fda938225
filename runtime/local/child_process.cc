#include "runtime/local/child_process.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

namespace local {
namespace {

constexpr std::size_t kOutputBytesMax = 256U << 10U;
constexpr int kOutputCheckMs = 200;
constexpr std::size_t kPipeBytesMax = std::size_t{1} << 20U;

// Both ends of a pipe, closed when they go.
struct Pipe {
    int read_end = -1;
    int write_end = -1;

    Pipe() = default;
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    Pipe(Pipe&&) = delete;
    Pipe& operator=(Pipe&&) = delete;
    ~Pipe() {
        close_end(read_end);
        close_end(write_end);
    }
    bool open() {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
        read_end = ends[0];
        write_end = ends[1];
        return true;
    }
    static void close_end(int& descriptor) {
        if (descriptor >= 0) ::close(descriptor);
        descriptor = -1;
    }
};

std::vector<char*> pointers_of(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    pointers.reserve(texts.size() + 1);
    for (std::string& text : texts)
        pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

// The signals' names as Go prints them, which is what Lambda's messages show.
std::string_view signal_name(int signal) {
    switch (signal) {
        case SIGABRT:
            return "aborted";
        case SIGBUS:
            return "bus error";
        case SIGFPE:
            return "floating point exception";
        case SIGHUP:
            return "hangup";
        case SIGILL:
            return "illegal instruction";
        case SIGINT:
            return "interrupt";
        case SIGKILL:
            return "killed";
        case SIGPIPE:
            return "broken pipe";
        case SIGSEGV:
            return "segmentation fault";
        case SIGTERM:
            return "terminated";
        default:
            return {};
    }
}

struct ChildPlan {
    char* const* arguments;
    char* const* environment;
    const char* working_folder;  // null: ours
    int output;
    int failure;
    pid_t parent;
};

// Between fork and exec only calls that are safe in a signal handler. Writes errno where it fails.
[[noreturn]] void become_program(const ChildPlan& plan) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != plan.parent) ::_exit(127);  // it died before it was watched
    for (const int signal : {SIGPIPE, SIGINT, SIGTERM, SIGHUP})
        (void)std::signal(signal, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    const int nothing = ::open("/dev/null", O_RDONLY);
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(plan.output, STDOUT_FILENO);
    ::dup2(plan.output, STDERR_FILENO);
    if (plan.working_folder == nullptr || ::chdir(plan.working_folder) == 0)
        ::execve(plan.arguments[0], plan.arguments, plan.environment);
    const int failure = errno;
    (void)!::write(plan.failure, &failure, sizeof failure);
    ::_exit(127);
}

std::string error_text(int failure) {
    return std::strerror(failure);  // NOLINT(concurrency-mt-unsafe)
}

}  // namespace

std::string describe_exit(int wait_status) {
    if (WIFEXITED(wait_status)) {
        const int status = WEXITSTATUS(wait_status);
        return status == 0 ? "" : fmt::format("exit status {}", status);
    }
    const std::string_view name = signal_name(WTERMSIG(wait_status));
    return fmt::format("signal: {}{}",
                       name.empty() ? fmt::format("signal {}", WTERMSIG(wait_status)) : name,
                       WCOREDUMP(wait_status) ? " (core dumped)" : "");
}

base::Result<std::unique_ptr<ChildProcess>> ChildProcess::start(ChildProcessOptions options) {
    std::unique_ptr<ChildProcess> child(new ChildProcess(std::move(options)));
    if (auto spawned = child->spawn(); !spawned) return std::move(spawned).error();
    return child;
}

base::Result<base::Done> ChildProcess::spawn() {
    const std::string& program = options_.arguments.front();
    Pipe output;
    Pipe failure;
    if (!output.open() || !failure.open())
        return base::Error{base::ErrorKind::unexpected, "make a pipe: " + error_text(errno)};
    const std::vector<char*> arguments = pointers_of(options_.arguments);
    const std::vector<char*> environment = pointers_of(options_.environment);
    const ChildPlan plan{.arguments = arguments.data(),
                         .environment = environment.data(),
                         .working_folder = options_.working_folder.empty()
                                               ? nullptr
                                               : options_.working_folder.c_str(),
                         .output = output.write_end,
                         .failure = failure.write_end,
                         .parent = ::getpid()};
    pid_ = ::fork();
    if (pid_ == 0) become_program(plan);
    if (pid_ < 0)
        return base::Error{base::ErrorKind::unexpected,
                           fmt::format("start {}: {}", program, error_text(errno))};
    ::setpgid(pid_, pid_);
    Pipe::close_end(output.write_end);
    Pipe::close_end(failure.write_end);
    int failed_with = 0;
    ssize_t received = -1;
    do {
        received = ::read(failure.read_end, &failed_with, sizeof failed_with);
    } while (received < 0 && errno == EINTR);
    if (received > 0) {
        ::waitpid(pid_, nullptr, 0);
        pid_ = -1;
        return base::Error{base::ErrorKind::config_invalid,
                           fmt::format("start {}: {}", program, error_text(failed_with))};
    }
    output_descriptor_ = std::exchange(output.read_end, -1);
    reader_ = std::thread([this] { read_output(); });
    reaper_ = std::thread([this] { reap(); });
    return base::Done{};
}

void ChildProcess::read_output() {
    while (true) {
        pollfd ready{.fd = output_descriptor_, .events = POLLIN, .revents = 0};
        if (::poll(&ready, 1, kOutputCheckMs) == 0) {
            // Whoever left the group and still holds the pipe is not waited for.
            const std::scoped_lock lock(mutex_);
            if (reaped_) break;
            continue;
        }
        if (take_output_so_far() == PipeEnd::reached) break;
    }
    const std::scoped_lock lock(reading_mutex_);
    ::close(std::exchange(output_descriptor_, -1));
}

// One thread at a time, so that the pieces keep their order.
ChildProcess::PipeEnd ChildProcess::take_output_so_far() {
    const std::scoped_lock reading(reading_mutex_);
    std::array<char, 16384> piece{};
    // A pipe holds at most 1 MiB (pipe(7)): what comes behind that was written later.
    for (std::size_t taken = 0; output_descriptor_ >= 0 && taken < kPipeBytesMax;) {
        pollfd ready{.fd = output_descriptor_, .events = POLLIN, .revents = 0};
        const int polled = ::poll(&ready, 1, 0);
        if (polled < 0 && errno == EINTR) continue;
        if (polled == 0) return PipeEnd::not_reached;
        const ssize_t received = ::read(output_descriptor_, piece.data(), piece.size());
        if (received < 0 && errno == EINTR) continue;
        if (received <= 0) return PipeEnd::reached;
        const std::string_view text(piece.data(), static_cast<std::size_t>(received));
        taken += text.size();
        {
            const std::scoped_lock lock(mutex_);
            output_ += text;
            if (output_.size() > 2 * kOutputBytesMax)
                output_.erase(0, output_.size() - kOutputBytesMax);
        }
        if (options_.on_output) options_.on_output(text);
    }
    return output_descriptor_ < 0 ? PipeEnd::reached : PipeEnd::not_reached;
}

void ChildProcess::reap() {
    siginfo_t info{};
    // The dead process is kept for a moment: as long as it is there, its id, and with it the
    // group's, belongs to nobody else, so that what it left behind can be killed safely.
    while (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT) != 0 &&
           errno == EINTR) {
    }
    int status = 0;
    {
        const std::scoped_lock lock(mutex_);
        ::kill(-pid_, SIGKILL);
        while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
        }
        reaped_ = true;
    }
    if (options_.on_exit) options_.on_exit(describe_exit(status));
    const std::scoped_lock lock(mutex_);
    ended_ = true;
    changed_.notify_all();
}

void ChildProcess::signal_group(int signal) {
    const std::scoped_lock lock(mutex_);
    if (!reaped_ && pid_ > 0) ::kill(-pid_, signal);
}

bool ChildProcess::wait_ended(std::int64_t limit_ms) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::milliseconds(limit_ms), [this] { return ended_; });
}

void ChildProcess::stop(std::int64_t grace_ms) {
    if (!reaper_.joinable()) return;
    if (grace_ms > 0) {
        signal_group(SIGTERM);
        wait_ended(grace_ms);
    }
    signal_group(SIGKILL);
    reaper_.join();
    reader_.join();
}

ChildProcess::~ChildProcess() {
    stop();
}

void ChildProcess::catch_up_with_output() {
    (void)take_output_so_far();
}

std::string ChildProcess::output() const {
    const std::scoped_lock lock(mutex_);
    return output_.size() > kOutputBytesMax ? output_.substr(output_.size() - kOutputBytesMax)
                                            : output_;
}

}  // namespace local
