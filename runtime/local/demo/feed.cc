#include "runtime/local/demo/feed.h"

#include <fmt/format.h>

#include "common/codec/json.h"
#include "runtime/local/demo/change_generator.h"
#include "runtime/local/demo/orders_api.h"

namespace demo {
namespace {

base::Result<base::Done> write_batch(Stage& stage, const ChangeBatch& batch) {
    const auto answer = stage.world().ask("dynamodb", "BatchWriteItem", batch.request);
    if (!answer) return answer.error();
    const auto json = codec::parse_json(*answer, "the answer of BatchWriteItem");
    if (!json) return json.error();
    const auto* unprocessed = codec::find_object(*json, "UnprocessedItems");
    if (unprocessed != nullptr && unprocessed->MemberCount() > 0)
        return base::Error{base::ErrorKind::throttled,
                           "BatchWriteItem: items were left unprocessed"};
    stage.board().change([&](Counts& counts) {
        counts.made += batch.changes();
        counts.inserts += batch.inserts;
        counts.modifies += batch.modifies;
        counts.removes += batch.removes;
    });
    return base::Done{};
}

}  // namespace

base::Result<std::string> load_from_api(Stage& stage) {
    stage.board().phase("api_to_dynamodb loads the first items");
    OrdersApi api;
    if (auto started = api.start(); !started) return std::move(started).error();
    CalledFunction loader =
        stage.function("api_to_dynamodb", {{"API_URL", api.url()},
                                           {"PLACES", OrdersApi::places()},
                                           {"TABLE_NAME", std::string(kTable)},
                                           {"ITEM_MAP", std::string(OrdersApi::item_map())}});
    const std::string event =
        fmt::format(R"({{"time":"{}"}})", base::format_iso8601(stage.clock().now_ms()));
    if (auto done = loader.invoke(event, stage.stop()); !done) return done;
    std::int64_t items = 0;
    if (auto done = stage.world().scan([&](std::string_view) { ++items; }); !done)
        return std::move(done).error();
    stage.board().change([&](Counts& counts) { counts.api_items = items; });
    return stage.world().enable_stream();
}

base::Result<base::Done> change_table(Stage& stage, const std::function<void()>& at_half) {
    const std::int64_t changes = stage.options().changes;
    ChangeGenerator generator(stage.options().seed, stage.options().keys);
    bool half = false;
    for (std::int64_t made = 0; made < changes;) {
        if (stage.stop().stop_requested()) return stopped();
        if (!half && made * 2 >= changes) {
            half = true;
            at_half();
        }
        const ChangeBatch batch = generator.next(changes - made);
        if (auto written = write_batch(stage, batch); !written) return written;
        made += batch.changes();
    }
    if (!half) at_half();  // one batch was all
    return base::Done{};
}

}  // namespace demo
