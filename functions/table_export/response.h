// What became of each table of a run, and how the caller is told.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/aws/dynamodb_client.h"
#include "common/base/clock.h"
#include "functions/table_export/plan.h"

namespace table_export {

struct ExportOutcome {
    Action action = Action::start;
    std::string export_arn;
    std::optional<base::EpochMs> from_ms;  // nothing for a full export
    base::EpochMs to_ms = 0;               // a full export's ExportTime
    bool repairs = false;
    std::string reason;
};

struct TableOutcome {
    std::string table_arn;
    std::vector<ExportOutcome> exports;
    std::vector<aws::ExportDescription> earlier;
    std::vector<std::string> warnings;
    std::optional<std::string> failure;  // why the table failed, with the remedy
    std::optional<base::EpochMs> newest_complete_ms;

    // Of a chain: see TablePlan.
    std::optional<base::EpochMs> chain_complete_ms;
    std::size_t windows_behind = 0;
    std::size_t gaps = 0;
    std::size_t overlaps = 0;
};

// {"time": …, "exports": [{"table_arn", "action", "export_type", "export_arn", "from", "to"}],
//  "earlier": [{"export_arn", "status", "failure_code"}], "warnings": ["<table_arn>: …"]}
// `from` is null for a full export, `failure_code` where there is none; `warnings` is there only
// where there is one. Tables stand in the order in which they were given, earlier exports newest
// first within a table.
std::string write_response(base::EpochMs slot_ms, const std::vector<TableOutcome>& tables);

// The error message that names each table that failed; nothing where none did.
std::optional<std::string> describe_failures(base::EpochMs slot_ms,
                                             const std::vector<TableOutcome>& tables);

}  // namespace table_export
