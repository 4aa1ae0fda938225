#include "runtime/local/demo/exports.h"

#include <fmt/format.h>

#include "common/codec/json.h"
#include "runtime/local/demo/world.h"

namespace demo {
namespace {

constexpr std::int64_t kWaitStepMs = 20;

// EventBridge Scheduler's default event of a target without an input is its rule's event.
std::string schedule_event(base::EpochMs time_ms) {
    return fmt::format(
        R"({{"version":"0","id":"53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa","detail-type":"Scheduled Event",)"
        R"("source":"aws.events","account":"123456789012","time":"{}","region":"us-east-1",)"
        R"("resources":[],"detail":{{}}}})",
        base::format_iso8601(time_ms));
}

}  // namespace

base::Result<std::string> Exports::take(base::EpochMs since_ms, const std::stop_token& stop) {
    const base::EpochMs moment_ms = (since_ms / 1000 + 1) * 1000;
    while (clock_.now_ms() <= moment_ms) {
        if (stop.stop_requested())
            return base::Error{base::ErrorKind::deadline_near, "the demo was stopped"};
        clock_.sleep_ms(kWaitStepMs);
    }
    if (auto done = table_export_.invoke(schedule_event(moment_ms), stop); !done)
        return std::move(done).error();
    auto manifest = find();
    if (manifest) board_.change([](Counts& counts) { ++counts.exports; });
    return manifest;
}

base::Result<std::string> Exports::find() {
    auto objects = store_.list(prefix_ + "/");
    if (!objects) return std::move(objects).error();
    for (const lake::ObjectInfo& object : *objects) {
        if (object.key.ends_with("/manifest-summary.json")) return object.key;
    }
    return base::Error{base::ErrorKind::rejected, "table_export started no export"};
}

base::Result<base::Done> load_snapshot(CalledFunction& export_to_lake, const std::string& manifest,
                                       Board& board, const std::stop_token& stop) {
    const std::string event = fmt::format(
        R"({{"Records":[{{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"us-east-1",)"
        R"("eventName":"ObjectCreated:Put","s3":{{"bucket":{{"name":"{}"}},"object":{{"key":"{}"}}}}}}]}})",
        kBucket, manifest);
    const auto response = export_to_lake.invoke(event, stop);
    if (!response) return response.error();
    const auto json = codec::parse_json(*response, "export_to_lake's response");
    if (!json) return json.error();
    const auto items = codec::find_integer(*json, "items");
    if (!items || !codec::find_bool(*json, "complete").value_or(false))
        return base::Error{base::ErrorKind::rejected,
                           "export_to_lake's response tells of no complete export"};
    board.change([&](Counts& counts) { counts.snapshot_items += *items; });
    return base::Done{};
}

}  // namespace demo
