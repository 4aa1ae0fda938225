// One data file of an export to its object in the lake, in process and without a store, beside
// gunzip and gzip alone of the same bytes at the same level; one core, its processor time.
//
//   data_file_bench [--json] [--mib N] [--rounds N]
//
// The file has N MiB of lines (256), as gzip members of 8 MiB each, one behind the other, so that
// nothing but the conversion needs memory that grows. `gunzip` and `lines` are parts of
// `convert_data_file`: inflating alone, and with the change lines but without compressing them.
// Each line: the best of the rounds, which take turns, in MB/s (10^6 bytes of lines a second); the
// last one the ratio and the process's peak memory. --json: one object per line instead. Exit
// status: 0, 1 a run failed, 2 usage.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <string>
#include <sys/resource.h>
#include <vector>

#include <fmt/format.h>

#include "bench/change_payload.h"
#include "common/codec/digest.h"
#include "common/codec/gzip.h"
#include "common/dynamodb/change_record.h"
#include "common/lake/data_file.h"
#include "common/lake/export_line_writer.h"
#include "common/lake/gzip_lines.h"

namespace {

constexpr std::size_t kMemberBytes = 8U << 20U;
constexpr std::size_t kPieceBytes = 256U << 10U;

struct Options {
    bool json = false;
    std::size_t mib = 256;
    std::size_t rounds = 5;
};

struct Payload {
    std::string member;  // gzip
    std::size_t members = 0;
    std::int64_t items = 0;  // of all members
    std::size_t line_bytes = 0;
};

Payload make_payload(std::size_t mib) {
    std::string lines;
    std::int64_t items = 0;
    for (std::uint64_t number = 0; lines.size() < kMemberBytes; ++number) {
        const std::string record = bench::change_record(number);
        const auto change = dynamodb::parse_change_record(record);
        if (!change || change->new_image.empty()) continue;
        lines.append(R"({"Item":)").append(change->new_image).append("}\n");
        ++items;
    }
    const std::size_t members = std::max<std::size_t>(1, (mib << 20U) / lines.size());
    return {codec::gzip_compress(lines), members, items * static_cast<std::int64_t>(members),
            lines.size() * members};
}

// Gives the members one after the other.
class PayloadReader final : public lake::ObjectReader {
  public:
    explicit PayloadReader(const Payload& payload) : payload_(payload) {}
    [[nodiscard]] const lake::ObjectInfo& info() const override { return info_; }
    base::Result<std::size_t> read(char* out, std::size_t room) override {
        if (at_ == payload_.member.size() && ++members_ < payload_.members) at_ = 0;
        const std::size_t taken = payload_.member.copy(out, room, at_);
        at_ += taken;
        return taken;
    }

  private:
    const Payload& payload_;
    lake::ObjectInfo info_;
    std::size_t members_ = 0;
    std::size_t at_ = 0;
};

class NullWriter final : public lake::ObjectWriter {
  public:
    base::Result<base::Done> write(std::string_view) override { return base::Done{}; }
    base::Result<base::Done> finish() override { return base::Done{}; }
};

// The payload under any key; what is written is dropped.
class PayloadStore final : public lake::ObjectStore {
  public:
    explicit PayloadStore(const Payload& payload) : payload_(payload) {}
    base::Result<std::unique_ptr<lake::ObjectReader>> open(const std::string&) override {
        return std::unique_ptr<lake::ObjectReader>(std::make_unique<PayloadReader>(payload_));
    }
    base::Result<std::unique_ptr<lake::ObjectWriter>> create(const std::string&,
                                                             std::string_view) override {
        return std::unique_ptr<lake::ObjectWriter>(std::make_unique<NullWriter>());
    }
    base::Result<std::vector<lake::ObjectInfo>> list(const std::string&) override {
        return std::vector<lake::ObjectInfo>();
    }
    base::Result<base::Done> remove(const std::string&) override { return base::Done{}; }

