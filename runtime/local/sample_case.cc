#include "runtime/local/sample_case.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "runtime/local/text.h"

namespace local {
namespace {

namespace fs = std::filesystem;
using Kind = ExactJson::Kind;

base::Error bad_case(std::string message) {
    return {base::ErrorKind::data_invalid, std::move(message)};
}

base::Result<std::string> read_if_there(const fs::path& path) {
    std::error_code failure;
    if (!fs::exists(path, failure)) return std::string();
    return read_file(path.string());
}

base::Result<std::vector<ServiceStep>> parse_steps(const ExactJson& json, std::string_view what) {
    if (json.kind != Kind::array) return bad_case(fmt::format("{}: it is no array", what));
    std::vector<ServiceStep> steps;
    for (const ExactJson& element : json.elements) {
        ServiceStep step{.service = std::string(element.find_text("service")),
                         .operation = std::string(element.find_text("operation")),
                         .body = std::nullopt};
        if (step.service.empty() || step.operation.empty())
            return bad_case(fmt::format("{}: element {} needs the texts service and operation",
                                        what, steps.size()));
        if (const ExactJson* body = element.find("body")) step.body = *body;
        steps.push_back(std::move(step));
    }
    return steps;
}

base::Result<Expectation> parse_expectation(std::string_view text) {
    const auto json = parse_exact_json(text, "expected.json");
    if (!json) return json.error();
    Expectation expectation;
    for (const auto& [name, value] : json->members) {
        if (name == "response") {
            expectation.response = value;
        } else if (name == "error" && value.kind == Kind::object) {
            expectation.error = value;
        } else if (name == "calls") {
            auto calls = parse_steps(value, "expected.json: calls");
            if (!calls) return std::move(calls).error();
            expectation.calls = *std::move(calls);
        } else if (name == "calls_ignored" && value.kind == Kind::array) {
            for (const ExactJson& element : value.elements)
                expectation.calls_ignored.insert(element.text);
        } else if (name != "comment") {
            return bad_case(
                fmt::format("expected.json: member {}: use response, error, calls, "
                            "calls_ignored or comment",
                            name));
        }
    }
    if (expectation.response.has_value() == expectation.error.has_value())
        return bad_case("expected.json: it must have one of response and error");
    return expectation;
}

}  // namespace

base::Result<std::string> read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::error_code failure;
    if (!file || fs::is_directory(path, failure)) {
        return base::Error{
            base::ErrorKind::config_invalid,
            fmt::format(
                "read {}: {}", path,
                file ? "it is a folder" : std::strerror(errno))};  // NOLINT(concurrency-mt-unsafe)
    }
    return std::string(std::istreambuf_iterator<char>(file), {});
}

bool CaseFiles::mention(std::string_view text) const {
    return std::ranges::any_of(
        std::initializer_list<const std::string*>{&event, &environment, &setup, &expected},
        [&](const std::string* file) { return file->find(text) != std::string::npos; });
}

void CaseFiles::replace(std::string_view what, std::string_view with) {
    for (std::string* file : {&event, &environment, &setup, &expected})
        *file = replace_all(std::move(*file), what, with);
}

base::Result<CaseFiles> read_case_files(const std::string& event_path) {
    CaseFiles files;
    auto event = read_file(event_path);
    if (!event) return std::move(event).error();
    files.event = *std::move(event);
    const fs::path folder = fs::path(event_path).parent_path();
    struct Sibling {
        std::string_view name;
        std::string* content;
    };
    for (const Sibling& sibling :
         {Sibling{"environment", &files.environment}, Sibling{"setup.json", &files.setup},
          Sibling{"expected.json", &files.expected}}) {
        auto content = read_if_there(folder / sibling.name);
        if (!content) return std::move(content).error();
        *sibling.content = *std::move(content);
    }
    return files;
}

base::Result<std::map<std::string, std::string>> parse_variables(std::string_view text,
                                                                 std::string_view what) {
    std::map<std::string, std::string> variables;
    for (std::size_t number = 1; !text.empty(); ++number) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (trim(line).empty() || trim(line).starts_with('#')) continue;
        const std::size_t equals = line.find('=');
        if (equals == std::string_view::npos || trim(line.substr(0, equals)).empty())
            return bad_case(fmt::format("{}: line {} is not NAME=VALUE", what, number));
        variables[std::string(trim(line.substr(0, equals)))] = line.substr(equals + 1);
    }
    return variables;
}

base::Result<SampleCase> parse_case(CaseFiles files) {
    SampleCase sample{.event = std::move(files.event),
                      .environment = {},
                      .setup = {},
                      .expectation = std::nullopt};
    auto variables = parse_variables(files.environment, "environment");
    if (!variables) return std::move(variables).error();
    sample.environment = *std::move(variables);
    if (!files.setup.empty()) {
        const auto json = parse_exact_json(files.setup, "setup.json");
        if (!json) return json.error();
        auto steps = parse_steps(*json, "setup.json");
        if (!steps) return std::move(steps).error();
        sample.setup = *std::move(steps);
    }
    if (!files.expected.empty()) {
        auto expectation = parse_expectation(files.expected);
        if (!expectation) return std::move(expectation).error();
        sample.expectation = *std::move(expectation);
    }
    return sample;
}

bool SampleCase::needs_aws() const {
    const auto is_aws = [](const ServiceStep& step) { return step.service != "snowflake"; };
    return !expectation || !expectation->calls_ignored.empty() ||
           std::ranges::any_of(setup, is_aws) || std::ranges::any_of(expectation->calls, is_aws);
}

}  // namespace local
