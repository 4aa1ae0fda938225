#include "runtime/local/demo/demo.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "common/codec/json.h"
#include "runtime/local/demo/bootstraps.h"
#include "runtime/local/demo/change_generator.h"
#include "runtime/local/demo/exports.h"
#include "runtime/local/demo/flow.h"
#include "runtime/local/demo/lake_copy.h"
#include "runtime/local/demo/lake_query.h"
#include "runtime/local/demo/ledgers.h"
#include "runtime/local/demo/orders_api.h"
#include "runtime/local/demo/world.h"
#include "runtime/local/describe_key.h"
#include "runtime/local/kinesis_source.h"
#include "runtime/local/real_stores.h"
#include "runtime/local/stream_source_dynamodb.h"
#include "runtime/local/verify.h"

namespace demo {
namespace {

namespace fs = std::filesystem;

using base::Done;
using base::Error;
using base::ErrorKind;
using base::Result;

constexpr int kReadsMax = 1'000'000;

Error stopped() {
    return {ErrorKind::deadline_near, "the demo was stopped"};
}

std::string schedule(base::EpochMs time_ms) {
    return fmt::format(R"({{"time":"{}"}})", base::format_iso8601(time_ms));
}

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

class Demo {
  public:
    Demo(const DemoOptions& options, const local::Workspace& workspace, base::Clock& clock,
         Board& board, const std::stop_token& stop)
        : options_(options),
          workspace_(workspace),
          clock_(clock),
          board_(board),
          on_stop_(stop, [this] { over_.request_stop(); }) {}

    Result<Findings> run();

  private:
    Result<Done> set_up();
    Result<Done> load_from_api();
    Result<Done> change_table(const std::function<void()>& at_half);
    Result<Done> take_snapshot();
    Result<std::string> take_export(const std::string& prefix, base::EpochMs since_ms,
                                    lake::ObjectStore& store);
    Result<Done> flow_and_snapshot();
    Result<Done> sync_snowflake();
    Result<Done> verify();
    Result<Done> read_lake();
    Result<Done> read_stream();
    Result<Done> read_kinesis();
    Result<Done> query();
    Result<Done> write_table(const std::string& path);

    CalledFunction function(const std::string& name, local::Variables environment);
    [[nodiscard]] std::stop_token stop() const { return over_.get_token(); }
    lake::ObjectStore& bucket() { return stores_->at({std::string(kBucket), ""}); }

