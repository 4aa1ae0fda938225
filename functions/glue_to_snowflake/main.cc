#include <memory>
#include <utility>

#include "common/base/metrics.h"
#include "functions/glue_to_snowflake/handler.h"
#include "functions/glue_to_snowflake/services.h"
#include "runtime/bootstrap.h"

namespace glue_to_snowflake {
namespace {

// Lambda's INIT phase ends after 10 s.
constexpr std::int64_t kInitMs = 8'000;

class Function {
  public:
    Function(std::unique_ptr<Services> services, const runtime::Context& context)
        : services_(std::move(services)),
          handler_({services_->region()}, services_->sync(), context.clock, context.log),
          metrics_(context.clock, context.log.function_name()),
          log_(context.log) {}

    base::Result<runtime::InvocationResponse> handle(const runtime::Invocation& invocation) {
        const snowflake::SqlApiCounts before = services_->sql_api_counts();
        auto response = handler_.handle(invocation);
        add_metrics(before, services_->sql_api_counts());
        return response;
    }

  private:
    // What the SQL API client met in this invocation.
    void add_metrics(const snowflake::SqlApiCounts& before, const snowflake::SqlApiCounts& now) {
        if (now.statements == before.statements) return;
        const auto add = [this](std::string_view name, std::int64_t value,
                                base::MetricUnit unit = base::MetricUnit::count) {
            metrics_.add(name, static_cast<double>(value), unit);
        };
        add("Statements", now.statements - before.statements);
        add("StatementsFailed", now.failed - before.failed);
        add("StatementsUnknown", now.unknown - before.unknown);
        add("StatementsTime", now.milliseconds - before.milliseconds,
            base::MetricUnit::milliseconds);
        add("SqlApiRequests", now.requests - before.requests);
        add("SqlApiRetries", now.retries - before.retries);
        add("SqlApiThrottles", now.throttles - before.throttles);
        metrics_.flush(log_);
    }

    std::unique_ptr<Services> services_;
    CatalogHandler handler_;
    base::Metrics metrics_;
    base::Log& log_;
};

base::Result<runtime::Handler> make_handler(const runtime::Context& context) {
    auto settings = aws::read_function_settings(context.environment, read_config);
    if (!settings) return std::move(settings).error();
    auto services = Services::connect(
        *std::move(settings), {context.environment, context.clock, context.random, context.log},
        {context.clock.now_ms() + kInitMs});
    if (!services) return std::move(services).error();
    return runtime::handler_of(std::make_shared<Function>(*std::move(services), context));
}

}  // namespace
}  // namespace glue_to_snowflake

int main() {
    return runtime::run_bootstrap(glue_to_snowflake::make_handler);
}
