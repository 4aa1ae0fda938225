#include "runtime/local/doctor.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "runtime/local/zip_archive.h"

namespace local {
namespace {

constexpr std::string_view kBootstrap = "bootstrap";
constexpr std::uint32_t kMayRun = 0111;  // of the mode: by anybody
constexpr std::uint32_t kMayRead = 0444;

// glibc's own, which provided.al2023 has.
constexpr std::array<std::string_view, 10> kGlibcLibraries{"libc.so.6",
                                                           "libm.so.6",
                                                           "libpthread.so.0",
                                                           "libdl.so.2",
                                                           "librt.so.1",
                                                           "libresolv.so.2",
                                                           "libutil.so.1",
                                                           "libanl.so.1",
                                                           "ld-linux-x86-64.so.2",
                                                           "ld-linux-aarch64.so.1"};

std::string_view machine_name(Machine machine) {
    switch (machine) {
        case Machine::x86_64:
            return "x86_64";
        case Machine::arm64:
            return "arm64";
        case Machine::other:
            break;
    }
    return "another machine";
}

// What the file's name promises.
std::optional<Machine> promised_machine(std::string_view name) {
    const std::string_view stem = name.substr(0, name.rfind(".zip"));
    if (stem.ends_with("-x86_64")) return Machine::x86_64;
    if (stem.ends_with("-arm64")) return Machine::arm64;
    return std::nullopt;
}

class Examination {
  public:
    explicit Examination(std::string_view name) : name_(name) {}

    void zip(std::string_view bytes) {
        const auto entries = list_zip(bytes);
        if (!entries) return problem(entries.error().message);
        check_sizes(bytes, *entries);
        const auto found =
            std::find_if(entries->begin(), entries->end(),
                         [](const ZipEntry& entry) { return entry.name == kBootstrap; });
        if (found == entries->end()) return problem(where_it_is(*entries));
        check_mode(*found);
        for (const ZipEntry& entry : *entries) {
            const std::size_t slash = entry.name.rfind('/');
            libraries_.insert(entry.name.substr(slash == std::string::npos ? 0 : slash + 1));
        }
        const auto content = unpack_entry(bytes, *found);
        if (!content) return problem(content.error().message);
        executable(*content);
    }

    void executable(std::string_view bytes) {
        if (bytes.starts_with("#!")) return script(bytes);
        if (!is_elf(bytes))
            return problem("bootstrap is neither an ELF executable nor a script with #!");
        const auto elf = read_elf(bytes);
        if (!elf) return problem(elf.error().message);
        check_machine(*elf);
        check_libraries(*elf);
    }

    std::vector<Finding> take() { return std::move(findings_); }

  private:
    void good(std::string text) { findings_.push_back({Severity::good, std::move(text)}); }
    void advice(std::string text) { findings_.push_back({Severity::advice, std::move(text)}); }
    void problem(std::string text) { findings_.push_back({Severity::problem, std::move(text)}); }

    static std::string where_it_is(const std::vector<ZipEntry>& entries) {
        for (const ZipEntry& entry : entries) {
            if (!entry.name.ends_with(fmt::format("/{}", kBootstrap))) continue;
            return fmt::format("bootstrap is in a folder ({}): it must be at the top of the zip",
                               entry.name);
        }
        return fmt::format("the zip has no entry named bootstrap ({} entries{})", entries.size(),
                           entries.empty() ? "" : ", the first is " + entries.front().name);
    }

    void check_sizes(std::string_view bytes, const std::vector<ZipEntry>& entries) {
        std::size_t unpacked = 0;
        for (const ZipEntry& entry : entries)
            unpacked += entry.unpacked_bytes;
        const std::string sizes = fmt::format("{:.2f} MB packed, {:.2f} MB unpacked",
                                              static_cast<double>(bytes.size()) / 1e6,
                                              static_cast<double>(unpacked) / 1e6);
        if (unpacked > kUnpackedBytesMax) {
            problem(
                fmt::format("{}: Lambda takes at most 250 MB unpacked, layers included", sizes));
        } else if (bytes.size() > kUploadBytesMax) {
            advice(fmt::format("{}: above 50 MB a zip is uploaded through S3 only", sizes));
        } else {
            good(sizes);
        }
    }

