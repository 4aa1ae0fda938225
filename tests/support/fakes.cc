#include "tests/support/fakes.h"

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace tests {

std::optional<std::string> FakeEnvironment::get(std::string_view name) const {
    const auto found = variables_.find(std::string(name));
    if (found == variables_.end() || found->second.empty()) return std::nullopt;
    return found->second;
}

base::LogSink LogCapture::sink() {
    return [lines = lines_](std::string_view line) { lines->emplace_back(line); };
}

base::Log LogCapture::make_log(const base::Clock& clock, base::LogLevel level) {
    return {clock, base::LogFormat::json, level, sink()};
}

std::string LogCapture::text() const {
    std::string all;
    for (const std::string& line : *lines_)
        all.append(line).append("\n");
    return all;
}

std::string read_source_file(const std::string& path_from_root) {
    std::ifstream file(std::string(LAKEFEED_SOURCE_FOLDER) + "/" + path_from_root,
                       std::ios::binary);
    EXPECT_TRUE(file.is_open()) << path_from_root;
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
}

}  // namespace tests
