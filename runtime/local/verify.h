// `lakefeed verify`: whether the lake holds the table. A full export tells every item at one
// moment; for the same moment the lake's lines (a snapshot and the changes since) rebuild every
// item; the two are compared key by key.
//
// Lines and items are put aside on disk by the hash of their key, and brought together one
// partition at a time, so that the memory does not grow with the table.
#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/lake/object_uri.h"
#include "runtime/local/progress.h"
#include "runtime/local/thread_stores.h"
#include "runtime/local/verify_line.h"
#include "runtime/local/verify_result.h"

namespace local {

// For what all workers hold of the lake's states at once.
constexpr std::size_t kVerifyMemoryBytes = 96UL * 1024 * 1024;

struct VerifyOptions {
    // Of a full export, newer than the lake's snapshot; or its folder, or one above it.
    lake::ObjectUri manifest = {};
    lake::ObjectUri lake = {};  // the folder of one table
    LakeSettings lines = {};
    std::vector<std::string> key = {};  // the names of the key attributes; empty: to be found
    std::size_t list_max = 20;          // differences that are listed
    std::string temp_folder = "/tmp";
    int workers = 1;
    std::size_t memory_bytes = kVerifyMemoryBytes;
    ProgressLook look = ProgressLook::lines;
};

struct VerifySeams {
    const MakeThreadStores& make_stores;  // called from every thread that needs some
    // The names of a table's key attributes as AWS knows them.
    std::function<base::Result<std::vector<std::string>>(const std::string& table_arn)>
        describe_key;
    const base::Clock& clock;
    std::function<void(std::string_view)> tell;  // the progress
    std::function<std::size_t()> columns;        // of the terminal
};

// Kind config_invalid where the options cannot be (settings that leave out what the newest line is
// known by, an export that is no full one, a key that is nowhere to be found), deadline_near where
// it was stopped; else what could not be read or written.
base::Result<VerifyResult> verify(const VerifyOptions& options, const VerifySeams& seams,
                                  const std::stop_token& stop);

}  // namespace local
