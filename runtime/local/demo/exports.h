// Full exports of the table: table_export starts them, and export_to_lake turns one into the lake's
// snapshot.
#pragma once

#include <stop_token>
#include <string>
#include <utility>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/lake/object_store.h"
#include "runtime/local/demo/bootstraps.h"

namespace demo {

class Exports {
  public:
    // All outlive it. `store` is of the bucket, for one thread at a time; `prefix` of the exports'
    // keys is what table_export is set to, and nobody else's.
    Exports(CalledFunction& table_export, lake::ObjectStore& store, std::string prefix,
            base::Clock& clock, Board& board)
        : table_export_(table_export),
          store_(store),
          prefix_(std::move(prefix)),
          clock_(clock),
          board_(board) {}

    // The table as it is at the first whole second that is behind `since_ms`; waits for that
    // second. Gives the key of the export's manifest-summary.json.
    base::Result<std::string> take(base::EpochMs since_ms, const std::stop_token& stop);

  private:
    base::Result<std::string> find();

    CalledFunction& table_export_;
    lake::ObjectStore& store_;
    std::string prefix_;
    base::Clock& clock_;
    Board& board_;
};

// S3's notification of that object to export_to_lake, which fills dt=00000000.
base::Result<base::Done> load_snapshot(CalledFunction& export_to_lake, const std::string& manifest,
                                       Board& board, const std::stop_token& stop);

}  // namespace demo
