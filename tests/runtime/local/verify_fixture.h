// A small table in memory: its export, and the lake that rebuilds it. A test takes it, damages what
// it is about, and verifies.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "common/codec/gzip.h"
#include "runtime/local/verify.h"
#include "tests/support/export_files.h"
#include "tests/support/fakes.h"
#include "tests/support/memory_store.h"

namespace tests {

// 2023-09-22T03:24:36Z, the export's time.
constexpr base::EpochMs kExportMs = 1'695'353'076'000;
constexpr base::EpochMs kSnapshotMs = kExportMs - 86'400'000;
inline const std::string kSnapshotFile = "dt=00000000/01695266676000-0a0b0c0d-s.json.gz";

// Lines of the lake. `attributes` are members without braces: "pk":"a","sk":1.
inline std::string stream_line(std::string_view operation, int number, std::int64_t time_ms,
                               std::string_view attributes) {
    return fmt::format(R"({{{},"__operation":"{}","__event_id":"e{}","__sequence_number":"{:021}",)"
                       R"("__event_time_ms":{},"__ttl_delete":false}})",
                       attributes, operation, number, number, time_ms);
}
inline std::string export_line(std::string_view operation, std::int64_t time_ms,
                               std::string_view attributes) {
    return fmt::format(R"({{{},"__operation":"{}","__event_time_ms":{}}})", attributes, operation,
                       time_ms);
}
inline std::string snapshot_line(std::string_view attributes) {
    return export_line("INSERT", kSnapshotMs, attributes);
}

// The object stores of one thread over two maps.
class VerifyStores final : public local::ThreadStores {
  public:
    VerifyStores(MemoryObjects& source, MemoryObjects& lake, const StoreFault& fault)
        : source_(source, fault), lake_(lake, fault) {}
    lake::ObjectStore& at(const lake::ObjectUri& uri) override {
        return uri.bucket == "lake-bucket" ? lake_ : source_;
    }

  private:
    MemoryStore source_;
    MemoryStore lake_;
};

struct Table {
    // {"pk":{"S":"a"},…} of each item.
    std::vector<std::string> items;
    // Below the lake's folder; names that end in .gz are compressed.
    std::map<std::string, std::vector<std::string>> files;
    local::VerifyOptions options = {.manifest = {.bucket = "exports-bucket", .key = {}},
                                    .lake = {.bucket = "lake-bucket", .key = "lake/orders"},
                                    .key = {"pk", "sk"},
                                    .temp_folder = testing::TempDir(),
                                    .workers = 2};
    ExportFiles exported;
    std::unique_ptr<MemoryObjects> source = std::make_unique<MemoryObjects>();
    std::unique_ptr<MemoryObjects> lake = std::make_unique<MemoryObjects>();
    StoreFault fault;
    base::Result<std::vector<std::string>> described =
        base::Error{base::ErrorKind::access_denied, "DescribeTable: 400 AccessDenied"};
    std::stop_source stop;
    std::string told;

    // Writes both sides anew.
    void put() {
        source = std::make_unique<MemoryObjects>();
        lake = std::make_unique<MemoryObjects>();
        std::vector<std::string> lines;
        lines.reserve(items.size());
        for (const std::string& item : items)
            lines.push_back(fmt::format(R"({{"Item":{}}})", item));
        exported.files = {export_file("x.json.gz", lines), export_file("empty.json.gz", {})};
        exported.put(*source);
        options.manifest.key = exported.summary_key();
        for (const auto& [name, file_lines] : files) {
            std::string text;
            for (const std::string& line : file_lines)
                text += line + "\n";
            lake->put("lake/orders/" + name,
                      name.ends_with(".gz") ? codec::gzip_compress(text) : text);
        }
    }

    // Of what was put.
    base::Result<local::VerifyResult> run() {
        const local::MakeThreadStores make = [this] {
            return std::make_unique<VerifyStores>(*source, *lake, fault);
        };
        const FakeClock clock;
        const local::VerifySeams seams{
            .make_stores = make,
            .describe_key = [this](const std::string&) { return described; },
            .clock = clock,
            .tell = [this](std::string_view text) { told += text; },
            .columns = [] { return std::size_t{80}; }};
        return local::verify(options, seams, stop.get_token());
    }

    local::VerifyResult verify() {
        put();
        auto result = run();
        EXPECT_TRUE(result.ok()) << result.error().message;
        return result ? *std::move(result) : local::VerifyResult();
    }

