// Whatever happens to a table, and however its lines come to lie in the lake: the lake is equal;
// and whatever one line loses that the newest state needs, it is not.
#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <map>
#include <optional>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "tests/runtime/local/verify_fixture.h"

namespace {

using tests::kExportMs;
using tests::kSnapshotMs;
using tests::Table;

struct Change {
    int number;
    base::EpochMs time_ms;
    int key;
    std::optional<int> value;  // nothing: it was removed
};

std::string attributes(int key, int value) {
    return fmt::format(R"("pk":"k{}","sk":1,"v":{})", key, value);
}

// The changes of a table: their real times ascend, the stream's are whole seconds.
std::vector<Change> any_changes(int count_min) {
    std::vector<Change> changes;
    base::EpochMs now_ms = kSnapshotMs - 1'500;
    const int count = *rc::gen::inRange(count_min, 60);
    for (int i = 0; i < count; ++i) {
        now_ms += *rc::gen::element<base::EpochMs>(1, 300, 300, 700, 2'000, 4'000'000);
        const int value = *rc::gen::element(-1, 0, 1, 2);
        changes.push_back({.number = 8 + i,  // from one digit to two
                           .time_ms = now_ms,
                           .key = *rc::gen::element(0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
                           .value = value < 0 ? std::nullopt : std::optional(value)});
    }
    return changes;
}

using State = std::map<int, int>;

void apply(const Change& change, State& state) {
    if (change.value) {
        state[change.key] = *change.value;
    } else {
        state.erase(change.key);
    }
}

State state_at(const std::vector<Change>& changes, base::EpochMs time_ms) {
    State state;
    for (const Change& change : changes) {
        if (change.time_ms < time_ms) apply(change, state);
    }
    return state;
}

// The line of each change that is one; a delete of nothing is none.
std::vector<std::string> stream_of(const std::vector<Change>& changes) {
    std::vector<std::string> lines;
    State state;
    for (const Change& change : changes) {
        const auto before = state.find(change.key);
        const bool was_there = before != state.end();
        const std::string old = attributes(change.key, was_there ? before->second : 0);
        if (!change.value && !was_there) continue;
        const char* operation = !change.value ? "REMOVE" : was_there ? "MODIFY" : "INSERT";
        const base::EpochMs second = change.time_ms - change.time_ms % 1'000;
        lines.push_back(
            tests::stream_line(operation, change.number, second,
                               change.value ? attributes(change.key, *change.value) : old));
        apply(change, state);
    }
    return lines;
}

// Over files of several days, in any order, some of them twice.
void scatter(const std::vector<std::string>& lines, Table& table) {
    std::vector<std::string> scattered = lines;
    for (const std::string& line : lines) {
        if (*rc::gen::inRange(0, 5) == 0) scattered.push_back(line);
    }
    for (std::size_t i = scattered.size(); i > 1; --i)
        std::swap(scattered[i - 1], scattered[*rc::gen::inRange<std::size_t>(0, i)]);
    for (const std::string& line : scattered) {
        const char* const name =
            *rc::gen::element("dt=20230921/a.json.gz", "dt=20230922/b.json", "dt=20230922/c.gz");
        table.files[name].push_back(line);
    }
}

Table table_of(const std::vector<Change>& changes, const std::vector<std::string>& stream) {
    Table table;
    for (const auto& [key, value] : state_at(changes, kExportMs))
        table.items.push_back(
            fmt::format(R"({{"pk":{{"S":"k{}"}},"sk":{{"N":"1"}},"v":{{"N":"{}"}}}})", key, value));
    // A snapshot may be of the midst of a second, of which the stream tells the second alone.
    const base::EpochMs snapshot_ms = kSnapshotMs + *rc::gen::element<base::EpochMs>(0, 28, 999);
    for (const auto& [key, value] : state_at(changes, snapshot_ms))
        table.files[tests::kSnapshotFile].push_back(
            tests::export_line("INSERT", snapshot_ms, attributes(key, value)));
    scatter(stream, table);
    table.files["dt=20230921/none.json"] = {};  // so that there is a lake
    if (table.files.contains(tests::kSnapshotFile))
        table.files["dt=00000000/_SUCCESS-01695266676000-0a0b0c0d"] = {R"({"files":1})"};
    return table;
}

RC_GTEST_PROP(VerifyProperty, FindsAWholeLakeEqual, ()) {
    const std::vector<Change> changes = any_changes(0);
    Table table = table_of(changes, stream_of(changes));
    const local::VerifyResult result = table.verify();
    RC_ASSERT(tests::found(result) == std::vector<std::string>());
    RC_ASSERT(result.counts.equal_items == static_cast<std::int64_t>(table.items.size()));
}

// Of each key whose newest line before the export can be told for certain, the place of that line:
// after the snapshot, with no change of the key near the export.
std::map<int, std::size_t> certain_lines(const std::vector<Change>& changes,
                                         const std::vector<std::string>& lines) {
    std::map<int, std::size_t> certain;
    for (const Change& change : changes) {
        const std::string id = fmt::format("\"e{}\"", change.number);
        const auto line = std::find_if(lines.begin(), lines.end(), [&](const std::string& one) {
            return one.find(id) != std::string::npos;
        });
        if (line == lines.end()) continue;
        if (std::abs(change.time_ms - kExportMs) < 3'000) {
            certain.erase(change.key);
        } else if (change.time_ms < kExportMs && change.time_ms > kSnapshotMs + 2'000) {
            certain[change.key] = static_cast<std::size_t>(line - lines.begin());
        }
    }
    return certain;
}

// A value is changed, or a delete is lost.
RC_GTEST_PROP(VerifyProperty, FindsTheKeyWhoseNewestLineIsDamaged, ()) {
    const std::vector<Change> changes = any_changes(20);
    std::vector<std::string> lines = stream_of(changes);
    const std::map<int, std::size_t> certain = certain_lines(changes, lines);
    RC_PRE(!certain.empty());
    const auto chosen =
        std::next(certain.begin(), *rc::gen::inRange<std::ptrdiff_t>(0, std::ssize(certain)));
    const int key = chosen->first;
    std::string& line = lines[chosen->second];
    Table table = table_of(changes, {});
    const bool is_remove = line.find("REMOVE") != std::string::npos;
    if (is_remove) {
        line.replace(line.find("REMOVE"), 6, "MODIFY");
    } else {
        line.replace(line.find(R"("v":)") + 4, 1, "7");
    }
    scatter(lines, table);
    const local::VerifyResult result = table.verify();
    RC_ASSERT(result.differences.size() == 1U);
    RC_ASSERT(result.differences[0].key == fmt::format(R"({{"pk":"k{}","sk":1}})", key));
    RC_ASSERT(result.differences[0].kind ==
              (is_remove ? local::DifferenceKind::extra : local::DifferenceKind::different));
}

}  // namespace
