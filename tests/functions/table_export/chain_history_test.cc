// Chains under a simulated clock (history.h): 1,000 histories of the plan, and some of the whole
// handler. LAKEFEED_HISTORIES runs more of them, LAKEFEED_HISTORY_SEED one alone, telling all.
#include <cstdlib>
#include <iostream>
#include <utility>

#include <gtest/gtest.h>

#include "functions/table_export/plan.h"
#include "tests/functions/table_export/history.h"
#include "tests/functions/table_export/world.h"

namespace {

using tests::ExportService;
using tests::kDayMs;
using tests::kOrders;

constexpr std::uint64_t kHistoriesOfPlan = 1'000;
constexpr std::uint64_t kHistoriesOfHandler = 10;

// The plan, and what the handler does with it, without requests.
class PlanRunner : public tests::Runner {
  public:
    PlanRunner() { service_.add_table(kOrders); }

    ExportService& service() override { return service_; }
    tests::FakeClock& clock() override { return clock_; }
    void configure(const table_export::Config& config) override { config_ = config; }
    void refuse_next(Call call, const std::string&, int count) override {
        (call == Call::look ? looks_refused_ : starts_refused_) += count;
    }
    void forget_refusals() override { looks_refused_ = starts_refused_ = 0; }

    std::vector<std::string> run(base::EpochMs slot_ms, table_export::ExportMode mode) override {
        service_.settle();
        if (looks_refused_ > 0) return --looks_refused_, std::vector<std::string>{};
        const auto history = look();
        const bool full = mode == table_export::ExportMode::full;
        auto plan =
            full ? table_export::plan_full_export(table_, config_.destination, slot_ms,
                                                  history.exports)
                 : table_export::plan_chain({table_, config_, mode, slot_ms, history, recovery()});
        bool repairs_failed = false;
        for (const auto& planned : plan.exports) {
            if (planned.repairs && repairs_failed) continue;
            if (planned.action != table_export::Action::start || start(planned.request)) continue;
            if (!planned.repairs) break;
            repairs_failed = true;
        }
        auto said = std::move(plan.warnings);
        said.insert(said.end(), plan.failures.begin(), plan.failures.end());
        return said;
    }

  private:
    table_export::History look() const {
        table_export::History history{{}, clock_.now_ms() - 88 * kDayMs};
        const auto listed = service_.listed(kOrders);
        history.exports.reserve(listed.size());
        for (const auto* each : listed) {
            aws::ExportDescription description;
            description.export_arn = each->arn;
            description.status = each->status == "FAILED"      ? aws::ExportStatus::failed
                                 : each->status == "COMPLETED" ? aws::ExportStatus::completed
                                                               : aws::ExportStatus::in_progress;
            if (each->incremental) {
                description.type = aws::ExportType::incremental_export;
                description.incremental = aws::IncrementalExport{each->from_ms, each->to_ms, {}};
            } else {
                description.export_time_ms = each->to_ms;
            }
            history.exports.push_back(std::move(description));
        }
        return history;
    }

    aws::ContinuousBackups recovery() {
        aws::ContinuousBackups backups;
        backups.point_in_time_recovery_enabled = service_.table(kOrders).recovery_enabled;
        backups.earliest_restorable_ms = service_.earliest_ms(kOrders);
        backups.latest_restorable_ms = service_.latest_ms(kOrders);
        return backups;
    }

    bool start(const aws::ExportTableRequest& request) {
        if (starts_refused_ > 0) return --starts_refused_, false;
        ExportService::Start asked{.table_arn = request.table_arn,
                                   .token = request.client_token,
                                   .time_ms = request.export_time_ms,
                                   .incremental = request.incremental.has_value(),
                                   .from_ms = 0,
                                   .to_ms = {},
                                   .request = {}};
        if (request.incremental) {
            asked.from_ms = request.incremental->from_time_ms;
            asked.to_ms = request.incremental->to_time_ms;
        }
        const auto started = service_.start(asked);
        const auto* const* made = std::get_if<ExportService::Export*>(&started);
        return made != nullptr && (*made)->status != "FAILED";
    }

