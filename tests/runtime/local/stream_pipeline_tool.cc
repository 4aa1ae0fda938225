// Runs the pipeline of stream_pipeline.h for tests/e2e/test_stream_pipeline.py: until its standard
// input ends, and then until all has arrived. Prints the report as one JSON object.
#include <iostream>
#include <memory>
#include <stop_token>
#include <thread>

#include <CLI/CLI.hpp>

#include "runtime/local/package.h"
#include "runtime/local/stream_pipeline.h"

namespace {

struct Arguments {
    local::StreamPipelineOptions options;
    std::string forwarder_zip;
    std::string transform_zip;
    std::string faults;
    std::uint64_t seed = 1;
    bool verbose = false;
};

int fail(const base::Error& error) {
    std::cerr << "stream_pipeline: " << error.message << "\n";
    return 1;
}

int run(Arguments arguments) {
    auto folder = local::TemporaryFolder::make();
    auto other_folder = local::TemporaryFolder::make();
    if (!folder || !other_folder) return fail(folder ? other_folder.error() : folder.error());
    auto forwarder = local::unpack_bootstrap(arguments.forwarder_zip, *folder);
    if (!forwarder) return fail(forwarder.error());
    auto transform = local::unpack_bootstrap(arguments.transform_zip, *other_folder);
    if (!transform) return fail(transform.error());
    arguments.options.forwarder = *forwarder;
    arguments.options.transform = *transform;
    if (!arguments.faults.empty()) {
        const auto shares = local::parse_fault_spec(arguments.faults);
        if (!shares) return fail(shares.error());
        arguments.options.dial = std::make_shared<local::FaultDial>(*shares, arguments.seed);
    }
    arguments.options.mapping.report_batch_item_failures = true;
    arguments.options.back_off = {.base_ms = 50, .most_ms = 1'000};
    local::FirehoseOptions& firehose = arguments.options.firehose;
    firehose.buffer_ms = 1'000;
    firehose.delivery.buffer_ms = 5'000;
    firehose.delivery.prefix = "lake/dt=!{partitionKeyFromLambda:dt}/";
    firehose.delivery.error_prefix = "failed/!{firehose:error-output-type}/";
    firehose.delivery.partitioning = local::Partitioning::dynamic;
    firehose.delivery.compression = local::Compression::gzip;
    firehose.delivery.file_extension = ".json.gz";
    arguments.options.transform_settings = {{"PARTITION_KEYS", "dt"}};

    if (arguments.verbose)
        arguments.options.on_output = [](std::string_view text) { std::cerr << text; };
    std::stop_source source_ended;
    const std::stop_source stop;
    std::thread listener([&] {
        while (std::cin.get() != std::istream::traits_type::eof()) {
        }
        source_ended.request_stop();
    });
    const auto report =
        local::run_stream_pipeline(arguments.options, source_ended.get_token(), stop.get_token());
    if (!report) {
        listener.detach();
        return fail(report.error());
    }
    listener.join();
    std::cout << local::stream_pipeline_json(*report) << "\n";
    return 0;
}

}  // namespace

int main(int count, char** words) {
    CLI::App app("the stream pipeline, for its test", "stream_pipeline");
    Arguments arguments;
    local::StreamPipelineOptions& options = arguments.options;
    app.add_option("--dynamodb-port", options.dynamodb_port)->required();
    app.add_option("--aws-port", options.aws_port)->required();
    app.add_option("--stream-arn", options.stream_arn)->required();
    app.add_option("--kinesis-stream", options.kinesis_stream)->required();
    app.add_option("--bucket", options.bucket)->required();
    app.add_option("--forwarder", arguments.forwarder_zip)->required();
    app.add_option("--transform", arguments.transform_zip)->required();
    app.add_option("--fault", arguments.faults);
    app.add_option("--seed", arguments.seed);
    app.add_option("--batch-size", options.mapping.batch_size);
    app.add_option("--lanes", options.mapping.parallelization_factor);
    app.add_option("--env", options.forwarder_settings, "NAME VALUE of the forwarder");
    app.add_flag("--verbose", arguments.verbose, "what the functions write, to standard error");
    CLI11_PARSE(app, count, words);
    return run(std::move(arguments));
}
