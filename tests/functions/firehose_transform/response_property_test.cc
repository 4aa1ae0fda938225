// P1, P2 and P6 of the transformer for any batch and any limit: what goes in comes out exactly once
// and in order, and the response has exactly the bytes that its answers add up to. RC_PARAMS (seed,
// max_success) reruns a case; a failure prints it.
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "common/codec/base64.h"
#include "functions/firehose_transform/response.h"
#include "tests/functions/firehose_transform/change_generator.h"
#include "tests/functions/firehose_transform/firehose_records.h"

namespace tests {
namespace {

using event::FirehoseResult;
using firehose_transform::Config;
using firehose_transform::RecordTransform;

// One record's answer, by hand.
struct Predicted {
    FirehoseResult result;
    std::size_t bytes;   // as the transform has it
    std::size_t failed;  // as ProcessingFailed
};

std::size_t size_of(std::initializer_list<std::string_view> parts) {
    std::size_t size = 0;
    for (const std::string_view part : parts)
        size += part.size();
    return size;
}

Predicted predict(const event::FirehoseRecord& record, RecordTransform& transform) {
    const auto outcome = transform.apply(record);
    const std::size_t failed = size_of({R"({"recordId":"","result":"ProcessingFailed","data":""})",
                                        record.record_id, record.data});
    std::size_t bytes = failed;
    if (outcome.result == FirehoseResult::dropped)
        bytes = size_of({R"({"recordId":"","result":"Dropped"})", record.record_id});
    if (outcome.result == FirehoseResult::ok) {
        bytes = size_of({R"({"recordId":"","result":"Ok","data":"","metadata":})", record.record_id,
                         outcome.metadata}) +
                (outcome.data.size() + 2) / 3 * 4;
    }
    return {outcome.result, bytes, failed};
}

FirehoseRecords any_records() {
    ChangeGenerator changes(*rc::gen::arbitrary<std::uint64_t>());
    FirehoseRecords records;
    const auto count = *rc::gen::inRange<std::size_t>(0, 12);
    for (std::size_t i = 0; i < count; ++i) {
        std::string data = codec::base64_encode(changes.below(3) == 0 ? changes.hostile_record()
                                                                      : changes.record());
        if (changes.below(10) == 0) data = "not base64";
        records.add_raw(std::move(data), std::string(changes.below(60), 'r') + std::to_string(i));
    }
    return records;
}

// Every limit gives a response of the predicted size and order, or the error that even the least
// does not fit.
void check_batch(const FirehoseRecords& records, const Config& config, std::size_t limit) {
    RecordTransform transform(config);
    std::vector<Predicted> predicted;
    std::size_t least = size_of({R"({"records":[]})"});
    for (const auto& record : records.all()) {
        predicted.push_back(predict(record, transform));
        least += std::min(predicted.back().bytes, predicted.back().failed);
    }
    if (!predicted.empty()) least += predicted.size() - 1;
    const auto response = transform_batch(records.all(), transform, limit);
    RC_ASSERT(response.ok() == (least <= limit || predicted.empty()));
    if (!response) return;

    // P1
    RC_ASSERT(response->ok + response->dropped + response->failed.size() == predicted.size());
    const std::vector<Answer> answers = answers_of(response->body);
    RC_ASSERT(answers.size() == predicted.size());
    std::size_t bytes = least;
    std::size_t failed = 0;
    for (std::size_t i = 0; i < predicted.size(); ++i) {
        const Predicted& one = predicted[i];
        // P2
        RC_ASSERT(answers[i].record_id == records.all()[i].record_id);
        const std::size_t more = one.bytes - std::min(one.bytes, one.failed);
        const bool fits = bytes + more <= limit;
        if (fits) bytes += more;
        const bool is_failed = !fits || one.result == FirehoseResult::processing_failed;
        RC_ASSERT((answers[i].result == "ProcessingFailed") == is_failed);
        if (is_failed) RC_ASSERT(answers[i].data == records.all()[i].data);
        if (is_failed) RC_ASSERT(response->failed[failed++].record_id == answers[i].record_id);
    }
    // P6
    RC_ASSERT(response->body.size() == bytes);
    RC_ASSERT(transform_batch(records.all(), transform, limit)->body == response->body);
}

RC_GTEST_PROP(TransformProperty, GivesEachRecordBackOnceInPredictedBytes, ()) {
    const FirehoseRecords records = any_records();
    const Config config = config_of(*rc::gen::arbitrary<bool>()
                                        ? Variables{{"TABLE_NAME", "t"}, {"TTL_DELETES", "drop"}}
                                        : Variables{{"EVENT_NAMES", "INSERT,REMOVE"}});
    RecordTransform transform(config);
    const std::size_t whole = transform_batch(records.all(), transform)->body.size();
    check_batch(records, config, whole);
    check_batch(records, config, whole - 1);
    check_batch(records, config, whole + 1);
    check_batch(records, config, *rc::gen::inRange<std::size_t>(whole / 2, whole + 1));
}

}  // namespace
}  // namespace tests
