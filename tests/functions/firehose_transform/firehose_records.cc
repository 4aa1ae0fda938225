#include "tests/functions/firehose_transform/firehose_records.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "common/codec/base64.h"
#include "tests/support/fakes.h"

namespace tests {

firehose_transform::Config config_of(Variables variables) {
    const FakeEnvironment environment(variables);
    base::SettingsReader settings(environment);
    auto config = firehose_transform::read_config(settings);
    const auto fault = settings.fault();
    EXPECT_EQ(fault.value_or(base::Error{}).message, "");
    return config;
}

std::string native_record(std::string_view operation, std::string_view images) {
    return fmt::format(
        R"({{"eventID":"e1","eventName":"{}","dynamodb":{{"ApproximateCreationDateTime":1.684934517E9,)"
        R"("SequenceNumber":"42",{}}},"eventSourceARN":)"
        R"("arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/2026-01-01T00:00:00.000"}})",
        operation, images);
}

FirehoseRecords& FirehoseRecords::add(std::string_view text) {
    return add_raw(codec::base64_encode(text));
}

FirehoseRecords& FirehoseRecords::add_raw(std::string data, std::string record_id) {
    if (record_id.empty()) record_id = std::to_string(records_.size());
    const std::string& kept_id = kept_.emplace_back(std::move(record_id));
    const std::string& kept_data = kept_.emplace_back(std::move(data));
    records_.push_back(
        {.record_id = kept_id, .data = kept_data, .has_data = true, .arrival_time_ms = kArrivalMs});
    return *this;
}

std::string FirehoseRecords::event() const {
    std::string text =
        R"({"invocationId":"i","deliveryStreamArn":"arn:aws:firehose:us-east-1:1:deliverystream/d",)"
        R"("region":"us-east-1","records":[)";
    for (const event::FirehoseRecord& record : records_) {
        if (text.back() != '[') text += ',';
        text += fmt::format(R"({{"recordId":"{}","approximateArrivalTimestamp":{},"data":"{}"}})",
                            record.record_id, kArrivalMs, record.data);
    }
    return text + "]}";
}

std::vector<Answer> answers_of(const std::string& body) {
    std::vector<Answer> answers;
    const auto response = codec::parse_json(body, "the response");
    EXPECT_TRUE(response.ok()) << body;
    if (!response) return answers;
    const codec::JsonValue* records = codec::find_array(*response, "records");
    EXPECT_NE(records, nullptr) << body;
    if (records == nullptr) return answers;
    for (const auto& record : records->GetArray()) {
        Answer& answer = answers.emplace_back();
        answer.record_id = codec::find_text(record, "recordId").value_or("none");
        answer.result = codec::find_text(record, "result").value_or("none");
        answer.data = codec::find_text(record, "data").value_or("none");
        if (answer.result == "Ok") answer.data = *codec::base64_decode(answer.data);
        if (const auto* metadata = codec::find_object(record, "metadata"))
            answer.metadata = codec::write_json(*metadata);
    }
    return answers;
}

}  // namespace tests
