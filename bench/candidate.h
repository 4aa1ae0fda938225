// A program under measurement.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

struct Candidate {
    std::string name;
    std::vector<std::string> command;      // the program and its arguments
    std::vector<std::string> environment;  // NAME=VALUE, beside what each function gets
};

// NAME=COMMAND…, with one blank between the parts of the command. The parts before the program that
// are NAME=VALUE themselves are its environment.
std::optional<Candidate> parse_candidate(std::string_view text);

}  // namespace bench