    // The one line of the lake that holds `part`.
    std::string& line_with(std::string_view part) {
        std::string* found = nullptr;
        for (auto& [name, lines] : files) {
            for (std::string& line : lines) {
                if (line.find(part) == std::string::npos) continue;
                EXPECT_EQ(found, nullptr) << part << " is not the only one";
                found = &line;
            }
        }
        EXPECT_NE(found, nullptr) << part << " is not there";
        static std::string none;
        return found != nullptr ? *found : none;
    }
    void replace(std::string_view line, std::string_view from, std::string_view to) {
        std::string& text = line_with(line);
        const std::size_t at = text.find(from);
        ASSERT_NE(at, std::string::npos) << from;
        text.replace(at, from.size(), to);
    }
    void remove(std::string_view part) {
        const std::string gone = line_with(part);
        for (auto& [name, lines] : files)
            std::erase(lines, gone);
    }
};

// What was found, one line each: kind, key, detail.
inline std::vector<std::string> found(const local::VerifyResult& result) {
    std::vector<std::string> lines;
    lines.reserve(result.differences.size() + result.bad_lines.size());
    for (const local::KeyDifference& one : result.differences)
        lines.push_back(fmt::format("{} {} {}", name_of(one.kind), one.key, one.detail));
    for (const local::BadLakeLine& bad : result.bad_lines)
        lines.push_back(fmt::format("bad {} {}: {}", bad.file, bad.line, bad.reason));
    return lines;
}

// A table of every kind of attribute and of history.
inline void fill(Table& table) {
    std::string deep_item = R"({"N":"1"})";
    std::string deep = "1";
    for (int i = 0; i < 30; ++i) {
        deep_item = fmt::format(R"({{"M":{{"m":{}}}}})", deep_item);
        deep = fmt::format(R"({{"m":{}}})", deep);
    }
    table.items = {
        R"({"pk":{"S":"all"},"sk":{"N":"1"},"s":{"S":"\u00e9t\u00e9"},)"
        R"("n":{"N":"12345678901234567890123456789012345678"},"p":{"N":"1E+20"},)"
        R"("b":{"B":"AP8="},"t":{"BOOL":true},"z":{"NULL":true},"e":{"S":""},)"
        R"("l":{"L":[{"N":"1"},{"S":"x"},{"M":{"q":{"N":"2.50"}}}]},)"
        R"("ss":{"SS":["x","y"]},"ns":{"NS":["1","20"]},"bs":{"BS":["AA==","AQ=="]},"deep":)" +
            deep_item + "}",
        R"({"pk":{"S":"changed"},"sk":{"N":"1"},"v":{"S":"new"}})",
        R"({"pk":{"S":"inserted"},"sk":{"N":"1"},"v":{"S":"i"}})",
        R"({"pk":{"S":"twice"},"sk":{"N":"1"},"v":{"N":"3"}})",
        R"({"pk":{"S":"twice"},"sk":{"N":"2"},"v":{"S":"left"}})",
        R"({"pk":{"S":"twice"},"sk":{"N":"3"},"v":{"S":"right"}})",
        R"({"pk":{"S":"incremented"},"sk":{"N":"1"},"v":{"S":"inc"}})"};
    table.files[kSnapshotFile] = {
        snapshot_line(R"("pk":"all","sk":1,"s":"été","n":12345678901234567890123456789012345678,)"
                      R"("p":1E+20,"b":"AP8=","t":true,"z":null,"e":"","l":[1,"x",{"q":2.50}],)"
                      R"("ss":["y","x"],"ns":[20,1],"bs":["AA==","AQ=="],"deep":)" +
                      deep),
        snapshot_line(R"("pk":"changed","sk":1,"v":"old")"),
        snapshot_line(R"("pk":"removed","sk":1,"v":"r")"),
        snapshot_line(R"("pk":"twice","sk":1,"v":1)"),
        snapshot_line(R"("pk":"incremented","sk":1,"v":"old")")};
    table.files["dt=00000000/_SUCCESS-01695266676000-0a0b0c0d"] = {R"({"files":1,"items":5})"};
    const base::EpochMs hour_ago = kExportMs - 3'600'000;
    table.files["dt=20230922/a.json.gz"] = {
        stream_line("MODIFY", 100, hour_ago, R"("pk":"changed","sk":1,"v":"new")"),
        stream_line("REMOVE", 110, hour_ago, R"("pk":"removed","sk":1,"v":"r")"),
        stream_line("MODIFY", 120, hour_ago, R"("pk":"twice","sk":1,"v":2)"),
        stream_line("INSERT", 130, hour_ago, R"("pk":"inserted","sk":1,"v":"i")")};
    table.files["dt=20230922/b.json.gz"] = {
        stream_line("MODIFY", 140, hour_ago, R"("pk":"twice","sk":1,"v":3)"),
        stream_line("INSERT", 150, hour_ago, R"("pk":"twice","sk":2,"v":"left")"),
        stream_line("INSERT", 160, hour_ago, R"("pk":"twice","sk":3,"v":"right")"),
        stream_line("INSERT", 170, hour_ago, R"("pk":"brief","sk":1,"v":"b")"),
        stream_line("REMOVE", 180, hour_ago, R"("pk":"brief","sk":1)"),
        // After the export.
        stream_line("MODIFY", 190, kExportMs + 5'000, R"("pk":"changed","sk":1,"v":"later")")};
    table.files["dt=20230922/increment.json"] = {
        export_line("MODIFY", hour_ago + 7, R"("pk":"incremented","sk":1,"v":"inc")")};
}

}  // namespace tests
