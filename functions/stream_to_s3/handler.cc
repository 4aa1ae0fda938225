#include "functions/stream_to_s3/handler.h"

#include <algorithm>
#include <utility>

#include "common/event/batch_response.h"

namespace stream_to_s3 {
namespace {

// Of the deadline: to answer.
constexpr std::int64_t kAnswerReserveMs = 1'000;

// Nothing but an operator can mend what is refused for good.
bool is_refusal(const base::Error& error) {
    return error.kind == base::ErrorKind::access_denied || error.kind == base::ErrorKind::rejected;
}

}  // namespace

StreamHandler::StreamHandler(Config config, HandlerSeams seams)
    : config_(std::move(config)),
      seams_(seams),
      writer_(config_.line),
      metrics_(seams_.clock, seams_.log.function_name()) {}

base::Result<runtime::InvocationResponse> StreamHandler::handle(
    const runtime::Invocation& invocation) {
    const auto batch = read_batch(invocation.event, config_, writer_, seams_.clock.now_ms());
    if (!batch) return batch.error();
    const StoreReport stored = store(*batch, invocation.deadline.minus_ms(kAnswerReserveMs));
    return respond(*batch, stored);
}

StreamHandler::StoreReport StreamHandler::store(const Batch& batch, base::Deadline deadline) {
    StoreReport report;
    for (const BatchRecord& record : batch.records)
        report.failed.push_back(record.fate == Fate::faulty);
    for (const LakeObject& object : batch.objects) {
        const ObjectPlace place = place_of(object, config_);
        std::string body = body_of(object, config_.format);
        const std::size_t bytes = body.size();
        auto put = seams_.s3.put_object({.bucket = place.bucket,
                                         .key = place.key,
                                         .body = std::move(body),
                                         .content_type = content_type_of(config_.format),
                                         .deadline = deadline});
        if (put) {
            report.bytes += bytes;
            ++report.objects;
            continue;
        }
        for (const std::size_t record : object.records)
            report.failed[record] = true;
        report.errors.push_back(std::move(put).error());
    }
    return report;
}

base::Result<runtime::InvocationResponse> StreamHandler::respond(const Batch& batch,
                                                                 const StoreReport& stored) {
    report(batch, stored);
    const bool all_refused = !stored.errors.empty() && stored.objects == 0 &&
                             std::all_of(stored.errors.begin(), stored.errors.end(), is_refusal);
    if (all_refused) return stored.errors.front();
    std::vector<std::string_view> identifiers;
    std::vector<std::string_view> sequence_numbers;
    sequence_numbers.reserve(batch.records.size());
    for (const BatchRecord& record : batch.records)
        sequence_numbers.push_back(record.sequence_number);
    if (const auto lowest = event::checkpoint(sequence_numbers, stored.failed))
        identifiers.push_back(*lowest);
    return runtime::InvocationResponse{event::batch_response(identifiers)};
}

void StreamHandler::report(const Batch& batch, const StoreReport& stored) {
    std::size_t filtered = 0;
    std::int64_t age_ms = -1;
    for (const BatchRecord& record : batch.records) {
        if (record.fate == Fate::filtered) ++filtered;
        if (record.event_time_ms)
            age_ms =
                std::max({age_ms, std::int64_t{0}, seams_.clock.now_ms() - *record.event_time_ms});
        if (record.fate != Fate::faulty) continue;
        seams_.log.error("record_blocked", {{"event_id", record.event_id},
                                            {"sequence_number", record.sequence_number},
                                            {"reason", record.fault}});
    }
    for (const base::Error& error : stored.errors)
        seams_.log.error("object_not_stored", {{"error", error.message}});
    const auto failed =
        static_cast<std::size_t>(std::count(stored.failed.begin(), stored.failed.end(), true));
    const std::size_t out = batch.records.size() - failed - filtered;
    seams_.log.info("records_stored", {{"records_in", batch.records.size()},
                                       {"records_out", out},
                                       {"records_failed", failed},
                                       {"records_filtered", filtered},
                                       {"objects", stored.objects},
                                       {"bytes_out", stored.bytes}});
    const auto add = [this](std::string_view name, std::size_t value,
                            base::MetricUnit unit = base::MetricUnit::count) {
        metrics_.add(name, static_cast<double>(value), unit);
    };
    add("RecordsIn", batch.records.size());
    add("RecordsOut", out);
    add("RecordsFailed", failed);
    add("RecordsFiltered", filtered);
    add("ObjectsStored", stored.objects);
    add("BytesOut", stored.bytes, base::MetricUnit::bytes);
    if (config_.format == Format::csv) add("AttributesLeftOut", batch.members_left_out);
    if (age_ms >= 0)
        metrics_.add("RecordAgeMs", static_cast<double>(age_ms), base::MetricUnit::milliseconds);
    metrics_.flush(seams_.log);
}

}  // namespace stream_to_s3
