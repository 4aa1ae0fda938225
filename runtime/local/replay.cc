#include "runtime/local/replay.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "runtime/local/function_process.h"
#include "runtime/local/judge.h"
#include "runtime/local/kept_verdict.h"
#include "runtime/local/local_services.h"
#include "runtime/local/package.h"
#include "runtime/local/replay_plan.h"
#include "runtime/local/report.h"
#include "runtime/local/sample_case.h"

namespace local {
namespace {

namespace fs = std::filesystem;

// "faults among 12 requests to AWS: partial 2, throttle 1".
std::string faults_text(const FaultDial& dial) {
    std::int64_t requests = 0;
    std::string kinds;
    for (const auto& [name, count] : dial.counts()) {
        requests += count;
        if (count > 0 && name != fault_name(Fault::none))
            kinds += fmt::format("{}{} {}", kinds.empty() ? "" : ", ", name, count);
    }
    return fmt::format("faults among {} requests to AWS: {}\n", requests,
                       kinds.empty() ? "none" : kinds);
}

std::int64_t milliseconds_since(std::chrono::steady_clock::time_point began) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                 began)
        .count();
}

class Replay {
  public:
    Replay(const ReplayOptions& options, const Workspace& workspace, const std::stop_token& stop)
        : options_(options), stop_(stop), workspace_(workspace), services_(workspace.python) {}

    ExitCode run();

  private:
    base::Result<Verdict> try_event(const ReplayItem& item);
    base::Result<SampleCase> prepare(const ReplayItem& item);
    base::Result<CaseFiles> read_files(const ReplayItem& item) const;
    base::Result<base::Done> prepare_services(const SampleCase& sample);
    base::Result<FunctionProcess*> process_for(const ReplayItem& item, const SampleCase& sample);
    base::Result<std::string> bootstrap_of(const std::string& function);
    [[nodiscard]] Variables environment_for(const SampleCase& sample) const;
    [[nodiscard]] bool services_are_ours(const SampleCase& sample) const;
    base::Result<base::Done> invoke_into(Verdict& verdict, const ReplayItem& item,
                                         const SampleCase& sample, FunctionProcess& process);
    void set_faults();
    void judge_into(Verdict& verdict, const SampleCase& sample, const Outcome& outcome) const;
    void judge_kept_into(Verdict& verdict, const KeptEvent& event, const Outcome& outcome) const;
    void show(const Verdict& verdict) const;

    const ReplayOptions& options_;
    const std::stop_token& stop_;
    std::shared_ptr<FaultDial> dial_;                  // null: no faults
    std::atomic<FunctionProcess*> process_ = nullptr;  // that runs an event, for a fault to kill
    const Workspace& workspace_;
    base::SystemClock clock_;
    base::SystemRandom random_;
    std::map<std::string, TemporaryFolder> folders_;  // by function
    std::map<std::string, std::string> bootstraps_;   // by function
    CaseFiles kept_files_;
    bool keep_services_ = false;
    std::string current_function_;
    std::map<Variables, std::unique_ptr<FunctionProcess>> processes_;  // of the current function
    LocalServices services_;  // last: its threads may kill a process
};

base::Result<CaseFiles> Replay::read_files(const ReplayItem& item) const {
    if (item.path != kStandardInput) return read_case_files(item.path);
    return CaseFiles{
        .event = read_standard_input(), .environment = {}, .setup = {}, .expected = {}};
}

base::Result<SampleCase> Replay::prepare(const ReplayItem& item) {
    auto files = item.kept ? base::Result<CaseFiles>(kept_files_) : read_files(item);
    if (!files) return std::move(files).error();
    if (item.kept) files->event = item.kept->body;
    if (!item.kept && files->mention(kSnowflakePlaceholder)) {
        if (auto started = services_.start_snowflake(); !started) return std::move(started).error();
        files->replace(kSnowflakePlaceholder, services_.snowflake_url());
    }
    if (!item.kept) files->replace(kAwsPlaceholder, services_.aws_url());
    return parse_case(*std::move(files));
}

bool Replay::services_are_ours(const SampleCase& sample) const {
    return !options_.environment.contains("AWS_ENDPOINT_URL") &&
           !sample.environment.contains("AWS_ENDPOINT_URL");
}

