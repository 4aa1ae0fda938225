// The table's stream on its two ways, each in a thread: stream_to_kinesis -> Kinesis -> Firehose ->
// firehose_transform -> the lake (stream_pipeline.h), and stream_to_s3.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "runtime/local/demo/board.h"
#include "runtime/local/demo/ledgers.h"
#include "runtime/local/fault_dial.h"
#include "runtime/local/stream_pipeline.h"

namespace demo {

struct FlowOptions {
    std::uint16_t aws_port = 0;
    std::string stream_arn = {};
    std::string stream_to_kinesis = {};  // bootstraps
    std::string firehose_transform = {};
    std::string stream_to_s3 = {};
    std::shared_ptr<local::FaultDial> dial = {};
    std::function<void(std::string_view)> on_output = {};
};

struct FlowReport {
    local::StreamPipelineReport pipeline = {};
    local::MappingCounts to_s3 = {};
    SequenceNumbers in_stream = {};  // of all that was read of the stream
};

class Flow {
  public:
    // `failed` is asked to stop where one of the ways cannot go on. All outlive the flow.
    Flow(FlowOptions options, Board& board, const base::Clock& clock, std::stop_source& failed);
    Flow(const Flow&) = delete;
    Flow& operator=(const Flow&) = delete;
    Flow(Flow&&) = delete;
    Flow& operator=(Flow&&) = delete;
    ~Flow();

    // The table changes no more: waits until all of it has arrived. Kind rejected where nothing
    // arrives any more (stall_watch.h).
    base::Result<FlowReport> finish();

  private:
    void run_pipeline();
    void run_to_s3();
    void watch(const std::stop_token& done);

    FlowOptions options_;
    Board& board_;
    const base::Clock& clock_;
    std::stop_source& failed_;
    std::stop_source source_ended_;
    std::stop_source stop_;
    LineLedger delivered_;       // of the pipeline's thread
    SequenceNumbers in_stream_;  // of stream_to_s3's
    std::atomic<bool> stalled_ = false;
    base::Result<local::StreamPipelineReport> pipeline_ = local::StreamPipelineReport{};
    base::Result<local::MappingCounts> to_s3_ = local::MappingCounts{};
    std::thread pipeline_thread_;
    std::thread to_s3_thread_;
};

}  // namespace demo
