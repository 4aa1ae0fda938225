// The way of a change, whole and on this machine: DynamoDB stream -> event source mapping ->
// stream_to_kinesis -> Kinesis -> Firehose -> firehose_transform -> S3. The functions are the real
// bootstraps; DynamoDB, Kinesis and S3 are servers on this machine; the mapping and Firehose are
// ours (stream_mapping.h, firehose_emulator.h). Faults fall on what stream_to_kinesis asks of
// Kinesis, and on stream_to_kinesis itself.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "runtime/local/fault_dial.h"
#include "runtime/local/firehose_emulator.h"
#include "runtime/local/function_process.h"
#include "runtime/local/stream_mapping.h"

namespace local {

struct StreamPipelineReport {
    MappingCounts mapping = {};
    FirehoseReport firehose = {};
    std::map<std::string, std::int64_t> faults = {};  // requests by what they suffered
};

struct StreamPipelineOptions {
    std::uint16_t dynamodb_port = 0;  // of the tables' and streams' server
    std::uint16_t aws_port = 0;       // of Kinesis' and S3's server
    std::string stream_arn = {};
    std::string kinesis_stream = {};
    std::string bucket = {};
    std::string forwarder = {};         // bootstrap of stream_to_kinesis
    std::string transform = {};         // bootstrap of firehose_transform
    Variables forwarder_settings = {};  // over KINESIS_STREAM_NAME and AWS's own
    Variables transform_settings = {};
    StreamMappingSettings mapping = {};
    BackOff back_off = {};
    FirehoseOptions firehose = {};
    std::shared_ptr<FaultDial> dial = {};  // null: nothing is broken
    // What the functions write, as it comes; by several threads.
    std::function<void(std::string_view)> on_output = {};
    // How far it is, some times a second, and each object that Firehose put; by one thread.
    std::function<void(const StreamPipelineReport&)> on_progress = {};
    std::function<void(std::string_view key, std::string_view bytes)> on_object = {};
};

// Goes on until `source_ended` and the source has nothing more.
base::Result<MappingCounts> run_mapping(StreamMapping& mapping, const std::stop_token& source_ended,
                                        const std::stop_token& stop);

std::string stream_pipeline_json(const StreamPipelineReport& report);

// Runs until `source_ended` (the table will change no more) and then until all of it has arrived.
// `stop` breaks off. Errors are those of the servers and of the set-up: whatever a function does
// wrong is retried, as on AWS.
base::Result<StreamPipelineReport> run_stream_pipeline(const StreamPipelineOptions& options,
                                                       const std::stop_token& source_ended,
                                                       const std::stop_token& stop);

}  // namespace local
