#include "runtime/local/demo/inspection.h"

#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "runtime/local/demo/change_generator.h"
#include "runtime/local/demo/lake_copy.h"
#include "runtime/local/demo/lake_query.h"
#include "runtime/local/describe_key.h"
#include "runtime/local/kinesis_source.h"
#include "runtime/local/verify.h"

namespace demo {
namespace {

namespace fs = std::filesystem;

constexpr int kReadsMax = 1'000'000;

base::Result<Arrived> read_folder(Stage& stage, lake::ObjectStore& store, const std::string& prefix,
                                  const SequenceNumbers& in_stream) {
    LineLedger ledger;
    const auto add = [&](std::string_view key, std::string_view bytes) {
        return key.ends_with(".json.gz") ? ledger.add_object(bytes)
                                         : base::Result<base::Done>(base::Done{});
    };
    auto copied = copy_lake(store, {.prefix = prefix, .folder = stage.lake_folder(), .each = add},
                            stage.stop());
    if (!copied) return std::move(copied).error();
    return Arrived{.objects = ledger.objects(),
                   .changes = static_cast<std::int64_t>(ledger.changes().size()),
                   .duplicates = ledger.duplicates(),
                   .lost = lost(in_stream, ledger.changes()),
                   .snapshot_lines = ledger.snapshot_lines()};
}

base::Result<base::Done> write_table(const World& world, const std::string& path) {
    std::ofstream file(path, std::ios::binary);
    auto scanned = world.scan([&](std::string_view item) { file << item << "\n"; });
    file.close();
    if (scanned && !file)
        return base::Error{base::ErrorKind::config_invalid,
                           fmt::format("write {}: no room, or not allowed", path)};
    return scanned;
}

}  // namespace

base::Result<base::Done> verify_lake(Stage& stage, const std::string& manifest,
                                     Findings& findings) {
    local::VerifyOptions options;
    options.manifest = {std::string(kBucket), manifest};
    options.lake = {std::string(kBucket), fmt::format("lake/{}", kTable)};
    options.temp_folder = stage.temp_folder();
    const local::MakeThreadStores make = [&] { return stage.make_stores(); };
    const local::VerifySeams seams{.make_stores = make,
                                   .describe_key =
                                       [&](const std::string& arn) {
                                           return local::describe_key(arn, stage.environment(),
                                                                      stage.clock());
                                       },
                                   .clock = stage.clock(),
                                   .tell = [](std::string_view) {},
                                   .columns = [] { return std::size_t{80}; }};
    const base::EpochMs begin_ms = stage.clock().now_ms();
    auto result = local::verify(options, seams, stage.stop());
    if (!result) return std::move(result).error();
    findings.verify = *std::move(result);
    findings.verify_ms = stage.clock().now_ms() - begin_ms;
    return base::Done{};
}

base::Result<base::Done> read_lake(Stage& stage, const SequenceNumbers& in_stream,
                                   Findings& findings) {
    const auto stores = stage.make_stores();
    auto lake = read_folder(stage, bucket_of(*stores), "lake/", in_stream);
    if (!lake) return std::move(lake).error();
    findings.lake = *lake;
    auto to_s3 = read_folder(stage, bucket_of(*stores), "stream/", in_stream);
    if (!to_s3) return std::move(to_s3).error();
    findings.to_s3 = *to_s3;
    findings.stream_records = static_cast<std::int64_t>(in_stream.size());
    return base::Done{};
}

base::Result<base::Done> read_kinesis(Stage& stage, Findings& findings) {
    OrderLedger ledger;
    local::KinesisSource source(stage.world().port(), std::string(kKinesisStream));
    for (int reads = 0; reads < kReadsMax && !source.at_end(); ++reads) {
        if (stage.stop().stop_requested()) return stopped();
        const auto records = source.read();
        if (!records) return records.error();
        for (const local::KinesisRecord& record : *records) {
            if (auto added = ledger.add_record(record.data); !added) return added;
        }
    }
    findings.kinesis_records = ledger.records();
    findings.items_out_of_order = ledger.items_out_of_order();
    return base::Done{};
}

base::Result<base::Done> query_lake(Stage& stage, Findings& findings) {
    const fs::path folder = stage.lake_folder();
    const std::string table = (folder / "table.jsonl").string();
    if (auto written = write_table(stage.world(), table); !written) return written;
    auto found = run_lake_query(
        {.python = stage.python(), .folder = (folder / "lake" / kTable).string(), .table = table},
        stage.stop());
    if (!found) return std::move(found).error();
    findings.query = *std::move(found);
    return base::Done{};
}

}  // namespace demo
