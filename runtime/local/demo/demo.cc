#include "runtime/local/demo/demo.h"

#include <thread>
#include <utility>

#include <fmt/format.h>

#include "runtime/local/demo/change_generator.h"
#include "runtime/local/demo/exports.h"
#include "runtime/local/demo/feed.h"
#include "runtime/local/demo/flow.h"
#include "runtime/local/demo/inspection.h"
#include "runtime/local/demo/stage.h"

namespace demo {
namespace {

using base::Done;
using base::ErrorKind;
using base::Result;

// An event of CloudTrail, through EventBridge.
std::string catalog_event(std::string_view name, base::EpochMs time_ms) {
    return fmt::format(
        R"({{"version":"0","id":"6f0d4c3e-58a5-4b6e-9d1b-2f6d1c0a9e77","detail-type":"AWS API Call via CloudTrail",)"
        R"("source":"aws.glue","account":"123456789012","time":"{0}","region":"us-east-1","resources":[],)"
        R"("detail":{{"eventVersion":"1.11","eventTime":"{0}","eventSource":"glue.amazonaws.com","eventName":"{1}",)"
        R"("awsRegion":"us-east-1","requestParameters":{{"databaseName":"{2}","tableInput":{{"name":"{3}"}}}},"responseElements":null,)"
        R"("eventID":"6f0d4c3e-58a5-4b6e-9d1b-2f6d1c0a9e77","recipientAccountId":"123456789012"}}}})",
        base::format_iso8601(time_ms), name, kGlueDatabase, kTable);
}

// The key of the export's manifest.
Result<std::string> take_export(Stage& stage, const std::string& prefix) {
    const auto stores = stage.make_stores();
    CalledFunction table_export =
        stage.function("table_export", {{"TABLE_ARN", std::string(kTableArn)},
                                        {"BUCKET_NAME", std::string(kBucket)},
                                        {"BUCKET_PREFIX", prefix}});
    Exports exports(table_export, bucket_of(*stores), prefix, stage.clock(), stage.board());
    return exports.take(stage.clock().now_ms(), stage.stop());
}

Result<Done> take_snapshot(Stage& stage) {
    const auto manifest = take_export(stage, "exports");
    if (!manifest) return manifest.error();
    CalledFunction export_to_lake = stage.function(
        "export_to_lake", {{"LAKE_URI", fmt::format("s3://{}/lake/{{table}}/", kBucket)}});
    return load_snapshot(export_to_lake, *manifest, stage.board(), stage.stop());
}

// The changes, the stream's two ways, and in their midst the export.
Result<FlowReport> run_flow(Stage& stage, std::string stream_arn) {
    Board& board = stage.board();
    board.phase("changes go on; all parts run");
    Flow flow({.aws_port = stage.world().port(),
               .stream_arn = std::move(stream_arn),
               .stream_to_kinesis = stage.bootstraps().path("stream_to_kinesis"),
               .firehose_transform = stage.bootstraps().path("firehose_transform"),
               .stream_to_s3 = stage.bootstraps().path("stream_to_s3"),
               .dial = stage.dial(),
               .on_output = stage.options().on_output},
              board, stage.clock(), stage.over());
    Result<Done> snapshot = Done{};
    std::thread snapshot_thread;
    auto changed = change_table(stage, [&] {
        board.phase("changes go on; an export becomes the snapshot");
        snapshot_thread = std::thread([&] {
            snapshot = take_snapshot(stage);
            if (!snapshot) return (void)stage.over().request_stop();
            board.phase("changes go on; the snapshot is in the lake");
        });
    });
    if (snapshot_thread.joinable()) snapshot_thread.join();
    board.phase("the last changes are on their way");
    auto arrived = flow.finish();
    // One of these is the reason; the others were stopped by it.
    for (const auto* result : {&changed, &snapshot}) {
        if (!*result && result->error().kind != ErrorKind::deadline_near) return result->error();
    }
    if (!changed && arrived) return changed.error();
    return arrived;
}

Result<std::vector<std::string>> sync_snowflake(Stage& stage) {
    stage.board().phase("glue_to_snowflake follows the Glue Data Catalog");
    CalledFunction sync =
        stage.function("glue_to_snowflake", {{"SECRET_ARN", std::string(kSecret)}});
    std::vector<std::string> statements;
    for (const auto& [columns, name] :
         {std::pair(GlueColumns::first, "CreateTable"), {GlueColumns::with_note, "UpdateTable"}}) {
        if (auto put = stage.world().put_glue_table(columns); !put) return std::move(put).error();
        if (auto done = sync.invoke(catalog_event(name, stage.clock().now_ms()), stage.stop());
            !done)
            return std::move(done).error();
        statements = stage.world().statements();
        stage.board().change([&](Counts& counts) {
            counts.statements = static_cast<std::int64_t>(statements.size());
        });
    }
    return statements;
}

Result<Done> inspect(Stage& stage, const SequenceNumbers& in_stream, Findings& findings) {
    stage.board().phase("a second export, and lakefeed verify");
    const auto manifest = take_export(stage, "exports-to-verify");
    if (!manifest) return manifest.error();
    if (auto done = verify_lake(stage, *manifest, findings); !done) return done;
    stage.board().phase("reads the lake and Kinesis as they are");
    if (auto done = read_lake(stage, in_stream, findings); !done) return done;
    if (auto done = read_kinesis(stage, findings); !done) return done;
    stage.board().phase("DuckDB asks the lake");
    return query_lake(stage, findings);
}

}  // namespace

base::Result<Findings> run_demo(const DemoOptions& options, const local::Workspace& workspace,
                                base::Clock& clock, Board& board, const std::stop_token& stop) {
    const base::EpochMs begin_ms = clock.now_ms();
    board.change([&](Counts& counts) { counts.planned = options.changes; });
    Stage stage(options, clock, board, stop);
    if (auto ready = stage.set_up(workspace); !ready) return std::move(ready).error();
    auto stream_arn = load_from_api(stage);
    if (!stream_arn) return std::move(stream_arn).error();
    auto flowed = run_flow(stage, *std::move(stream_arn));
    if (!flowed) return std::move(flowed).error();
    auto statements = sync_snowflake(stage);
    if (!statements) return std::move(statements).error();

    Findings findings;
    if (auto done = inspect(stage, flowed->in_stream, findings); !done)
        return std::move(done).error();
    findings.pipeline = std::move(flowed->pipeline);
    findings.statements = *std::move(statements);
    board.phase("done");
    board.change([&](Counts& counts) { counts.faults = stage.dial()->counts(); });
    findings.counts = board.counts();
    findings.duration_ms = clock.now_ms() - begin_ms;
    findings.folder = options.folder;
    return findings;
}

}  // namespace demo