Variables Replay::environment_for(const SampleCase& sample) const {
    Variables variables{{"AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"},
                        {"AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"},
                        {"AWS_SESSION_TOKEN", "local"},
                        {"AWS_REGION", "us-east-1"},
                        {"AWS_DEFAULT_REGION", "us-east-1"},
                        {"AWS_ENDPOINT_URL", services_.aws_url()}};
    for (const auto& [name, value] : sample.environment)
        variables[name] = value;
    for (const auto& [name, value] : options_.environment)
        variables[name] = value;
    return variables;
}

base::Result<base::Done> Replay::prepare_services(const SampleCase& sample) {
    if (services_are_ours(sample) && sample.needs_aws() && !services_.aws_runs()) {
        if (options_.verbosity == Verbosity::verbose)
            tell("starting the local AWS services (moto)\n");
        if (auto started = services_.start_aws(stop_); !started) return started;
    }
    return services_.reset();
}

base::Result<std::string> Replay::bootstrap_of(const std::string& function) {
    if (!options_.bootstrap.empty()) return options_.bootstrap;
    if (const auto known = bootstraps_.find(function); known != bootstraps_.end())
        return known->second;
    auto folder = TemporaryFolder::make();
    if (!folder) return std::move(folder).error();
    auto bootstrap = unpack_bootstrap(zip_path(workspace_, function), *folder);
    if (!bootstrap) return bootstrap;
    folders_.emplace(function, *std::move(folder));
    bootstraps_[function] = *bootstrap;
    return bootstrap;
}

// One process for each function and environment: the events of one share it, as on Lambda.
base::Result<FunctionProcess*> Replay::process_for(const ReplayItem& item,
                                                   const SampleCase& sample) {
    if (item.function != current_function_) processes_.clear();
    current_function_ = item.function;
    Variables environment = environment_for(sample);
    std::unique_ptr<FunctionProcess>& process = processes_[environment];
    if (!process) {
        auto bootstrap = bootstrap_of(item.function);
        if (!bootstrap) return std::move(bootstrap).error();
        FunctionOptions function{.name = item.function,
                                 .bootstrap = *std::move(bootstrap),
                                 .environment = std::move(environment),
                                 .timeout_ms = options_.timeout_ms,
                                 .on_output = {}};
        if (options_.verbosity == Verbosity::verbose) function.on_output = tell;
        process = std::make_unique<FunctionProcess>(std::move(function), clock_, random_);
    }
    return process.get();
}

void Replay::judge_into(Verdict& verdict, const SampleCase& sample, const Outcome& outcome) const {
    verdict.duration_ms = outcome.duration_ms;
    verdict.responded = outcome.kind == Outcome::Kind::response;
    verdict.body = outcome.body;
    if (!sample.expectation) {
        const bool well = verdict.responded && outcome.stream_error.empty();
        verdict.kind = well ? Verdict::Kind::ran : Verdict::Kind::failed;
        if (!well)
            verdict.problem = "the invocation failed: " +
                              (verdict.responded ? outcome.stream_error : outcome.body);
        return;
    }
    verdict.differences = services_are_ours(sample) && !dial_
                              ? judge(*sample.expectation, outcome, services_.calls())
                              : judge_outcome(*sample.expectation, outcome);
    verdict.kind = verdict.differences.empty() ? Verdict::Kind::passed : Verdict::Kind::failed;
}

void Replay::judge_kept_into(Verdict& verdict, const KeptEvent& event,
                             const Outcome& outcome) const {
    verdict.duration_ms = outcome.duration_ms;
    verdict.responded = outcome.kind == Outcome::Kind::response;
    verdict.body = outcome.body;
    verdict.lines = judge_kept_event(event, {.outcome = outcome, .log = verdict.output});
    verdict.kind = verdict.lines.empty() ? Verdict::Kind::passed : Verdict::Kind::failed;
}

