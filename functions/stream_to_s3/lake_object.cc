#include "functions/stream_to_s3/lake_object.h"

#include <algorithm>
#include <cassert>
#include <compare>

#include <fmt/format.h>

#include "common/codec/digest.h"
#include "common/codec/gzip.h"
#include "common/codec/hex.h"
#include "common/dynamodb/change_record.h"
#include "common/lake/lake_uri.h"

namespace stream_to_s3 {
namespace {

constexpr std::size_t kHashDigits = 8;

std::string hash_of(const std::vector<std::string_view>& sequence_numbers) {
    std::string lines;
    for (const std::string_view number : sequence_numbers)
        lines.append(number).append("\n");
    return codec::hex_lower(codec::sha256(lines)).substr(0, kHashDigits);
}

}  // namespace

ObjectPlace place_of(const LakeObject& object, const Config& config) {
    assert(!object.sequence_numbers.empty());
    const auto [lowest, highest] =
        std::minmax_element(object.sequence_numbers.begin(), object.sequence_numbers.end(),
                            [](std::string_view left, std::string_view right) {
                                return dynamodb::compare_sequence_numbers(left, right) < 0;
                            });
    const std::string name = fmt::format("dt={}/{}-{}-{}-{}.{}", object.dt, object.table, *lowest,
                                         *highest, hash_of(object.sequence_numbers),
                                         config.format == Format::csv ? "csv" : "json.gz");
    lake::ObjectUri uri = lake::lake_folder(config.lake_uri, object.table).below(name);
    return {std::move(uri.bucket), std::move(uri.key)};
}

std::string body_of(const LakeObject& object, Format format) {
    return format == Format::csv ? object.text : codec::gzip_compress(object.text);
}

std::string_view content_type_of(Format format) {
    return format == Format::csv ? "text/csv" : "application/gzip";
}

}  // namespace stream_to_s3
