#include "common/lake/export_summary.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "common/codec/json.h"
#include "common/dynamodb/change_record.h"

namespace lake {
namespace {

constexpr std::size_t kExportIdBytesMax = 64;

// It becomes part of the names in the lake.
bool is_export_id(std::string_view id) {
    return !id.empty() && id.size() <= kExportIdBytesMax &&
           std::all_of(id.begin(), id.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-';
           });
}

// The name of the folder that the object lies in; empty where there is none.
std::string_view folder_name(std::string_view key) {
    const std::size_t end = key.rfind('/');
    if (end == std::string_view::npos) return {};
    key = key.substr(0, end);
    return key.substr(key.rfind('/') + 1);
}

// Reads a summary's members; the first fault stays.
class SummaryReader {
  public:
    explicit SummaryReader(const codec::JsonValue& json) : json_(json) {}

    std::string text(std::string_view name) {
        const auto value = codec::find_text(json_, name);
        if (!value || value->empty()) fail(fmt::format("{} is missing or is no text", name));
        return std::string(value.value_or(std::string_view()));
    }

    base::EpochMs time(std::string_view name) {
        const std::string written = text(name);
        const auto time_ms = base::parse_iso8601(written);
        if (!time_ms) fail(fmt::format("{} is no time such as 2020-11-04T07:28:34.028Z", name));
        return time_ms.value_or(0);
    }

    std::int64_t count(std::string_view name) {
        const auto value = codec::find_integer(json_, name);
        if (!value || *value < 0) fail(fmt::format("{} is missing or is no count", name));
        return value.value_or(0);
    }

    [[nodiscard]] bool has(std::string_view name) const {
        return codec::find_member(json_, name) != nullptr;
    }

    void fail(std::string fault) {
        if (!fault_) fault_ = std::move(fault);
    }
    [[nodiscard]] const std::optional<std::string>& fault() const { return fault_; }

  private:
    const codec::JsonValue& json_;
    std::optional<std::string> fault_;
};

void read_format(SummaryReader& reader) {
    const std::string format = reader.text("outputFormat");
    if (format == "ION") {
        reader.fail(
            "outputFormat is ION, which is not read here: export the table again as "
            "DYNAMODB_JSON (table_export: EXPORT_FORMAT=DYNAMODB_JSON)");
    } else if (format != "DYNAMODB_JSON") {
        reader.fail("outputFormat is neither DYNAMODB_JSON nor ION");
    }
}

// EXPORT_ARN = TABLE_ARN/export/EXPORT_ID, and the folder has the id's name.
void read_names(SummaryReader& reader, std::string_view key, ExportSummary& summary) {
    summary.table_arn = reader.text("tableArn");
    summary.export_arn = reader.text("exportArn");
    summary.table_name = dynamodb::table_name_of_arn(summary.table_arn);
    if (summary.table_name.empty() || !summary.table_arn.ends_with("table/" + summary.table_name))
        reader.fail("tableArn is no table's ARN");
    const std::string begin = summary.table_arn + "/export/";
    if (!summary.export_arn.starts_with(begin)) {
        reader.fail("exportArn is no export of tableArn");
        return;
    }
    summary.export_id = summary.export_arn.substr(begin.size());
    if (!is_export_id(summary.export_id)) reader.fail("exportArn ends in no export's id");
    if (folder_name(key) != summary.export_id) {
        reader.fail(
            fmt::format("it is the summary of export {}, and lies in a folder of another "
                        "name ({}): copy an export's folder with its name",
                        summary.export_id, folder_name(key)));
    }
}

void read_times(SummaryReader& reader, ExportSummary& summary) {
    const std::string type = reader.has("exportType") ? reader.text("exportType") : "";
    const bool is_incremental =
        type == "INCREMENTAL_EXPORT" || (type.empty() && reader.has("exportFromTime"));
    if (!is_incremental && !type.empty() && type != "FULL_EXPORT")
        reader.fail("exportType is neither FULL_EXPORT nor INCREMENTAL_EXPORT");
    if (!is_incremental) {
        summary.kind = ExportKind::full;
        summary.export_time_ms = reader.time("exportTime");
        return;
    }
    summary.kind = ExportKind::incremental;
    summary.from_time_ms = reader.time("exportFromTime");
    summary.to_time_ms = reader.time("exportToTime");
    if (summary.to_time_ms <= summary.from_time_ms)
        reader.fail("exportToTime is not after exportFromTime");
    const std::string view = reader.text("outputView");
    summary.view =
        view == "NEW_AND_OLD_IMAGES" ? ExportView::new_and_old_images : ExportView::new_image;
    // Some of DynamoDB's pages write it with an S.
    if (view != "NEW_AND_OLD_IMAGES" && view != "NEW_IMAGE" && view != "NEW_IMAGES")
        reader.fail("outputView is neither NEW_AND_OLD_IMAGES nor NEW_IMAGE");
}

}  // namespace

base::Result<ExportSummary> parse_export_summary(std::string_view json, const ObjectUri& uri) {
    const auto document = codec::parse_json(json, uri.text());
    if (!document) return document.error();
    SummaryReader reader(*document);
    ExportSummary summary;
    if (!document->IsObject()) reader.fail("it is no JSON object");
    read_format(reader);
    read_names(reader, uri.key, summary);
    read_times(reader, summary);
    summary.manifest_files_key = reader.text("manifestFilesS3Key");
    summary.item_count = reader.count("itemCount");
    if (const auto& fault = reader.fault(); fault.has_value()) {
        return base::Error{base::ErrorKind::data_invalid,
                           fmt::format("{}: {}", uri.text(), *fault)};
    }
    return summary;
}

}  // namespace lake
