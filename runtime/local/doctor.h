// Whether a deployment package, or a `bootstrap` alone, would run on Lambda's provided.al2023: said
// from its bytes, nothing is started. Pages: "Building functions with an OS-only runtime",
// "Lambda quotas", "Using the Amazon Linux 2023 minimal container image" (its glibc is 2.34).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "runtime/local/elf_file.h"

namespace local {

enum class Severity {
    good,     // as it should be
    advice,   // it runs, and something would be better otherwise
    problem,  // it would not run
};

struct Finding {
    Severity severity = Severity::good;
    std::string text;
};

constexpr GlibcVersion kAl2023Glibc{2, 34};
constexpr std::size_t kUploadBytesMax = 50U << 20U;  // beyond it a zip goes through S3

// `name` is the file's: NAME-x86_64.zip and NAME-arm64.zip say what the executable is to be.
std::vector<Finding> examine(std::string_view name, std::string_view bytes);

// Whether none is a problem.
bool is_healthy(const std::vector<Finding>& findings);

}  // namespace local