    void check_mode(const ZipEntry& entry) {
        if (entry.unix_mode == 0) {
            problem(
                "the zip keeps no Unix modes (made on Windows?): bootstrap is not executable; "
                "make it where chmod 0755 bootstrap works");
        } else if ((entry.unix_mode & kMayRun) != kMayRun ||
                   (entry.unix_mode & kMayRead) != kMayRead) {
            problem(
                fmt::format("bootstrap has mode {:04o}: all must be able to read and run it "
                            "(chmod 0755 bootstrap)",
                            entry.unix_mode & 07777));
        } else {
            good(fmt::format("bootstrap is at the top, mode {:04o}", entry.unix_mode & 07777));
        }
    }

    void script(std::string_view bytes) {
        const std::string_view line = bytes.substr(0, bytes.find('\n'));
        if (line.ends_with('\r')) {
            problem("bootstrap is a script with Windows line ends: its interpreter is not found");
        } else if (line.starts_with("#!/bin/sh") || line.starts_with("#!/bin/bash") ||
                   line.starts_with("#!/usr/bin/env bash")) {
            advice("bootstrap is a shell script: a shell starts before the function does");
        } else {
            problem(
                "bootstrap is a script whose interpreter provided.al2023 does not have: it has "
                "/bin/sh and /bin/bash");
        }
    }

    void check_machine(const ElfFile& elf) {
        if (!elf.is_executable)
            return problem("bootstrap is no executable (a library, an object?)");
        const auto promised = promised_machine(name_);
        if (elf.machine == Machine::other) {
            problem("bootstrap is for a machine that Lambda has not: it has x86_64 and arm64");
        } else if (promised && *promised != elf.machine) {
            problem(fmt::format("bootstrap is for {}, the file's name says {}",
                                machine_name(elf.machine), machine_name(*promised)));
        } else {
            good(fmt::format("for {}: set the function's architecture to it",
                             machine_name(elf.machine)));
        }
    }

    void check_libraries(const ElfFile& elf) {
        if (elf.is_static()) return good("static: it needs nothing of the host");
        if (elf.interpreter.find("musl") != std::string::npos) {
            problem(
                fmt::format("its interpreter {} is musl's, which provided.al2023 does not have: "
                            "link it statically",
                            elf.interpreter));
        }
        std::string missing;
        for (const std::string& library : elf.needed) {
            const bool is_glibc = std::find(kGlibcLibraries.begin(), kGlibcLibraries.end(),
                                            library) != kGlibcLibraries.end();
            if (!is_glibc && !libraries_.contains(library))
                missing.append(missing.empty() ? "" : ", ").append(library);
        }
        if (!missing.empty()) {
            problem(
                fmt::format("it needs shared libraries that are neither glibc's nor in the zip: "
                            "{}",
                            missing));
        }
        if (!elf.glibc) return;
        const std::string version = fmt::format("GLIBC_{}.{}", elf.glibc->major, elf.glibc->minor);
        if (*elf.glibc > kAl2023Glibc) {
            problem(
                fmt::format("it needs symbols of {}; provided.al2023 has glibc {}.{}: build on "
                            "an older system, or statically",
                            version, kAl2023Glibc.major, kAl2023Glibc.minor));
        } else {
            good(fmt::format("the highest glibc symbol is {}; provided.al2023 has {}.{}", version,
                             kAl2023Glibc.major, kAl2023Glibc.minor));
        }
    }

    std::string_view name_;
    std::set<std::string, std::less<>> libraries_;  // in the zip, by their names
    std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> examine(std::string_view name, std::string_view bytes) {
    Examination examination(name);
    if (bytes.starts_with("PK") || name.ends_with(".zip")) {
        examination.zip(bytes);
    } else {
        examination.executable(bytes);
    }
    return examination.take();
}

bool is_healthy(const std::vector<Finding>& findings) {
    return std::none_of(findings.begin(), findings.end(), [](const Finding& finding) {
        return finding.severity == Severity::problem;
    });
}

}  // namespace local