// An error ends the replay; what only this event suffers from is a failed verdict.
base::Result<Verdict> Replay::try_event(const ReplayItem& item) {
    Verdict verdict{.function = item.function, .case_name = item.case_name};
    auto sample = prepare(item);
    if (!sample && sample.error().kind != base::ErrorKind::data_invalid)
        return std::move(sample).error();
    if (!sample) {
        verdict.problem = sample.error().message;
        return verdict;
    }
    if (!keep_services_) {
        if (auto ready = prepare_services(*sample); !ready) return std::move(ready).error();
        if (services_are_ours(*sample)) {
            if (auto done = services_.do_setup(sample->setup); !done) {
                verdict.problem = done.error().message;
                return verdict;
            }
        }
    }
    keep_services_ = item.kept.has_value();  // the events of one file belong together
    auto process = process_for(item, *sample);
    if (!process) return std::move(process).error();
    const int attempts_max = dial_ ? kAttemptsUnderFaults : 1;
    for (int attempt = 0; attempt < attempts_max && !stop_.stop_requested(); ++attempt) {
        if (auto done = invoke_into(verdict, item, *sample, **process); !done)
            return std::move(done).error();
        if (verdict.kind != Verdict::Kind::failed) break;
    }
    return verdict;
}

base::Result<base::Done> Replay::invoke_into(Verdict& verdict, const ReplayItem& item,
                                             const SampleCase& sample, FunctionProcess& process) {
    process.take_output();  // of earlier events
    verdict.problem.clear();
    process_ = &process;
    auto outcome = process.invoke({.body = sample.event}, stop_);
    process_ = nullptr;
    if (!outcome) return std::move(outcome).error();
    verdict.output = process.take_output();
    if (item.kept) {
        judge_kept_into(verdict, *item.kept, *outcome);
    } else {
        judge_into(verdict, sample, *outcome);
    }
    return base::Done{};
}

void Replay::set_faults() {
    if (!options_.faults) return;
    dial_ = std::make_shared<FaultDial>(*options_.faults, options_.seed);
    services_.set_faults(dial_, [this] {
        if (FunctionProcess* const process = process_) process->kill();
    });
}

void Replay::show(const Verdict& verdict) const {
    const bool named = !options_.files.empty() || options_.kept;
    if (named && verdict.responded && options_.format == OutputFormat::text) {
        std::fwrite(verdict.body.data(), 1, verdict.body.size(), stdout);
        std::fputc('\n', stdout);
        std::fflush(stdout);
    }
    Verdict shown = verdict;
    if (options_.verbosity == Verbosity::verbose) shown.output.clear();  // it was shown as it came
    tell(verdict_text(shown, options_.colour));
}

ExitCode Replay::run() {
    const auto began = std::chrono::steady_clock::now();
    const auto give_up = [](const base::Error& error) {
        tell(fmt::format("lakefeed: {}\n", error.message));
        return ExitCode::set_up;
    };
    auto plan = plan_replay(options_, workspace_, clock_.now_ms());
    if (!plan) return give_up(plan.error());
    const std::vector<ReplayItem>& items = plan->items;
    kept_files_ = std::move(plan->kept_files);
    if (const auto there = check_bootstraps(options_, workspace_, items); !there)
        return give_up(there.error());
    if (const auto started = services_.start_proxy(); !started) return give_up(started.error());

    set_faults();

    std::vector<Verdict> verdicts;
    for (Verdict& verdict : plan->unusable) {
        show(verdict);
        verdicts.push_back(std::move(verdict));
    }
    for (const ReplayItem& item : items) {
        auto verdict = try_event(item);
        if (stop_.stop_requested()) {
            tell(fmt::format("interrupted after {} of {} events\n", verdicts.size(), items.size()));
            return ExitCode::interrupted;
        }
        if (!verdict) return give_up(verdict.error());
        show(*verdict);
        verdicts.push_back(*std::move(verdict));
    }
    tell(summary_text(verdicts, milliseconds_since(began), options_.colour));
    if (dial_) tell(faults_text(*dial_));
    if (options_.format == OutputFormat::json) {
        const std::string json = report_json(verdicts) + "\n";
        std::fwrite(json.data(), 1, json.size(), stdout);
    }
    const bool failed = std::ranges::any_of(
        verdicts, [](const Verdict& verdict) { return verdict.kind == Verdict::Kind::failed; });
    return failed ? ExitCode::failed : ExitCode::ok;
}

}  // namespace

ExitCode replay(const ReplayOptions& options, const Workspace& workspace,
                const std::stop_token& stop) {
    return Replay(options, workspace, stop).run();
}

}  // namespace local
