// A line of an export's data file to its change line (change_line.h): `__operation`,
// `__event_time_ms`, and no event id, sequence number or ttl_delete, which exports do not have.
//
// The common settings go the fast way (line_walk.h), and an item is written as it is found; all
// else, and every fault, goes the plain way (export_line.h, ChangeLineWriter), with the same bytes.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/dynamodb/change_line.h"
#include "common/dynamodb/change_record.h"
#include "common/dynamodb/line_settings.h"
#include "common/dynamodb/line_walk.h"
#include "common/lake/export_summary.h"

namespace lake {

class ExportLineWriter {
  public:
    // `summary` outlives it.
    ExportLineWriter(const ExportSummary& summary, const dynamodb::LineSettings& settings);

    // Appends the change line with its newline. On a fault (kind data_invalid) `out` is as it was.
    base::Result<base::Done> append(std::string_view line, std::string& out);

  private:
    bool append_item(std::string_view line, std::string& out);

    const ExportSummary& summary_;
    dynamodb::ChangeRecord item_;  // of every line of a full export
    dynamodb::ChangeLineWriter plain_;
    dynamodb::LineWalk walk_;
    bool walks_;
};

}  // namespace lake
