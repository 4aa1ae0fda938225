#include "common/lake/export_line_writer.h"

#include <utility>

#include "common/lake/export_line.h"

namespace lake {
namespace {

constexpr std::string_view kItemStart = R"({"Item":)";

}  // namespace

ExportLineWriter::ExportLineWriter(const ExportSummary& summary,
                                   const dynamodb::LineSettings& settings)
    : summary_(summary),
      item_(item_record({}, summary)),
      plain_(settings),
      walk_(settings),
      walks_(dynamodb::LineWalk::serves(settings)) {}

base::Result<base::Done> ExportLineWriter::append(std::string_view line, std::string& out) {
    if (walks_ && summary_.kind == ExportKind::full && append_item(line, out)) return base::Done{};
    const auto change = parse_export_line(line, summary_);
    if (!change) return change.error();
    const std::string_view image = dynamodb::line_image(*change);
    if (walks_ && walk_.write_image(*change, image) == image.size() && !image.empty()) {
        out += walk_.line();
        return base::Done{};
    }
    return plain_.append(*change, out);
}

// A line that is {"Item":IMAGE} without white space, as DynamoDB writes it.
bool ExportLineWriter::append_item(std::string_view line, std::string& out) {
    if (!line.starts_with(kItemStart)) return false;
    line.remove_prefix(kItemStart.size());
    const std::size_t bytes = walk_.write_image(item_, line);
    if (bytes == 0 || line.substr(bytes) != "}") return false;
    out += walk_.line();
    return true;
}

}  // namespace lake
