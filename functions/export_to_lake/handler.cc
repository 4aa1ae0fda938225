#include "functions/export_to_lake/handler.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "common/event/batch_response.h"
#include "functions/export_to_lake/request.h"
#include "functions/export_to_lake/response.h"

namespace export_to_lake {
namespace {

// Of the deadline: to give up what is begun, and to answer.
constexpr std::int64_t kAnswerReserveMs = 2'000;

}  // namespace

LakeHandler::LakeHandler(Config config, RunSeams seams)
    : config_(std::move(config)),
      seams_(std::move(seams)),
      metrics_(seams_.clock, seams_.log.function_name()) {}

base::Result<runtime::InvocationResponse> LakeHandler::handle(
    const runtime::Invocation& invocation) {
    const base::Deadline deadline = invocation.deadline.minus_ms(kAnswerReserveMs);
    auto messages = event::parse_sqs_event(invocation.event);
    if (!messages) return std::move(messages).error();
    if (const auto& batch = *messages; batch.has_value()) {
        std::string body = run_batch(*batch, deadline);
        metrics_.flush(seams_.log);
        return runtime::InvocationResponse{std::move(body)};
    }
    auto exports = run(invocation.event, deadline);
    metrics_.flush(seams_.log);
    if (!exports) return std::move(exports).error();
    return runtime::InvocationResponse{write_response(*exports)};
}

// The first error, once all exports were tried; it counts the others.
base::Result<std::vector<ExportOutcome>> LakeHandler::run(std::string_view text,
                                                          base::Deadline deadline) {
    auto requests = parse_requests(text);
    if (!requests) return std::move(requests).error();
    if (requests->empty())
        seams_.log.info("event_ignored", {{"reason", "no manifest-summary.json"}});
    std::vector<ExportOutcome> outcomes;
    std::optional<base::Error> fault;
    std::size_t failed = 0;
    for (const Request& request : *requests) {
        ExportOutcome outcome;
        auto done = run_export(config_, seams_, request, deadline, outcome);
        count(outcome);
        if (!done) {
            seams_.log.error("export_failed",
                             {{"manifest_summary", request.manifest_summary.text()},
                              {"error", done.error().message}});
            ++failed;
            if (!fault) fault = std::move(done).error();
        }
        outcomes.push_back(std::move(outcome));
    }
    metrics_.add("ExportsFailed", static_cast<double>(failed));
    if (!fault) return outcomes;
    if (failed > 1) fault->message.append(fmt::format("; {} exports failed, see the log", failed));
    return *std::move(fault);
}

// A message that failed, or for which no time was left, comes back later, alone.
std::string LakeHandler::run_batch(const std::vector<event::SqsMessage>& messages,
                                   base::Deadline deadline) {
    std::vector<std::string_view> failed;
    for (const event::SqsMessage& message : messages) {
        const auto exports = run(message.body, deadline);
        if (exports) continue;
        failed.emplace_back(message.message_id);
        seams_.log.error("message_failed",
                         {{"message_id", message.message_id}, {"error", exports.error().message}});
    }
    return event::batch_response(failed);
}

void LakeHandler::count(const ExportOutcome& outcome) {
    metrics_.add("Items", static_cast<double>(outcome.items_converted));
    metrics_.add("BytesIn", static_cast<double>(outcome.bytes_read), base::MetricUnit::bytes);
    metrics_.add("BytesOut", static_cast<double>(outcome.bytes_written), base::MetricUnit::bytes);
    metrics_.add("FilesConverted", static_cast<double>(outcome.files.size() - outcome.files_kept));
    metrics_.add("FilesKept", static_cast<double>(outcome.files_kept));
    metrics_.add("ExportsCompleted", outcome.complete ? 1 : 0);
}

}  // namespace export_to_lake
