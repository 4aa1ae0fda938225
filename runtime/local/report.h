// What a replay tells: a line for each event, the differences below a failed one, a summary; for
// --json one object.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/local/firehose_failed_record.h"
#include "runtime/local/json_compare.h"
#include "runtime/local/terminal.h"

namespace local {

struct Verdict {
    enum class Kind { passed, failed, ran };
    std::string function = {};
    std::string case_name = {};
    Kind kind = Kind::failed;
    std::int64_t duration_ms = 0;
    bool responded = false;
    std::string body = {};     // the response, or the error
    std::string problem = {};  // why the event could not be tried: bad files, a failed set-up call
    std::vector<Difference> differences = {};
    std::vector<BadLine> lines = {};  // of a file of kept records: those that are not done
    std::string output = {};          // what the function wrote meanwhile
};

// The line and what stands below it, with a newline at the end.
std::string verdict_text(const Verdict& verdict, Colour colour);

// "16 passed, 0 failed (3.2 s)".
std::string summary_text(const std::vector<Verdict>& verdicts, std::int64_t duration_ms,
                         Colour colour);

// {"verdicts":[{"function","case","verdict","duration_ms","response"|"error","differences":[…],
// "lines":[{"line","reason"}]}],
// "passed":N,"failed":N,"ran":N}
std::string report_json(const std::vector<Verdict>& verdicts);

}  // namespace local
