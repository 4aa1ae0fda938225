// One export, or one data file of it, to the lake.
//
// Progress under retries: what is in the lake already and was made of this very file with these
// line settings (lake::is_converted) is passed over, so that an event that comes again goes on
// where the last one ended. The next file is begun only where it is likely to be done before the
// deadline, as far as the files before it tell; the first one always is.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/deadline.h"
#include "common/base/log.h"
#include "common/base/result.h"
#include "common/lake/object_store.h"
#include "functions/export_to_lake/config.h"
#include "functions/export_to_lake/request.h"

namespace export_to_lake {

// The store of one bucket, whose calls end by the deadline. What it borrows outlives it.
using OpenStore = std::function<std::unique_ptr<lake::ObjectStore>(const std::string& bucket,
                                                                   base::Deadline deadline)>;

struct RunSeams {
    OpenStore open_store;
    base::Clock& clock;
    base::Log& log;
};

struct FileOutcome {
    std::string data_file;  // URIs
    std::string object;
    std::int64_t items = 0;
};

struct ExportOutcome {
    std::string export_arn;
    std::vector<FileOutcome> files;  // that are in the lake now
    std::int64_t items = 0;          // of those files
    bool complete = false;           // all files of the export are in the lake
    std::size_t files_kept = 0;      // they were there already
    std::int64_t items_converted = 0;
    std::uint64_t bytes_read = 0;
    std::uint64_t bytes_written = 0;
};

// `outcome` tells what was done, after an error too. A data file with bad data does not stop the
// others: the first one's error is given once they are done. Kinds: data_invalid (a manifest, a
// file and its line, another table), event_invalid (no such file), deadline_near (the same event
// again goes on), and the stores' own, with a remedy.
base::Result<base::Done> run_export(const Config& config, const RunSeams& seams,
                                    const Request& request, base::Deadline deadline,
                                    ExportOutcome& outcome);

}  // namespace export_to_lake
