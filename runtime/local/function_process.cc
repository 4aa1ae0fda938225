#include "runtime/local/function_process.h"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include <fmt/format.h>

#include "common/codec/json.h"

namespace local {
namespace {

constexpr std::int64_t kTerminationGraceMs = 500;
constexpr std::size_t kOutputBytesMax = 256U << 10U;
constexpr int kStartsMax = 2;

// AWS_LAMBDA_MAX_CONCURRENCY, where it is a number from 1 on.
std::optional<std::size_t> slots_of(const Variables& environment) {
    const auto found = environment.find("AWS_LAMBDA_MAX_CONCURRENCY");
    if (found == environment.end()) return std::nullopt;
    const std::string& text = found->second;
    std::size_t slots = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), slots);
    if (failure != std::errc{} || end != text.data() + text.size() || slots == 0)
        return std::nullopt;
    return slots;
}

Outcome init_failure(Outcome::Kind kind, std::string_view error_type, std::string_view message) {
    return {.kind = kind,
            .body = codec::JsonWriter()
                        .begin_object()
                        .member("errorType", error_type)
                        .member("errorMessage", message)
                        .end_object()
                        .take(),
            .content_type = "application/json",
            .error_type_header = std::string(error_type)};
}

std::string function_arn(const FunctionOptions& options) {
    return "arn:aws:lambda:us-east-1:123456789012:function:" + options.name;
}

}  // namespace

Variables function_environment(const FunctionOptions& options, std::string_view runtime_api) {
    const std::string folder =
        std::filesystem::absolute(options.bootstrap).parent_path().lexically_normal().string();
    Variables variables{
        {"AWS_LAMBDA_FUNCTION_NAME", options.name},
        {"AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"},
        {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"},
        {"AWS_LAMBDA_INITIALIZATION_TYPE",
         slots_of(options.environment) ? "lambda-managed-instances" : "on-demand"},
        {"AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + options.name},
        {"AWS_LAMBDA_LOG_STREAM_NAME", "local"},
        {"LAMBDA_RUNTIME_DIR", folder},
        {"LAMBDA_TASK_ROOT", folder},
        {"LANG", "en_US.UTF-8"},
        {"PATH", "/usr/local/bin:/usr/bin:/bin:/opt/bin"},
        {"TZ", ":UTC"},
        {"_HANDLER", "bootstrap"},
    };
    for (const auto& [name, value] : options.environment)
        variables[name] = value;
    variables["AWS_LAMBDA_RUNTIME_API"] = runtime_api;
    return variables;
}

FunctionProcess::FunctionProcess(FunctionOptions options, const base::Clock& clock,
                                 base::Random& random)
    : options_(std::move(options)), clock_(clock), random_(random) {
    if (const auto slots = slots_of(options_.environment)) {
        mode_ = Mode::managed_instances;
        slots_ = *slots;
    }
}

base::Result<base::Done> FunctionProcess::start_process() {
    stop();
    emulator_ =
        std::make_unique<RuntimeApiEmulator>(EmulatorOptions{.function_name = options_.name,
                                                             .function_arn = function_arn(options_),
                                                             .mode = mode_,
                                                             .slots = slots_},
                                             clock_, random_);
    if (auto started = emulator_->start(); !started) return started;
    ChildProcessOptions child{
        .arguments = {std::filesystem::absolute(options_.bootstrap).string()},
        .environment = {},
        .working_folder = std::filesystem::absolute(options_.bootstrap).parent_path().string(),
        .on_output = [this](std::string_view text) { keep_output(text); },
        .on_exit = [this](const std::string& exit) { emulator_->process_ended(exit); }};
    for (const auto& [name, value] : function_environment(options_, emulator_->address()))
        child.environment.push_back(fmt::format("{}={}", name, value));
    auto process = ChildProcess::start(std::move(child));
    if (!process) return std::move(process).error();
    const std::scoped_lock lock(process_mutex_);
    process_ = *std::move(process);
    return base::Done{};
}

base::Result<std::optional<Outcome>> FunctionProcess::make_ready(const std::stop_token& stop) {
    if (process_ && !process_->wait_ended(0)) return std::optional<Outcome>();
    // An init that takes too long is ended and done again within the first invocation's time.
    for (const std::int64_t limit_ms : {options_.init_limit_ms, options_.timeout_ms}) {
        if (auto started = start_process(); !started) return std::move(started).error();
        const InitOutcome init = emulator_->wait_until_ready(limit_ms, stop);
        if (init == InitOutcome::ready) return std::optional<Outcome>();
        if (init == InitOutcome::timed_out) continue;
        std::optional<Outcome> outcome;
        if (init == InitOutcome::init_error) {
            outcome = Outcome{.kind = Outcome::Kind::error,
                              .body = emulator_->init_error(),
                              .content_type = "application/json"};
        } else if (init == InitOutcome::interrupted) {
            outcome =
                init_failure(Outcome::Kind::interrupted, "Sandbox.Interrupted", "interrupted");
        } else {
            outcome = emulator_->invoke({.body = {}, .timeout_ms = 0}, stop);  // says how it ended
        }
        this->stop();
        return outcome;
    }
    this->stop();
    return std::optional<Outcome>(
        init_failure(Outcome::Kind::timed_out, "Sandbox.Timedout",
                     fmt::format("Task timed out after {:.2f} seconds: its init did not reach the "
                                 "first poll",
                                 static_cast<double>(options_.timeout_ms) / 1000.0)));
}

base::Result<Outcome> FunctionProcess::invoke(Event event, const std::stop_token& stop) {
    event.timeout_ms = options_.timeout_ms;
    Outcome outcome;
    for (int starts = 0; starts < kStartsMax; ++starts) {
        auto init_outcome = make_ready(stop);
        if (!init_outcome) return std::move(init_outcome).error();
        if (std::optional<Outcome>& init_failed = *init_outcome) return *std::move(init_failed);
        outcome = emulator_->invoke(event, stop);
        // A process that ended before it was given the event did so after its last invocation.
        if (outcome.kind != Outcome::Kind::exited || outcome.event_given) break;
    }
    if (process_) process_->catch_up_with_output();
    const bool killed = outcome.kind == Outcome::Kind::timed_out && mode_ == Mode::on_demand;
    if (killed || outcome.kind == Outcome::Kind::exited) this->stop();
    return outcome;
}

void FunctionProcess::stop() {
    if (process_) {
        process_->stop(emulator_->extension_registered() ? kTerminationGraceMs : 0);
        const std::scoped_lock lock(process_mutex_);
        process_.reset();
    }
    emulator_.reset();
}

void FunctionProcess::kill() {
    const std::scoped_lock lock(process_mutex_);
    if (process_) process_->kill();
}

void FunctionProcess::keep_output(std::string_view text) {
    {
        const std::scoped_lock lock(output_mutex_);
        output_ += text;
        if (output_.size() > kOutputBytesMax) output_.erase(0, output_.size() - kOutputBytesMax);
    }
    if (options_.on_output) options_.on_output(text);
}

std::string FunctionProcess::take_output() {
    const std::scoped_lock lock(output_mutex_);
    return std::exchange(output_, {});
}

}  // namespace local
