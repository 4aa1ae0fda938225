#include "functions/firehose_transform/response.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include <fmt/format.h>

namespace firehose_transform {
namespace {

using event::FirehoseRecord;
using event::FirehoseResponseWriter;
using event::FirehoseResult;

void write(FirehoseResponseWriter& writer, const FirehoseRecord& record, const Outcome& outcome) {
    switch (outcome.result) {
        case FirehoseResult::ok:
            return writer.add_ok(record.record_id, outcome.data, outcome.metadata);
        case FirehoseResult::dropped:
            return writer.add_dropped(record.record_id);
        case FirehoseResult::processing_failed:
            return writer.add_processing_failed(record);
    }
}

void add(BatchResponse& response, FirehoseResponseWriter& writer, const FirehoseRecord& record,
         const Outcome& outcome) {
    write(writer, record, outcome);
    if (outcome.result == FirehoseResult::ok) ++response.ok;
    if (outcome.result == FirehoseResult::dropped) ++response.dropped;
    if (outcome.result == FirehoseResult::processing_failed)
        response.failed.push_back({record.record_id, outcome.reason});
}

// Bytes of a record's answer, without the comma before it.
struct AnswerSize {
    std::size_t as_it_is = 0;
    std::size_t least = 0;  // or as ProcessingFailed, where that is shorter
};

std::vector<AnswerSize> measure(const std::vector<FirehoseRecord>& records,
                                RecordTransform& transform) {
    std::vector<AnswerSize> sizes;
    sizes.reserve(records.size());
    FirehoseResponseWriter writer;
    const std::size_t empty = writer.bytes();
    const auto take_size = [&] {
        const std::size_t size = writer.bytes() - empty;
        writer.cut_to(empty);
        return size;
    };
    for (const FirehoseRecord& record : records) {
        write(writer, record, transform.apply(record));
        const std::size_t as_it_is = take_size();
        writer.add_processing_failed(record);
        sizes.push_back({as_it_is, std::min(as_it_is, take_size())});
    }
    return sizes;
}

// Which records are to give way to the limit; an error where that does not help.
base::Result<std::vector<bool>> choose_failing(const std::vector<AnswerSize>& sizes,
                                               std::size_t bytes_max) {
    assert(!sizes.empty());
    std::size_t least = FirehoseResponseWriter().bytes() + sizes.size() - 1;  // and the commas
    for (const AnswerSize& size : sizes)
        least += size.least;
    if (least > bytes_max) {
        return base::Error{
            base::ErrorKind::response_too_large,
            fmt::format("the response to {} records takes {} bytes at least, and {} are allowed",
                        sizes.size(), least, bytes_max)};
    }
    std::size_t room = bytes_max - least;
    std::vector<bool> failing(sizes.size());
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        const std::size_t more = sizes[i].as_it_is - sizes[i].least;
        failing[i] = more > room;
        if (!failing[i]) room -= more;
    }
    return failing;
}

Outcome too_large(std::size_t bytes_max) {
    return {.result = FirehoseResult::processing_failed,
            .reason =
                fmt::format("its answer does not fit into the {} bytes of a response", bytes_max)};
}

// About the bytes of a response: lines are seldom longer than their records.
std::size_t expected_bytes(const std::vector<FirehoseRecord>& records, std::size_t bytes_max) {
    constexpr std::size_t kFrameBytes = 128;
    std::size_t bytes = kFrameBytes;
    for (const FirehoseRecord& record : records)
        bytes += record.record_id.size() + record.data.size() + kFrameBytes;
    return std::min(bytes, bytes_max);
}

}  // namespace

base::Result<BatchResponse> transform_batch(const std::vector<FirehoseRecord>& records,
                                            RecordTransform& transform, std::size_t bytes_max) {
    BatchResponse response;
    FirehoseResponseWriter writer;
    writer.reserve(expected_bytes(records, bytes_max));
    for (const FirehoseRecord& record : records) {
        add(response, writer, record, transform.apply(record));
        if (writer.bytes() > bytes_max) break;
    }
    if (!records.empty() && writer.bytes() > bytes_max) {
        // It does not fit: measure all, choose, and write anew. Outcomes are not kept meanwhile,
        // for they may be many times the limit.
        const auto failing = choose_failing(measure(records, transform), bytes_max);
        if (!failing) return failing.error();
        response = {};
        writer = {};
        for (std::size_t i = 0; i < records.size(); ++i) {
            add(response, writer, records[i],
                (*failing)[i] ? too_large(bytes_max) : transform.apply(records[i]));
        }
    }
    response.body = writer.take();
    return response;
}

}  // namespace firehose_transform
