// `lakefeed replay`: events through a function's real `bootstrap`, each with a verdict.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "runtime/local/fault_dial.h"
#include "runtime/local/kept_records.h"
#include "runtime/local/terminal.h"
#include "runtime/local/workspace.h"

namespace local {

enum class Verbosity { normal, verbose };

// A file of records that were kept back, in place of events; "-" is standard input.
struct KeptFile {
    KeptBy kept_by = KeptBy::firehose;
    std::string path = {};
};

constexpr int kAttemptsUnderFaults = 20;

struct ReplayOptions {
    std::string function = {};  // empty: all
    std::vector<std::string> files =
        {};  // empty: the function's sample events; "-": standard input
    std::optional<KeptFile> kept = {};
    std::string bootstrap = {};                           // empty: the function's zip
    std::map<std::string, std::string> environment = {};  // wins over the sample's own
    std::int64_t timeout_ms = 60'000;
    // Fall on what the functions ask of the local AWS. An event is then sent until it comes out as
    // expected, as Lambda sends it again, at most kAttemptsUnderFaults times; calls are not
    // compared.
    std::optional<FaultShares> faults = {};
    std::uint64_t seed = 1;
    Verbosity verbosity = Verbosity::normal;
    OutputFormat format = OutputFormat::text;
    Colour colour = Colour::off;
};

// Responses of named files go to standard output, all else to standard error.
ExitCode replay(const ReplayOptions& options, const Workspace& workspace,
                const std::stop_token& stop);

}  // namespace local