  private:
    const Payload& payload_;
};

std::string md5_of(const Payload& payload) {
    codec::Md5 digest;
    for (std::size_t i = 0; i < payload.members; ++i)
        digest.update(payload.member);
    return digest.finish();
}

lake::ExportSummary make_summary() {
    return {.export_id = "0-0", .table_name = "orders"};
}

bool convert(const Payload& payload, const std::string& md5) {
    PayloadStore store(payload);
    const lake::ExportDataFile file = {.uri = {"exports", "x.json.gz"},
                                       .name = "x.json.gz",
                                       .item_count = payload.items,
                                       .md5 = md5};
    const auto counts = lake::convert_data_file({store, store}, make_summary(), file,
                                                {.folder = {"lake", ""}}, {}, {});
    if (!counts) fmt::print(stderr, "data_file_bench: {}\n", counts.error().message);
    return counts.ok() && counts->bytes_inflated == payload.line_bytes;
}

bool write_lines(const Payload& payload) {
    PayloadReader reader(payload);
    lake::GzipLines lines(reader);
    const lake::ExportSummary summary = make_summary();
    lake::ExportLineWriter writer(summary, {});
    std::string out;
    while (true) {
        const auto line = lines.next();
        if (!line) return false;
        if (!line->has_value()) return true;
        if (!writer.append(**line, out)) return false;
        if (out.size() > kPieceBytes) out.clear();
    }
}

// Inflates, and compresses again where `writer` is there.
bool pipe(const Payload& payload, codec::GzipWriter* writer) {
    PayloadReader reader(payload);
    codec::GzipReader gunzip;
    std::vector<char> in(kPieceBytes);
    std::vector<char> text(kPieceBytes);
    std::string out;
    while (true) {
        const auto read = reader.read(in.data(), in.size());
        if (!read || *read == 0) break;
        std::string_view piece(in.data(), *read);
        while (true) {
            const auto inflated = gunzip.read(piece, text.data(), text.size());
            if (!inflated) return false;
            if (*inflated == 0) break;
            if (writer != nullptr) writer->write({text.data(), *inflated}, out);
            out.clear();
        }
    }
    if (writer != nullptr) writer->finish(out);
    return gunzip.finish().ok() && gunzip.bytes_out() == payload.line_bytes;
}

double processor_seconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

struct Candidate {
    std::string_view name;
    std::function<bool()> work;
    double best = 1e9;  // seconds
};

void print(const Options& options, const Candidate& candidate, const Payload& payload) {
    const double mb_per_second = static_cast<double>(payload.line_bytes) / candidate.best / 1e6;
    if (options.json) {
        fmt::print(
            R"({{"bench":"data_file","name":"{}","line_bytes":{},"gzip_bytes":{},"mb_per_second":{:.1f}}})"
            "\n",
            candidate.name, payload.line_bytes, payload.member.size() * payload.members,
            mb_per_second);
    } else {
        fmt::print("{:<20} {:>8.1f} MB/s\n", candidate.name, mb_per_second);
    }
}

bool run(const Options& options) {
    const Payload payload = make_payload(options.mib);
    const std::string md5 = md5_of(payload);
    std::vector<Candidate> candidates = {
        {"gunzip", [&] { return pipe(payload, nullptr); }},
        {"lines", [&] { return write_lines(payload); }},
        {"gunzip_gzip",
         [&] {
             codec::GzipWriter writer;
             return pipe(payload, &writer);
         }},
        {"convert_data_file", [&] { return convert(payload, md5); }},
    };
    for (std::size_t round = 0; round < options.rounds; ++round) {
        for (Candidate& candidate : candidates) {
            const double start = processor_seconds();
            if (!candidate.work()) {
                fmt::print(stderr, "data_file_bench: {} failed\n", candidate.name);
                return false;
            }
            candidate.best = std::min(candidate.best, processor_seconds() - start);
        }
    }
    for (const Candidate& candidate : candidates)
        print(options, candidate, payload);
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const double ratio = candidates[2].best / candidates[3].best;
    const double peak_mb = static_cast<double>(usage.ru_maxrss) * 1024 / 1e6;
    if (options.json) {
        fmt::print(R"({{"bench":"data_file","ratio":{:.3f},"peak_mb":{:.1f}}})"
                   "\n",
                   ratio, peak_mb);
    } else {
        fmt::print("convert_data_file is {:.0f} % of gunzip_gzip; peak memory {:.1f} MB\n",
                   100 * ratio, peak_mb);
    }
    return true;
}

int usage() {
    fmt::print(stderr, "usage: data_file_bench [--json] [--mib N] [--rounds N]\n");
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string_view name = argv[i];
        if (name == "--json") {
            options.json = true;
            continue;
        }
        const unsigned long number = i + 1 < argc ? std::strtoul(argv[i + 1], nullptr, 10) : 0;
        if (number == 0) return usage();
        if (name == "--mib") {
            options.mib = number;
        } else if (name == "--rounds") {
            options.rounds = number;
        } else {
            return usage();
        }
        ++i;
    }
    return run(options) ? 0 : 1;
}
