// A sample event and what is expected of it: events/FUNCTION/CASE/ with event.json, expected.json,
// environment (NAME=VALUE lines) and setup.json. All but the event may be missing.
//
// expected.json: {"response": …} or {"error": {"errorType", "errorMessage": a text it contains}},
// and "calls": [{"service", "operation", "body"}], the requests that must have reached the services
// (none where it is missing), without those that "calls_ignored": ["service.Operation"] names.
// setup.json: [{"service", "operation", "body"}], done in order before the event.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "runtime/local/exact_json.h"

namespace local {

// Stands for the address of the SQL API double in all of a case's files.
constexpr std::string_view kSnowflakePlaceholder = "${SNOWFLAKE_URL}";
// Stands for the address of the local AWS. An object in its S3 can be had by a plain GET,
// ${AWS_URL}/bucket/key, and so stand in for an API on the open web.
constexpr std::string_view kAwsPlaceholder = "${AWS_URL}";

struct ServiceStep {
    std::string service = {};
    std::string operation = {};
    std::optional<ExactJson> body = {};
};

struct Expectation {
    std::optional<ExactJson> response = {};
    std::optional<ExactJson> error = {};
    std::vector<ServiceStep> calls = {};
    std::set<std::string, std::less<>> calls_ignored = {};  // "secretsmanager.GetSecretValue"
};

// The files of a case as they are.
struct CaseFiles {
    std::string event = {};
    std::string environment = {};
    std::string setup = {};
    std::string expected = {};

    [[nodiscard]] bool mention(std::string_view text) const;
    void replace(std::string_view what, std::string_view with);
};

struct SampleCase {
    std::string event = {};
    std::map<std::string, std::string> environment = {};
    std::vector<ServiceStep> setup = {};
    std::optional<Expectation> expectation = {};

    // Whether the case needs the local AWS: its setup does, its calls do, or nobody knows.
    [[nodiscard]] bool needs_aws() const;
};

// The event and the files beside it. Kind config_invalid where the event cannot be read.
base::Result<CaseFiles> read_case_files(const std::string& event_path);

// Kind data_invalid where a file beside the event is not as described above.
base::Result<SampleCase> parse_case(CaseFiles files);

// NAME=VALUE lines; empty lines and lines that begin with # are left out. `what` names the source.
base::Result<std::map<std::string, std::string>> parse_variables(std::string_view text,
                                                                 std::string_view what);

// The whole content; kind config_invalid with the reason.
base::Result<std::string> read_file(const std::string& path);

}  // namespace local
