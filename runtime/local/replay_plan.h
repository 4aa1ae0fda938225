// What a replay is to do, in its order: the events that are named or found, or those that are made
// of records that were kept back.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "runtime/local/kept_records.h"
#include "runtime/local/replay.h"
#include "runtime/local/report.h"
#include "runtime/local/sample_case.h"
#include "runtime/local/workspace.h"

namespace local {

constexpr std::string_view kStandardInput = "-";

struct ReplayItem {
    std::string function = {};
    std::string path = {};
    std::string case_name = {};
    std::optional<KeptEvent> kept = {};  // the event itself, where it is in no file
};

struct ReplayPlan {
    std::vector<ReplayItem> items = {};
    CaseFiles kept_files = {};           // what lies beside the kept records
    std::vector<Verdict> unusable = {};  // for the lines that no event could be made of
};

// Kind config_invalid where there is nothing to do or a file cannot be read, data_invalid where it
// is broken as a whole.
base::Result<ReplayPlan> plan_replay(const ReplayOptions& options, const Workspace& workspace,
                                     base::EpochMs now_ms);

// Kind config_invalid, naming every program that is not there.
base::Result<base::Done> check_bootstraps(const ReplayOptions& options, const Workspace& workspace,
                                          const std::vector<ReplayItem>& items);

std::string read_standard_input();

}  // namespace local