    const DemoOptions& options_;
    const local::Workspace& workspace_;
    base::Clock& clock_;
    Board& board_;
    std::stop_source over_;  // stopped by the caller, or since a part cannot go on
    std::stop_callback<std::function<void()>> on_stop_;
    std::shared_ptr<local::FaultDial> dial_;
    std::optional<Bootstraps> bootstraps_;
    World world_;
    std::optional<WorldEnvironment> environment_;
    local::StoreSettings store_settings_;
    std::unique_ptr<local::ThreadStores> stores_;  // of the caller's thread
    std::optional<local::TemporaryFolder> folder_;
    std::string lake_folder_;  // where the copy is
    std::string stream_arn_;
    base::EpochMs loaded_ms_ = 0;
    base::EpochMs changed_ms_ = 0;
    SequenceNumbers in_stream_;
    Findings findings_;
};

CalledFunction Demo::function(const std::string& name, local::Variables environment) {
    return CalledFunction({.name = name,
                           .bootstrap = bootstraps_->path(name),
                           .environment = std::move(environment),
                           .aws_port = world_.port(),
                           .dial = dial_,
                           .on_output = options_.on_output},
                          clock_, board_);
}

Result<Done> Demo::set_up() {
    board_.phase("starts the local AWS");
    auto bootstraps = Bootstraps::unpack(workspace_);
    if (!bootstraps) return std::move(bootstraps).error();
    bootstraps_.emplace(*std::move(bootstraps));
    auto folder = local::TemporaryFolder::make();
    if (!folder) return std::move(folder).error();
    folder_.emplace(*std::move(folder));
    lake_folder_ =
        options_.folder.empty() ? folder_->path() : fs::absolute(options_.folder).string();
    if (auto started = world_.start(workspace_.python, stop()); !started) return started;
    dial_ = std::make_shared<local::FaultDial>(options_.faults.value_or(local::FaultShares{}),
                                               options_.seed);
    environment_.emplace(world_.environment());
    base::SettingsReader reader(*environment_);
    store_settings_.aws = aws::SessionSettings::from_environment(reader, *environment_);
    if (auto fault = reader.fault()) return *std::move(fault);
    stores_ = local::make_real_stores(store_settings_, *environment_, clock_);
    return Done{};
}

Result<Done> Demo::load_from_api() {
    board_.phase("api_to_dynamodb loads the first items");
    OrdersApi api;
    if (auto started = api.start(); !started) return started;
    CalledFunction loader = function("api_to_dynamodb", {{"API_URL", api.url()},
                                                         {"PLACES", OrdersApi::places()},
                                                         {"TABLE_NAME", std::string(kTable)},
                                                         {"ITEM_MAP", OrdersApi::item_map()}});
    if (auto done = loader.invoke(schedule(clock_.now_ms()), stop()); !done)
        return std::move(done).error();
    std::int64_t items = 0;
    if (auto done = world_.scan([&](std::string_view) { ++items; }); !done) return done;
    board_.change([&](Counts& counts) { counts.api_items = items; });
    loaded_ms_ = clock_.now_ms();
    auto stream = world_.enable_stream();
    if (!stream) return std::move(stream).error();
    stream_arn_ = *std::move(stream);
    return Done{};
}

Result<Done> Demo::change_table(const std::function<void()>& at_half) {
    ChangeGenerator generator(options_.seed, options_.keys);
    bool half = false;
    for (std::int64_t made = 0; made < options_.changes;) {
        if (stop().stop_requested()) return stopped();
        if (!half && made * 2 >= options_.changes) {
            half = true;
            at_half();
        }
        const ChangeBatch batch = generator.next(options_.changes - made);
        const auto answer = world_.ask("dynamodb", "BatchWriteItem", batch.request);
        if (!answer) return answer.error();
        const auto json = codec::parse_json(*answer, "the answer of BatchWriteItem");
        if (!json) return json.error();
        const auto* unprocessed = codec::find_object(*json, "UnprocessedItems");
        if (unprocessed != nullptr && unprocessed->MemberCount() > 0)
            return Error{ErrorKind::throttled, "BatchWriteItem: items were left unprocessed"};
        made += batch.changes();
        board_.change([&](Counts& counts) {
            counts.made += batch.changes();
            counts.inserts += batch.inserts;
            counts.modifies += batch.modifies;
            counts.removes += batch.removes;
        });
    }
    changed_ms_ = clock_.now_ms();
    return Done{};
}

// In a thread of its own.
Result<Done> Demo::take_snapshot() {
    const auto stores = local::make_real_stores(store_settings_, *environment_, clock_);
    const auto manifest =
        take_export("exports", loaded_ms_, stores->at({std::string(kBucket), ""}));
    if (!manifest) return manifest.error();
    CalledFunction export_to_lake =
        function("export_to_lake", {{"LAKE_URI", fmt::format("s3://{}/lake/{{table}}/", kBucket)}});
    return load_snapshot(export_to_lake, *manifest, board_, stop());
}

// The key of the manifest.
Result<std::string> Demo::take_export(const std::string& prefix, base::EpochMs since_ms,
                                      lake::ObjectStore& store) {
    CalledFunction table_export = function("table_export", {{"TABLE_ARN", std::string(kTableArn)},
                                                            {"BUCKET_NAME", std::string(kBucket)},
                                                            {"BUCKET_PREFIX", prefix}});
    return Exports(table_export, store, prefix, clock_, board_).take(since_ms, stop());
}

// The changes, the stream's two ways, and in their midst the export.
Result<Done> Demo::flow_and_snapshot() {
    board_.phase("changes go on; all parts run");
    Flow flow({.aws_port = world_.port(),
               .stream_arn = stream_arn_,
               .stream_to_kinesis = bootstraps_->path("stream_to_kinesis"),
               .firehose_transform = bootstraps_->path("firehose_transform"),
               .stream_to_s3 = bootstraps_->path("stream_to_s3"),
               .dial = dial_,
               .on_output = options_.on_output},
              board_, clock_, over_);
    Result<Done> snapshot = Done{};
    std::thread snapshot_thread;
    auto changed = change_table([&] {
        board_.phase("changes go on; an export becomes the snapshot");
        snapshot_thread = std::thread([&] {
            snapshot = take_snapshot();
            if (!snapshot) over_.request_stop();
        });
    });
    if (snapshot_thread.joinable()) {
        board_.phase("the last changes are on their way");
        snapshot_thread.join();
    }
    auto arrived = flow.finish();
    // The first of these is the reason; the others were stopped by it.
    for (const auto* result : {&changed, &snapshot}) {
        if (!*result && result->error().kind != ErrorKind::deadline_near) return result->error();
    }
    if (!arrived) return std::move(arrived).error();
    if (!changed) return changed;
    if (!snapshot) return snapshot;
    findings_.pipeline = std::move(arrived->pipeline);
    return Done{};
}

Result<Done> Demo::sync_snowflake() {
    board_.phase("glue_to_snowflake follows the Glue Data Catalog");
    CalledFunction sync = function("glue_to_snowflake", {{"SECRET_ARN", std::string(kSecret)}});
    for (const auto& [columns, name] :
         {std::pair(GlueColumns::first, "CreateTable"), {GlueColumns::with_note, "UpdateTable"}}) {
        if (auto put = world_.put_glue_table(columns); !put) return put;
        if (auto done = sync.invoke(catalog_event(name, clock_.now_ms()), stop()); !done)
            return std::move(done).error();
        findings_.statements = world_.statements();
        board_.change([&](Counts& counts) {
            counts.statements = static_cast<std::int64_t>(findings_.statements.size());
        });
    }
    return Done{};
}

Result<Done> Demo::verify() {
    board_.phase("a second export, and lakefeed verify");
    const auto manifest = take_export("exports-to-verify", changed_ms_, bucket());
    if (!manifest) return manifest.error();
    local::VerifyOptions verify;
    verify.manifest = {std::string(kBucket), *manifest};
    verify.lake = {std::string(kBucket), fmt::format("lake/{}", kTable)};
    verify.temp_folder = folder_->path();
    const local::MakeThreadStores make = [this] {
        return local::make_real_stores(store_settings_, *environment_, clock_);
    };
    const base::EpochMs begin_ms = clock_.now_ms();
    auto result = local::verify(verify,
                                {.make_stores = make,
                                 .describe_key =
                                     [this](const std::string& arn) {
                                         return local::describe_key(arn, *environment_, clock_);
                                     },
                                 .clock = clock_,
                                 .tell = [](std::string_view) {},
                                 .columns = [] { return std::size_t{80}; }},
                                stop());
    if (!result) return std::move(result).error();
    findings_.verify = *std::move(result);
    findings_.verify_ms = clock_.now_ms() - begin_ms;
    return Done{};
}

Result<Done> Demo::read_stream() {
    local::DynamoDbStreamSource source(world_.port(), stream_arn_, clock_);
    const auto shards = source.list_shards();
    if (!shards) return shards.error();
    for (const local::StreamShard& shard : *shards) {
        if (auto opened = source.open(shard.id, local::StartingPosition::trim_horizon); !opened)
            return opened;
        for (int reads = 0; reads < kReadsMax; ++reads) {
            if (stop().stop_requested()) return stopped();
            auto page = source.read(shard.id);
            if (!page) return std::move(page).error();
            if (page->records.empty()) break;
            for (local::StreamRecord& record : page->records)
                in_stream_.insert(std::move(record.sequence_number));
        }
    }
    findings_.stream_records = static_cast<std::int64_t>(in_stream_.size());
    return Done{};
}

Result<Done> Demo::read_lake() {
    board_.phase("reads the lake as it is");
    const auto read = [&](const std::string& prefix, Arrived& arrived) -> Result<Done> {
        LineLedger ledger;
        auto copied = copy_lake(bucket(),
                                {.prefix = prefix,
                                 .folder = lake_folder_,
                                 .each =
                                     [&](std::string_view key, std::string_view bytes) {
                                         return key.ends_with(".json.gz") ? ledger.add_object(bytes)
                                                                          : Result<Done>(Done{});
                                     }},
                                stop());
        arrived = {.objects = ledger.objects(),
                   .changes = static_cast<std::int64_t>(ledger.changes().size()),
                   .duplicates = ledger.duplicates(),
                   .lost = lost(in_stream_, ledger.changes()),
                   .snapshot_lines = ledger.snapshot_lines()};
        return copied;
    };
    if (auto done = read("lake/", findings_.lake); !done) return done;
    return read("stream/", findings_.to_s3);
}

Result<Done> Demo::read_kinesis() {
    OrderLedger ledger;
    local::KinesisSource source(world_.port(), std::string(kKinesisStream));
    for (int reads = 0; reads < kReadsMax && !source.at_end(); ++reads) {
        if (stop().stop_requested()) return stopped();
        const auto records = source.read();
        if (!records) return records.error();
        for (const local::KinesisRecord& record : *records) {
            if (auto added = ledger.add_record(record.data); !added) return added;
        }
    }
    findings_.kinesis_records = ledger.records();
    findings_.items_out_of_order = ledger.items_out_of_order();
    return Done{};
}

Result<Done> Demo::write_table(const std::string& path) {
    std::ofstream file(path, std::ios::binary);
    auto scanned = world_.scan([&](std::string_view item) { file << item << "\n"; });
    file.close();
    if (scanned && !file)
        return Error{ErrorKind::config_invalid,
                     fmt::format("write {}: no room, or not allowed", path)};
    return scanned;
}

Result<Done> Demo::query() {
    board_.phase("DuckDB asks the lake");
    const std::string table = (fs::path(lake_folder_) / "table.jsonl").string();
    if (auto written = write_table(table); !written) return written;
    auto found = run_lake_query({.python = workspace_.python,
                                 .folder = (fs::path(lake_folder_) / "lake" / kTable).string(),
                                 .table = table},
                                stop());
    if (!found) return std::move(found).error();
    findings_.query = *std::move(found);
    return Done{};
}

Result<Findings> Demo::run() {
    const base::EpochMs begin_ms = clock_.now_ms();
    board_.change([&](Counts& counts) { counts.planned = options_.changes; });
    for (auto step :
         {&Demo::set_up, &Demo::load_from_api, &Demo::flow_and_snapshot, &Demo::sync_snowflake,
          &Demo::verify, &Demo::read_stream, &Demo::read_lake, &Demo::read_kinesis, &Demo::query}) {
        if (auto done = (this->*step)(); !done) return std::move(done).error();
        if (stop().stop_requested()) return stopped();
    }
    board_.phase("done");
    board_.change([this](Counts& counts) { counts.faults = dial_->counts(); });
    findings_.counts = board_.counts();
    findings_.duration_ms = clock_.now_ms() - begin_ms;
    findings_.folder = options_.folder;
    return std::move(findings_);
}

}  // namespace

base::Result<Findings> run_demo(const DemoOptions& options, const local::Workspace& workspace,
                                base::Clock& clock, Board& board, const std::stop_token& stop) {
    return Demo(options, workspace, clock, board, stop).run();
}

}  // namespace demo
