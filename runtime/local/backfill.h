// `lakefeed backfill`: a whole export to the lake, several data files at a time.
//
// Before the first object, a _SUCCESS of an earlier backfill is taken away. Objects appear one by
// one, each whole; _SUCCESS is last. So whatever ends it, the lake holds no half of an object and
// no _SUCCESS too early. With --resume the objects are kept that were made of the same file with
// the same settings, which each object says of itself (data_file.h), whoever wrote it.
#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>
#include <string_view>

#include "common/base/clock.h"
#include "common/dynamodb/line_settings.h"
#include "common/lake/lake_layout.h"
#include "common/lake/object_uri.h"
#include "runtime/local/progress.h"
#include "runtime/local/terminal.h"
#include "runtime/local/thread_stores.h"

namespace local {

enum class BackfillMode { all, resume };
enum class BackfillEffect { write, dry_run };

struct BackfillOptions {
    lake::ObjectUri manifest = {};  // or the export's folder, or one above it
    lake::LakePlace place = {};
    dynamodb::LineSettings line = {};
    int workers = 1;
    BackfillMode mode = BackfillMode::all;
    BackfillEffect effect = BackfillEffect::write;
    OutputFormat format = OutputFormat::text;
    ProgressLook look = ProgressLook::lines;
    Colour colour = Colour::off;
};

struct BackfillSeams {
    const MakeThreadStores& make_stores;  // called from every thread that needs some
    const base::Clock& clock;
    std::function<void(std::string_view)> tell;  // standard error
    std::function<void(std::string_view)> give;  // standard output: the JSON object
    std::function<std::size_t()> columns;        // of the terminal
};

// set_up where the manifest or the lake cannot be read.
ExitCode backfill(const BackfillOptions& options, const BackfillSeams& seams,
                  const std::stop_token& stop);

}  // namespace local
