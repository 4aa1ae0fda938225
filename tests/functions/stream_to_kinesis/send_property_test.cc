// Any sending under any faults. fake_kinesis.h checks each request as it comes (P5: the limits; P3:
// the order of each item; nothing again that was confirmed; no late beginning) and the report at
// the end; here are the properties of the whole: P1 conservation, P3 the order in Kinesis, P4 what
// was stored of an item is its beginning, P5 packing, P7 the deadline and the attempts. RC_PARAMS
// (seed, max_success) reruns a case; a failure prints it.
#include <algorithm>
#include <map>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "functions/stream_to_kinesis/send.h"
#include "tests/functions/stream_to_kinesis/fake_kinesis.h"
#include "tests/support/fakes.h"

namespace tests {

using stream_to_kinesis::Delivery;
using stream_to_kinesis::OutgoingRecord;
using stream_to_kinesis::SendReport;

struct AnyRecord {
    unsigned stream = 0;
    unsigned item = 0;
    std::size_t bytes = 0;
    bool is_poison = false;  // requests with it are refused
};
struct World {
    std::vector<AnyRecord> records;
    std::vector<RequestFate> script;  // of the first requests; all that come later are stored
    std::int64_t time_ms = 0;
    int attempts_max = 1;
    std::uint64_t seed = 0;
};

// RapidCheck fixes the name.
// NOLINTBEGIN(readability-identifier-naming)
void showValue(const AnyRecord& record, std::ostream& out) {
    out << fmt::format("{}/{}:{}{}", record.stream, record.item, record.bytes,
                       record.is_poison ? "!" : "");
}
void showValue(const RequestFate& fate, std::ostream& out) {
    out << fmt::format("[{} ms", fate.takes_ms);
    if (fate.error) out << ' ' << base::kind_name(*fate.error);
    if (fate.stored_all_the_same) out << " stored after " << fate.stored_late_ms << " ms";
    for (const Fate entry : fate.entries)
        out << ' ' << static_cast<int>(entry);
    out << ']';
}
void showValue(const World& world, std::ostream& out) {
    rc::show(world.records, out);
    rc::show(world.script, out);
    out << fmt::format("{} ms, {} attempts, seed {}", world.time_ms, world.attempts_max,
                       world.seed);
}
// NOLINTEND(readability-identifier-naming)

namespace {

using base::ErrorKind;

// Every record is a view into it, at a place of its own.
const std::string& all_bytes() {
    static const std::string kBytes((10U << 20U) + 10'000, 'x');
    return kBytes;
}
constexpr const char* kStreams[] = {"stream 0", "stream 1", "stream 2"};

std::vector<OutgoingRecord> outgoing(const std::vector<AnyRecord>& records) {
    std::vector<OutgoingRecord> made;
    made.reserve(records.size());
    for (std::size_t i = 0; i < records.size(); ++i) {
        made.push_back({.stream = kStreams[records[i].stream],
                        .item = records[i].item,
                        .partition_key = "k",
                        .data = std::string_view(all_bytes()).substr(i, records[i].bytes - 1)});
    }
    return made;
}

rc::Gen<std::size_t> any_size(bool large) {
    return large ? rc::gen::inRange<std::size_t>(1, 2'000'000)
                 : rc::gen::inRange<std::size_t>(1, 200);
}

std::vector<AnyRecord> any_records() {
    const unsigned streams = *rc::gen::inRange(1U, 4U);
    const unsigned items = *rc::gen::element(1U, 2U, 5U, 20U, 400U);
    const bool has_poison = *rc::gen::inRange(0, 3) == 0;
    const auto record = rc::gen::build<AnyRecord>(
        rc::gen::set(&AnyRecord::stream, rc::gen::inRange(0U, streams)),
        rc::gen::set(&AnyRecord::item, rc::gen::inRange(0U, items)),
        rc::gen::set(&AnyRecord::bytes, any_size(*rc::gen::inRange(0, 8) == 0)),
        rc::gen::set(&AnyRecord::is_poison,
                     rc::gen::map(rc::gen::inRange(0, 40),
                                  [has_poison](int n) { return has_poison && n == 1; })));
    const bool is_long = *rc::gen::inRange(0, 20) == 0;
    return *rc::gen::scale(is_long ? 8.0 : 1.0, rc::gen::container<std::vector<AnyRecord>>(record));
}

RequestFate any_fate() {
    RequestFate fate{.takes_ms = *rc::gen::inRange<std::int64_t>(1, 700)};
    const int kind = *rc::gen::inRange(0, 10);
    if (kind < 5) {
        fate.entries = *rc::gen::container<std::vector<Fate>>(rc::gen::map(
            rc::gen::inRange(0, 8), [](int n) { return n < 4 ? Fate::stored : Fate(n - 3); }));
        return fate;
    }
    fate.error = *rc::gen::element(ErrorKind::throttled, ErrorKind::service_failed,
                                   ErrorKind::connect_failed, ErrorKind::outcome_unknown,
                                   ErrorKind::outcome_unknown, ErrorKind::access_denied);
    fate.stored_all_the_same = *rc::gen::arbitrary<bool>();
    fate.stored_late_ms = *rc::gen::inRange<std::int64_t>(0, stream_to_kinesis::kLateStoreMs);
    fate.is_mended = *fate.error == ErrorKind::access_denied && *rc::gen::inRange(0, 4) > 0;
    if (*rc::gen::inRange(0, 3) == 0)
        fate.retry_after_ms = *rc::gen::element<std::int64_t>(0, 1, 700, 1'000'000'000);
    return fate;
}

rc::Gen<World> any_world() {
    return rc::gen::exec([] {
        World world;
        world.records = any_records();
        world.script = *rc::gen::container<std::vector<RequestFate>>(rc::gen::exec(any_fate));
        world.time_ms =
            *rc::gen::element<std::int64_t>(0, 501, 1'600, 3'000, 10'000, 60'000, 900'000);
        world.attempts_max = *rc::gen::inRange(1, 11);
        world.seed = *rc::gen::arbitrary<std::uint64_t>();
        return world;
    });
}

// What came of a world.
struct Run {
    explicit Run(const World& world)
        : records(outgoing(world.records)),
          random(world.seed),
          deadline{clock.now_ms() + world.time_ms},
          kinesis(records, deadline, clock, [&world](std::size_t request, std::size_t) {
              return request < world.script.size() ? world.script[request] : RequestFate{};
          }) {
        for (std::size_t i = 0; i < records.size(); ++i) {
            if (world.records[i].is_poison) poison.insert(i);
        }
        kinesis.refuse(poison);
        report = send_records(records, {.deadline = deadline, .attempts_max = world.attempts_max},
                              {kinesis, clock, random, quota});
        kinesis.expect_report(report);
    }
    std::vector<OutgoingRecord> records;
    FakeClock clock;
    SeededRandom random;
    aws::RetryQuota quota;
    base::Deadline deadline;
    FakeKinesis kinesis;
    std::set<std::size_t> poison;
    SendReport report;
};

using Item = std::pair<std::string_view, std::uint64_t>;
Item item_of(const OutgoingRecord& record) {
    return {record.stream, record.item};
}

// P1: what is confirmed is stored; what is stored and not confirmed is told to be so, perhaps.
void expect_conservation(Run& run) {
    std::set<std::size_t> stored;
    for (const char* stream : kStreams) {
        for (const std::size_t record : run.kinesis.stored(stream))
            stored.insert(record);
    }
    for (std::size_t i = 0; i < run.records.size(); ++i) {
        const bool is_confirmed = run.report.deliveries[i] == Delivery::confirmed;
        RC_ASSERT(!is_confirmed || stored.contains(i));
        RC_ASSERT(is_confirmed || !stored.contains(i) || run.report.maybe_stored[i]);
        RC_ASSERT(run.report.deliveries[i] != Delivery::refused || run.poison.contains(i));
    }
}

// P3: each item's records stand in Kinesis in order; one may stand there more than once.
void expect_order(Run& run) {
    for (const char* stream : kStreams) {
        std::map<Item, std::size_t> last;
        for (const std::size_t record : run.kinesis.stored(stream)) {
            const auto [found, first] = last.try_emplace(item_of(run.records[record]), record);
            RC_ASSERT(found->second <= record);
            found->second = record;
        }
    }
}

// P4: no record is confirmed behind one of its item that is not.
void expect_beginnings(const Run& run) {
    std::set<Item> stopped;
    for (std::size_t i = 0; i < run.records.size(); ++i) {
        if (run.report.deliveries[i] != Delivery::confirmed) {
            stopped.insert(item_of(run.records[i]));
        } else {
            RC_ASSERT(!stopped.contains(item_of(run.records[i])));
        }
    }
}

RC_GTEST_PROP(SendProperties, HoldUnderAnyFaults, ()) {
    const World world = *any_world();
    testing::TestPartResultArray faults;
    {
        const testing::ScopedFakeTestPartResultReporter intercepted(
            testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &faults);
        Run run(world);
        expect_conservation(run);
        expect_order(run);
        expect_beginnings(run);
        // P7.
        RC_ASSERT(run.clock.now_ms() <= std::max(run.deadline.at_ms - 500, kTestNowMs));
        for (std::size_t i = 0; i < run.records.size(); ++i)
            RC_ASSERT(run.kinesis.attempts(i) <= world.attempts_max);
        RC_CLASSIFY(run.report.unknown_outcomes > 0, "unknown outcomes");
        RC_CLASSIFY(!run.report.refused.empty(), "refused records");
        RC_CLASSIFY(run.report.requests_at_once > 1, "several at once");
    }
    for (int i = 0; i < faults.size(); ++i)
        RC_FAIL(faults.GetTestPartResult(i).message());
}

// Whatever the faults: as soon as they end and there is time, each record that is none of the
// poison's is confirmed. Nothing is left waiting for ever. (Access that is denied a third time,
// with credentials read anew twice, fails the invocation: Lambda comes again.)
RC_GTEST_PROP(SendProperties, AllIsConfirmedWhereTheFaultsEnd, ()) {
    World world = *any_world();
    std::erase_if(world.script, [](const RequestFate& fate) {
        return fate.error == ErrorKind::access_denied && !fate.is_mended;
    });
    int mended = 0;
    std::erase_if(world.script,
                  [&mended](const RequestFate& fate) { return fate.is_mended && ++mended > 2; });
    world.script.resize(std::min<std::size_t>(world.script.size(), 3));
    for (AnyRecord& record : world.records)
        record.is_poison = false;
    world.time_ms = 3'600'000;
    world.attempts_max = 10;
    testing::TestPartResultArray faults;
    {
        const testing::ScopedFakeTestPartResultReporter intercepted(
            testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &faults);
        const Run run(world);
        for (const Delivery delivery : run.report.deliveries)
            RC_ASSERT(delivery == Delivery::confirmed);
    }
    for (int i = 0; i < faults.size(); ++i)
        RC_FAIL(faults.GetTestPartResult(i).message());
}

// The fewest requests into which the records can be cut in their order, by trying all cuts.
std::size_t fewest_requests(const std::vector<AnyRecord>& records) {
    std::vector<std::size_t> fewest(records.size() + 1, 0);
    for (std::size_t end = 1; end <= records.size(); ++end) {
        fewest[end] = fewest[end - 1] + 1;  // a record may always go alone
        std::size_t bytes = 0;
        for (std::size_t begin = end; begin > 0 && end - begin < 500; --begin) {
            bytes += records[begin - 1].bytes;
            if (bytes > 5'242'880) break;
            fewest[end] = std::min(fewest[end], fewest[begin - 1] + 1);
        }
    }
    return fewest.back();
}

// P5: no request could hold one more record, and no other cut makes fewer requests.
RC_GTEST_PROP(SendProperties, PackAsFewRequestsAsCanBe, ()) {
    World world;
    const auto sizes = *rc::gen::oneOf(
        rc::gen::container<std::vector<std::size_t>>(any_size(true)),
        rc::gen::container<std::vector<std::size_t>>(rc::gen::element<std::size_t>(
            1, 1'048'576, 2'621'440, 5'242'879, 5'242'880, 5'242'881, 10'485'760)),
        rc::gen::scale(12.0, rc::gen::container<std::vector<std::size_t>>(any_size(false))));
    for (std::size_t i = 0; i < sizes.size(); ++i)
        world.records.push_back({0, static_cast<unsigned>(i), sizes[i], false});
    world.time_ms = 3'600'000;
    const Run run(world);
    const auto& requests = run.kinesis.requests();
    RC_ASSERT(requests.size() == fewest_requests(world.records));
    for (std::size_t i = 0; i + 1 < requests.size(); ++i) {
        std::size_t bytes = world.records[requests[i + 1].front()].bytes;
        for (const std::size_t record : requests[i])
            bytes += world.records[record].bytes;
        RC_ASSERT(requests[i].size() == 500U || bytes > 5'242'880U);
    }
    RC_CLASSIFY(requests.size() > 1, "several requests");
}

}  // namespace
}  // namespace tests