    tests::FakeClock clock_;
    ExportService service_{clock_};
    table_export::Config config_;
    table_export::TableArn table_{kOrders, "aws", "us-east-1", "123456789012", "orders"};
    int looks_refused_ = 0;
    int starts_refused_ = 0;
};

class HandlerRunner : public tests::Runner {
  public:
    ExportService& service() override { return world_.service; }
    tests::FakeClock& clock() override { return world_.clock; }
    void configure(const table_export::Config& config) override {
        const bool full = config.lost_window == table_export::LostWindow::full;
        world_.environment.set("MAX_WINDOW_MINUTES", std::to_string(config.window_minutes_max));
        world_.environment.set("MAX_WINDOWS_PER_RUN", std::to_string(config.windows_per_run_max));
        world_.environment.set("LOST_WINDOW", full ? "full" : "fail");
        world_.service.page_size = 7;
    }
    void refuse_next(Call call, const std::string& code, int count) override {
        for (; count > 0; --count) {
            const char* operation = call == Call::start ? "ExportTableToPointInTime"
                                    : count % 3 == 0    ? "ListExports"
                                    : count % 3 == 1    ? "DescribeExport"
                                                        : "DescribeContinuousBackups";
            world_.service.fail_next(operation, 400, tests::service_error(code, "x"));
        }
    }
    void forget_refusals() override { world_.service.forget_failures(); }

    std::vector<std::string> run(base::EpochMs slot_ms, table_export::ExportMode mode) override {
        const bool full = mode == table_export::ExportMode::full;
        const auto response = world_.run(R"({"time":")" + base::format_iso8601(slot_ms) +
                                         R"(","export_type":")" + (full ? "full" : "auto") + "\"}");
        std::vector<std::string> said{response ? std::string() : response.error().message};
        for (; lines_read_ < world_.lines.lines().size(); ++lines_read_) {
            const std::string& line = world_.lines.lines()[lines_read_];
            if (line.find("chain_damaged") != line.npos) said.push_back(line);
        }
        return said;
    }

  private:
    tests::World world_;
    std::size_t lines_read_ = 0;
};

// Tells what is said, and what is there in the end.
template <typename Base>
class Loud : public Base {
  public:
    std::vector<std::string> run(base::EpochMs slot_ms, table_export::ExportMode mode) override {
        auto said = Base::run(slot_ms, mode);
        std::cout << base::format_iso8601_ms(this->clock().now_ms()) << " slot "
                  << base::format_iso8601(slot_ms) << "\n";
        for (const std::string& text : said)
            std::cout << "    " << text << "\n";
        return said;
    }
    ~Loud() override {
        for (const auto& each : this->service().exports) {
            std::cout << each.status << " "
                      << (each.incremental ? base::format_iso8601(each.from_ms) : "full") << " to "
                      << base::format_iso8601(each.to_ms) << " started "
                      << base::format_iso8601(each.started_ms) << "\n";
        }
    }
    Loud() = default;
    Loud(const Loud&) = delete;
    Loud& operator=(const Loud&) = delete;
};

std::uint64_t variable(const char* name, std::uint64_t fallback) {
    const char* text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
    return text == nullptr ? fallback : std::stoull(text);
}

void live_and_check(tests::Runner& runner, std::uint64_t seed) {
    tests::History history(runner, seed);
    history.live();
    history.check();
}

template <typename Runner>
void live_histories(std::uint64_t count) {
    if (const std::uint64_t seed = variable("LAKEFEED_HISTORY_SEED", 0)) {
        Loud<Runner> runner;
        return live_and_check(runner, seed);
    }
    for (std::uint64_t seed = 1; seed <= count; ++seed) {
        Runner runner;
        live_and_check(runner, seed);
        ASSERT_FALSE(testing::Test::HasFailure()) << "LAKEFEED_HISTORY_SEED=" << seed;
    }
}

TEST(ChainHistory, PlanLeavesEachMomentInOneWindowOrSaysSo) {
    live_histories<PlanRunner>(variable("LAKEFEED_HISTORIES", kHistoriesOfPlan));
}

TEST(ChainHistory, HandlerLeavesEachMomentInOneWindowOrSaysSo) {
    live_histories<HandlerRunner>(kHistoriesOfHandler);
}

}  // namespace
