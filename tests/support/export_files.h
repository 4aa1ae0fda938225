// Exports as DynamoDB leaves them in a bucket: data files, both manifests and their checksums. A
// test takes one, damages what it is about, and puts it into a store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/memory_store.h"

namespace tests {

struct ExportFile {
    std::string name;   // "a.json.gz"
    std::string bytes;  // gzip
    std::int64_t item_count = 0;
    // What the manifest says of it; the bytes' own where it is not set, nothing where it is empty.
    std::optional<std::string> md5_base64 = {};
    std::optional<std::string> etag = {};
};

// A data file of these lines, each with its newline.
ExportFile export_file(const std::string& name, const std::vector<std::string>& lines);

struct ExportFiles {
    std::string prefix = "exports/";  // "" or with a slash at its end
    std::string table_name = "orders";
    std::string export_id = "01695353076000-a1b2c3d4";
    bool incremental = false;
    std::string view = "NEW_AND_OLD_IMAGES";
    std::string export_time = "2023-09-22T03:24:36.000Z";
    std::vector<ExportFile> files;
    std::optional<std::int64_t> item_count = {};  // of the summary; the files' sum where not set
    std::string checksum_end = ".checksum";       // empty: there are none

    [[nodiscard]] std::string folder() const { return prefix + "AWSDynamoDB/" + export_id + "/"; }
    [[nodiscard]] std::string summary_key() const { return folder() + "manifest-summary.json"; }
    [[nodiscard]] std::string files_key() const { return folder() + "manifest-files.json"; }
    [[nodiscard]] std::string data_key(const ExportFile& file) const;
    [[nodiscard]] std::string table_arn() const;
    [[nodiscard]] std::string export_arn() const;
    [[nodiscard]] std::string summary_json() const;
    [[nodiscard]] std::string files_json() const;
    void put(MemoryObjects& objects) const;
};

}  // namespace tests
