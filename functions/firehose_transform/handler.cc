#include "functions/firehose_transform/handler.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "common/base/metrics.h"
#include "common/event/firehose_event.h"
#include "functions/firehose_transform/config.h"
#include "functions/firehose_transform/response.h"
#include "functions/firehose_transform/transform.h"

namespace firehose_transform {
namespace {

// A batch that fails whole is told by its count, not by thousands of lines.
constexpr std::size_t kFailuresLoggedMax = 20;

void log_failures(base::Log& log, const BatchResponse& response) {
    const std::size_t logged = std::min(response.failed.size(), kFailuresLoggedMax);
    for (std::size_t i = 0; i < logged; ++i) {
        log.warn("record_failed", {{"record_id", response.failed[i].record_id},
                                   {"reason", response.failed[i].reason}});
    }
}

class TransformHandler {
  public:
    TransformHandler(Config config, const runtime::Context& context)
        : config_(std::make_unique<Config>(std::move(config))),
          transform_(*config_),
          metrics_(context.clock, context.log.function_name()),
          log_(&context.log) {}

    base::Result<runtime::InvocationResponse> operator()(const runtime::Invocation& invocation) {
        const auto records = event::parse_firehose_event(invocation.event);
        if (!records) return records.error();
        auto response = transform_batch(*records, transform_);
        if (!response) return std::move(response).error();
        report(records->size(), *response);
        return runtime::InvocationResponse{.body = std::move(response->body)};
    }

  private:
    void report(std::size_t in, const BatchResponse& response) {
        log_failures(*log_, response);
        log_->info("records_transformed", {{"in", in},
                                           {"ok", response.ok},
                                           {"dropped", response.dropped},
                                           {"failed", response.failed.size()}});
        metrics_.add("RecordsIn", static_cast<double>(in));
        metrics_.add("RecordsOk", static_cast<double>(response.ok));
        metrics_.add("RecordsDropped", static_cast<double>(response.dropped));
        metrics_.add("RecordsFailed", static_cast<double>(response.failed.size()));
        metrics_.flush(*log_);
    }

    std::unique_ptr<Config> config_;  // stays where the transform points to
    RecordTransform transform_;
    base::Metrics metrics_;
    base::Log* log_;
};

}  // namespace

base::Result<runtime::Handler> make_handler(const runtime::Context& context) {
    base::SettingsReader settings(context.environment);
    Config config = read_config(settings);
    if (auto fault = settings.fault()) return *std::move(fault);
    auto handler = std::make_shared<TransformHandler>(std::move(config), context);
    return runtime::Handler(
        [handler](const runtime::Invocation& invocation) { return (*handler)(invocation); });
}

}  // namespace firehose_transform
