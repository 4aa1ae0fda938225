// A small export and a lake in memory, and the backfill of one to the other.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/codec/gzip.h"
#include "common/codec/json.h"
#include "runtime/local/backfill.h"
#include "tests/support/export_files.h"
#include "tests/support/fakes.h"
#include "tests/support/memory_store.h"

namespace local {

inline constexpr std::string_view kPart = "lake/orders/dt=00000000/";
inline const std::string kSuccess = "_SUCCESS-01695353076000-a1b2c3d4";

// The source and the lake of one thread, as maps of this process.
class MemoryStores final : public ThreadStores {
  public:
    MemoryStores(tests::MemoryObjects& source, tests::MemoryObjects& lake,
                 const tests::StoreFault& source_fault, const tests::StoreFault& lake_fault)
        : source_(source, source_fault), lake_(lake, lake_fault) {}
    lake::ObjectStore& at(const lake::ObjectUri& uri) override {
        return uri.bucket == "lake-bucket" ? lake_ : source_;
    }

  private:
    tests::MemoryStore source_;
    tests::MemoryStore lake_;
};

class BackfillTest : public testing::Test {
  protected:
    // One item a file: a.json.gz holds {"id":"a"}.
    void SetUp() override {
        for (const char* name : {"a", "b", "c", "d", "e"}) {
            export_.files.push_back(tests::export_file(
                fmt::format("{}.json.gz", name),
                {fmt::format("{{\"Item\":{{\"id\":{{\"S\":\"{}\"}}}}}}", name)}));
        }
        export_.put(source_);
        options_.manifest = {.bucket = "exports-bucket", .key = export_.summary_key()};
        options_.place.folder = {.bucket = "lake-bucket", .key = "lake/orders/"};
        options_.line.metadata = dynamodb::kNoLineMetadata;
        options_.format = OutputFormat::json;
    }

    ExitCode run() {
        told_.clear();
        given_.clear();
        const MakeThreadStores make = [this] {
            return std::make_unique<MemoryStores>(source_, lake_, source_fault_, lake_fault_);
        };
        const BackfillSeams seams{.make_stores = make,
                                  .clock = clock_,
                                  .tell = [this](std::string_view text) { told_ += text; },
                                  .give = [this](std::string_view text) { given_ += text; },
                                  .columns = [] { return std::size_t{80}; }};
        return backfill(options_, seams, stop_.get_token());
    }

    // The names in the lake's partition.
    std::vector<std::string> lake_names() const {
        std::vector<std::string> names;
        for (const auto& [key, bytes] : lake_.all()) {
            EXPECT_THAT(key, testing::StartsWith(kPart));
            names.push_back(key.substr(kPart.size()));
        }
        return names;
    }
    std::string object(char name) const {
        return fmt::format("{}01695353076000-a1b2c3d4-{}.json.gz", kPart, name);
    }
    std::string lines(char name) const {
        const auto bytes = lake_.find(object(name));
        if (!bytes) return "(none)";
        const auto text = codec::gzip_decompress(*bytes, 1 << 20);
        return text ? *text : text.error().message;
    }
    bool has_success() const { return lake_.find(std::string(kPart) + kSuccess).has_value(); }
    // A member of the object on standard output.
    std::int64_t number(const char* name) const {
        const auto json = codec::parse_json(given_, "the output");
        return json ? codec::find_integer(*json, name).value_or(-1) : -2;
    }
    bool flag(const char* name) const {
        const auto json = codec::parse_json(given_, "the output");
        EXPECT_TRUE(json && codec::find_bool(*json, name)) << name;
        return json && codec::find_bool(*json, name).value_or(false);
    }
    void damage(std::size_t file) {
        export_.files[file] =
            tests::export_file(export_.files[file].name, {"{\"Item\":{\"id\":{\"S\":\"x\"}}"});
        export_.put(source_);
    }
    // Counts the objects that are begun from now on.
    void count_created() {
        lake_fault_ = [this](tests::StoreCall call,
                             std::string_view key) -> std::optional<base::Error> {
            if (call == tests::StoreCall::create && key.ends_with(".json.gz")) ++created_;
            return std::nullopt;
        };
    }

    tests::ExportFiles export_;
    tests::MemoryObjects source_;
    tests::MemoryObjects lake_;
    tests::StoreFault source_fault_;
    tests::StoreFault lake_fault_;
    tests::FakeClock clock_;
    std::stop_source stop_;
    BackfillOptions options_;
    std::string told_;
    std::string given_;
    std::atomic<int> created_ = 0;
};

}  // namespace local
