#include "functions/stream_to_kinesis/config.h"

#include <algorithm>
#include <array>

#include "common/dynamodb/table_template.h"

namespace stream_to_kinesis {
namespace {

constexpr std::string_view kStreamResource = "stream/";
constexpr std::size_t kStreamNameCharactersMax = 128;
constexpr std::int64_t kRecordKibDefault = 1'024;
constexpr std::int64_t kRecordKibMax = 10'240;

bool is_stream_name(std::string_view name) {
    return !name.empty() && name.size() <= kStreamNameCharactersMax &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '.' || c == '-';
           });
}

// "arn", partition, "kinesis", region, account, resource.
using ArnParts = std::array<std::string_view, 6>;

ArnParts split_arn(std::string_view arn) {
    ArnParts parts;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
        const std::size_t colon = std::min(arn.find(':'), arn.size());
        parts.at(i) = arn.substr(0, colon);
        arn.remove_prefix(std::min(colon + 1, arn.size()));
    }
    parts.back() = arn;
    return parts;
}

bool is_stream_arn(std::string_view text) {
    const auto [arn, partition, service, region, account, resource] = split_arn(text);
    return arn == "arn" && !partition.empty() && service == "kinesis" && !region.empty() &&
           !account.empty() && resource.starts_with(kStreamResource) &&
           is_stream_name(resource.substr(kStreamResource.size()));
}

std::string read_stream(base::SettingsReader& settings) {
    constexpr std::string_view kName = "KINESIS_STREAM_NAME";
    std::string stream = settings.required(kName, "DYNAMODB-{table}");
    // A table's name has at least one character, and only such as a stream's name may have.
    const std::string filled = dynamodb::fill_table_template(stream, "t");
    if (!stream.empty() && !is_stream_name(filled) && !is_stream_arn(filled)) {
        settings.add_fault(kName, stream,
                           "use a stream's name, its ARN, or a template with {table} for the "
                           "table's name");
    }
    return stream;
}

void read_poison_records(base::SettingsReader& settings, Config& config) {
    constexpr std::string_view kName = "POISON_RECORDS";
    constexpr std::string_view kUriName = "QUARANTINE_URI";
    const std::string uri = settings.text(kUriName);
    if (!uri.empty()) {
        auto parsed = parse_quarantine_uri(uri);
        if (parsed) {
            config.quarantine = *std::move(parsed);
        } else {
            settings.add_fault(kUriName, uri, parsed.error().message);
        }
    }
    const std::pair<std::string_view, PoisonRecords> block{"block", PoisonRecords::block};
    const std::pair<std::string_view, PoisonRecords> quarantine{"quarantine",
                                                                PoisonRecords::quarantine};
    const std::pair<std::string_view, PoisonRecords> drop{"drop", PoisonRecords::drop};
    config.poison_records = uri.empty() ? settings.choice(kName, {block, quarantine, drop})
                                        : settings.choice(kName, {quarantine, block, drop});
    if (uri.empty() && config.poison_records == PoisonRecords::quarantine) {
        settings.add_fault(kName, "quarantine",
                           "set QUARANTINE_URI to s3://bucket/prefix/ or to an SQS queue's URL");
    }
}

Aggregation read_aggregation(base::SettingsReader& settings, PartitionKey partition_key) {
    constexpr std::string_view kName = "AGGREGATION";
    const auto aggregation = settings.choice<Aggregation>(
        kName, {{"none", Aggregation::none}, {"kpl", Aggregation::kpl}});
    if (aggregation == Aggregation::kpl && partition_key == PartitionKey::random) {
        settings.add_fault(kName, "kpl",
                           "use none with PARTITION_KEY=random: an aggregate's records share a "
                           "shard");
    }
    return aggregation;
}

}  // namespace

Config read_config(base::SettingsReader& settings) {
    Config config;
    config.stream = read_stream(settings);
    config.record_format = settings.choice<RecordFormat>(
        "RECORD_FORMAT", {{"native", RecordFormat::native}, {"line", RecordFormat::line}});
    config.filter = dynamodb::read_change_filter(settings);
    config.line = dynamodb::read_line_settings(settings);
    config.partition_key = settings.choice<PartitionKey>(
        "PARTITION_KEY", {{"item", PartitionKey::item}, {"random", PartitionKey::random}});
    config.aggregation = read_aggregation(settings, config.partition_key);
    read_poison_records(settings, config);
    config.record_bytes_max =
        static_cast<std::size_t>(
            settings.integer("MAX_RECORD_KIB", kRecordKibDefault, kRecordKibDefault, kRecordKibMax))
        << 10U;
    return config;
}

std::string_view region_of_stream(std::string_view stream) {
    return is_stream_arn(dynamodb::fill_table_template(stream, "t")) ? split_arn(stream)[3]
                                                                     : std::string_view();
}

}  // namespace stream_to_kinesis
