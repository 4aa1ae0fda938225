// Any bytes as a line of an export's data file: the fast way to the change line and the plain one
// give the same, line or fault. And as an export's summary, which is read or refused.
#include "common/dynamodb/change_line.h"
#include "common/lake/export_line.h"
#include "common/lake/export_line_writer.h"
#include "common/lake/export_summary.h"
#include "tests/fuzz/fuzz.h"

namespace {

void check_line(std::string_view line, const lake::ExportSummary& summary,
                const dynamodb::LineSettings& settings) {
    lake::ExportLineWriter writer(summary, settings);
    std::string out;
    const auto written = writer.append(line, out);
    std::string plain;
    const auto change = lake::parse_export_line(line, summary);
    const bool has_line = change && dynamodb::ChangeLineWriter(settings).append(*change, plain);
    fuzz::expect(written.ok() == has_line);
    fuzz::expect(out == plain);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // A copy of the exact size, so that a byte too many is seen.
    const std::string text(reinterpret_cast<const char*>(data), size);
    for (const lake::ExportKind kind : {lake::ExportKind::full, lake::ExportKind::incremental}) {
        const lake::ExportSummary summary = {.table_name = "t", .kind = kind, .export_time_ms = 1};
        check_line(text, summary, {});
        check_line(text, summary, {.numbers = dynamodb::LineNumbers::text});
        check_line(text, summary, {.shape = dynamodb::LineShape::envelope});
    }
    (void)lake::parse_export_summary(text, {"b", "AWSDynamoDB/0-0/manifest-summary.json"});
    return 0;
}
