// What the tests of StreamHandler share.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "common/codec/json.h"
#include "functions/stream_to_kinesis/handler.h"
#include "tests/functions/stream_to_kinesis/fake_kinesis.h"
#include "tests/functions/stream_to_kinesis/stream_records.h"
#include "tests/support/fakes.h"

namespace tests {

using Answer = base::Result<std::vector<aws::PutRecordsResult>>;

inline Answer store_all(const aws::PutRecordsRequest& request) {
    return std::vector<aws::PutRecordsResult>(request.entries.size(),
                                              {aws::PutRecordsState::confirmed, "1"});
}

// Stores all but the records that hold a text.
inline AnsweringKinesis::Function refuse_with(const std::string& text, aws::PutRecordsState state) {
    return [=](const aws::PutRecordsRequest& request) -> Answer {
        std::vector<aws::PutRecordsResult> results;
        for (const aws::PutRecordsEntry& entry : request.entries) {
            const bool refused = entry.data.find(text) != std::string_view::npos;
            results.push_back(refused
                                  ? aws::PutRecordsResult{state, "InternalFailure"}
                                  : aws::PutRecordsResult{aws::PutRecordsState::confirmed, "1"});
        }
        return results;
    };
}

inline std::string failure_response(const std::string& identifier) {
    return R"({"batchItemFailures":[{"itemIdentifier":")" + identifier + "\"}]}";
}
inline constexpr const char* kAllDone = R"({"batchItemFailures":[]})";

class StreamHandlerTest : public testing::Test {
  protected:
    StreamHandlerTest() { config_.stream = "changes"; }

    base::Result<runtime::InvocationResponse> handle(const std::string& event,
                                                     AnsweringKinesis::Function put_records) {
        base::Log log = capture_.make_log(clock_);
        AnsweringKinesis kinesis(
            [this, put = std::move(put_records)](const aws::PutRecordsRequest& request) {
                ++requests_;
                for (const aws::PutRecordsEntry& entry : request.entries)
                    sent_.push_back(std::string(entry.data).append(entry.data_end));
                return put(request);
            },
            refused_for_);
        stream_to_kinesis::StreamHandler handler(
            config_, 10, {kinesis, write_quarantine_, clock_, random_, log});
        runtime::Invocation invocation;
        invocation.event = event;
        invocation.deadline = {clock_.now_ms() + 60'000};
        return handler.handle(invocation);
    }

    // The value of a metric in the one EMF line; each call checks that nothing was lost from count.
    double metric(const std::string& name) {
        for (const std::string& line : capture_.lines()) {
            const auto parsed = codec::parse_json(line, "a log line");
            if (!parsed || codec::find_member(*parsed, "_aws") == nullptr) continue;
            const auto value = [&](const char* metric_name) {
                const auto* found = codec::find_member(*parsed, metric_name);
                return found == nullptr ? -1.0 : found->GetDouble();
            };
            EXPECT_EQ(value("RecordsIn"), value("RecordsOut") + value("RecordsFailed") +
                                              value("RecordsDropped") + value("RecordsFiltered") +
                                              value("RecordsQuarantined"));
            return value(name.c_str());
        }
        ADD_FAILURE() << "no metrics";
        return -1;
    }

    stream_to_kinesis::WriteQuarantine write_quarantine_;
    aws::RefusedFor refused_for_ = aws::RefusedFor::request;
    stream_to_kinesis::Config config_;
    FakeClock clock_;
    SeededRandom random_;
    LogCapture capture_;
    int requests_ = 0;
    std::vector<std::string> sent_;
};

}  // namespace tests
