#include "functions/table_export/config.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "common/aws/s3_client.h"
#include "common/base/utf8.h"

namespace table_export {
namespace {

constexpr std::size_t kPrefixCharactersMax = 1'024;
constexpr std::size_t kKmsKeyIdBytesMax = 2'048;
constexpr std::size_t kAccountDigits = 12;
constexpr std::int64_t kWindowMinutesMin = 15;
constexpr std::int64_t kWindowMinutesMax = 1'440;
constexpr std::int64_t kWindowsPerRunDefault = 10;
constexpr std::int64_t kWindowsPerRunMax = 100;

constexpr std::pair<std::string_view, ExportMode> kModes[] = {
    {"full", ExportMode::full},
    {"incremental", ExportMode::incremental},
    {"auto", ExportMode::automatic}};

constexpr std::string_view kArnForm =
    "use table ARNs such as arn:aws:dynamodb:us-east-1:123456789012:table/orders";

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Page: "General purpose bucket naming rules" (Amazon S3).
bool is_bucket_name(std::string_view name) {
    if (!aws::is_bucket_name(name)) return false;
    const bool looks_like_address =
        std::all_of(name.begin(), name.end(), [](char c) { return is_digit(c) || c == '.'; }) &&
        std::count(name.begin(), name.end(), '.') == 3;
    if (looks_like_address || name.starts_with("xn--") || name.starts_with("sthree-")) {
        return false;
    }
    constexpr std::string_view kReservedEnds[] = {"-s3alias", "--ol-s3", ".mrap", "--x-s3",
                                                  "--table-s3"};
    return std::none_of(std::begin(kReservedEnds), std::end(kReservedEnds),
                        [&](std::string_view end) { return name.ends_with(end); });
}

std::vector<TableArn> read_tables(base::SettingsReader& settings) {
    std::vector<TableArn> tables;
    if (settings.required("TABLE_ARN", "arn:aws:dynamodb:us-east-1:123456789012:table/orders")
            .empty()) {
        return tables;
    }
    for (const std::string& element : settings.list("TABLE_ARN")) {
        auto table = parse_table_arn(element);
        if (!table) {
            settings.add_fault("TABLE_ARN", element,
                               fmt::format("{}; {}", table.error().message, kArnForm));
        } else if (std::none_of(tables.begin(), tables.end(),
                                [&](const TableArn& known) { return known.text == table->text; })) {
            tables.push_back(*std::move(table));
        }
    }
    return tables;
}

std::string read_prefix(base::SettingsReader& settings) {
    const std::string prefix = settings.text("BUCKET_PREFIX");
    const bool has_control_bytes = std::any_of(
        prefix.begin(), prefix.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
    if (!base::is_utf8(prefix) || has_control_bytes) {
        settings.add_fault("BUCKET_PREFIX", prefix, "use UTF-8 text without control characters");
    } else if (base::utf8_character_count(prefix) > kPrefixCharactersMax) {
        settings.add_fault("BUCKET_PREFIX", prefix,
                           fmt::format("use at most {} characters", kPrefixCharactersMax));
    }
    return std::string(trim_slashes(prefix));
}

Destination read_destination(base::SettingsReader& settings) {
    Destination destination;
    destination.bucket = settings.required("BUCKET_NAME", "lake-exports-123456789012");
    if (!destination.bucket.empty() && !is_bucket_name(destination.bucket)) {
        settings.add_fault("BUCKET_NAME", destination.bucket,
                           "use a bucket's name (not its ARN or URL): 3 to 63 of a-z 0-9 - . that "
                           "S3's naming rules allow");
    }
    destination.prefix = read_prefix(settings);
    destination.owner = settings.text("BUCKET_OWNER");
    if (!destination.owner.empty() &&
        (destination.owner.size() != kAccountDigits ||
         !std::all_of(destination.owner.begin(), destination.owner.end(), is_digit))) {
        settings.add_fault("BUCKET_OWNER", destination.owner,
                           "use the account id of the bucket's owner, 12 digits");
    }
    destination.kms_key_id = settings.text("KMS_KEY_ID");
    const auto printable = [](char c) { return c > ' ' && c < '\x7f'; };
    if (destination.kms_key_id.size() > kKmsKeyIdBytesMax ||
        !std::all_of(destination.kms_key_id.begin(), destination.kms_key_id.end(), printable)) {
        settings.add_fault("KMS_KEY_ID", destination.kms_key_id,
                           "use a key's id, alias or ARN without blanks");
    }
    destination.format = settings.choice<aws::ExportFormat>(
        "EXPORT_FORMAT",
        {{"DYNAMODB_JSON", aws::ExportFormat::dynamodb_json}, {"ION", aws::ExportFormat::ion}});
    return destination;
}

void read_incremental_settings(base::SettingsReader& settings, Config& config) {
    config.view_type = settings.choice<aws::ExportViewType>(
        "EXPORT_VIEW_TYPE", {{"NEW_AND_OLD_IMAGES", aws::ExportViewType::new_and_old_images},
                             {"NEW_IMAGE", aws::ExportViewType::new_image}});
    config.window_minutes_max = settings.integer("MAX_WINDOW_MINUTES", kWindowMinutesMax,
                                                 kWindowMinutesMin, kWindowMinutesMax);
    config.windows_per_run_max =
        settings.integer("MAX_WINDOWS_PER_RUN", kWindowsPerRunDefault, 1, kWindowsPerRunMax);
    config.lost_window = settings.choice<LostWindow>(
        "LOST_WINDOW", {{"fail", LostWindow::fail}, {"full", LostWindow::full}});
}

}  // namespace

std::optional<ExportMode> find_export_mode(std::string_view word) {
    for (const auto& [name, mode] : kModes) {
        if (word == name) return mode;
    }
    return std::nullopt;
}

std::string_view trim_slashes(std::string_view prefix) {
    while (prefix.starts_with('/'))
        prefix.remove_prefix(1);
    while (prefix.ends_with('/'))
        prefix.remove_suffix(1);
    return prefix;
}

Config read_config(base::SettingsReader& settings) {
    Config config;
    config.tables = read_tables(settings);
    config.destination = read_destination(settings);
    config.export_mode =
        settings.choice<ExportMode>("EXPORT_TYPE", {kModes[0], kModes[1], kModes[2]});
    read_incremental_settings(settings, config);
    return config;
}

}  // namespace table_export
