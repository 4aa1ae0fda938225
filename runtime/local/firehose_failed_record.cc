#include "runtime/local/firehose_failed_record.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "common/codec/base64.h"
#include "common/codec/gzip.h"
#include "common/codec/json.h"
#include "runtime/local/text.h"

namespace local {
namespace {

constexpr std::string_view kGzipMagic = "\x1f\x8b";
constexpr std::size_t kLinesBytesMax = std::size_t{2} << 30U;

// The guide shows times in quotes, the service writes numbers.
std::optional<base::EpochMs> read_time(const codec::JsonValue& json, std::string_view name) {
    if (const auto number = codec::find_integer(json, name)) return number;
    const auto text = codec::find_text(json, name);
    if (!text) return std::nullopt;
    base::EpochMs time = 0;
    const auto [end, problem] = std::from_chars(text->data(), text->data() + text->size(), time);
    if (problem != std::errc() || end != text->data() + text->size()) return std::nullopt;
    return time;
}

base::Result<KeptRecord> parse_line(std::string_view line) {
    const auto json = codec::parse_json(line, "the line");
    if (!json) return json.error();
    const auto raw_data = codec::find_text(*json, "rawData");
    if (!raw_data)
        return base::Error{base::ErrorKind::data_invalid, "it has no text member rawData"};
    auto data = codec::base64_decode(*raw_data);
    if (!data)
        return base::Error{base::ErrorKind::data_invalid, "rawData: " + data.error().message};
    return KeptRecord{.data = *std::move(data), .arrival_ms = read_time(*json, "arrivalTimestamp")};
}

}  // namespace

std::string failed_record_line(const FailedRecord& record) {
    codec::JsonWriter json;
    json.begin_object()
        .member_integer("attemptsMade", record.attempts)
        .member_integer("arrivalTimestamp", record.arrival_ms)
        .member("errorCode", record.failure.code)
        .member("errorMessage", record.failure.message)
        .member_integer("attemptEndingTimestamp", record.ended_ms)
        .member("rawData", codec::base64_encode(record.raw_data))
        .member("lambdaArn", record.lambda_arn)
        .end_object();
    return json.take() + "\n";
}

KeptRecords parse_failed_records(std::string_view lines) {
    KeptRecords kept;
    for (std::size_t number = 1; !lines.empty(); ++number) {
        const std::string_view line = lines.substr(0, lines.find('\n'));
        lines.remove_prefix(std::min(lines.size(), line.size() + 1));
        if (trim(line).empty()) continue;
        auto record = parse_line(line);
        if (record) {
            record->line = number;
            kept.records.push_back(*std::move(record));
        } else {
            kept.bad.push_back({.line = number, .reason = record.error().message});
        }
    }
    return kept;
}

base::Result<std::string> plain_lines(std::string bytes) {
    if (!bytes.starts_with(kGzipMagic)) return bytes;
    return codec::gzip_decompress(bytes, kLinesBytesMax);
}

}  // namespace local
