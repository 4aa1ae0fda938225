#include "runtime/local/verify_report.h"

#include <fmt/format.h>

#include "common/base/json_text.h"
#include "common/codec/json.h"

namespace local {
namespace {

constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kGreen = "\x1b[32m";
constexpr std::string_view kPlain = "\x1b[0m";
// Names may have 64 KB.
constexpr std::size_t kDetailBytesMax = 300;

constexpr DifferenceKind kKinds[] = {DifferenceKind::missing, DifferenceKind::extra,
                                     DifferenceKind::different, DifferenceKind::keys_only};

std::string paint(std::string_view text, std::string_view ink, Colour colour) {
    if (colour == Colour::off) return std::string(text);
    return fmt::format("{}{}{}", ink, text, kPlain);
}

std::string_view word_of(dynamodb::Operation operation) {
    switch (operation) {
        case dynamodb::Operation::insert:
            return "INSERT";
        case dynamodb::Operation::modify:
            return "MODIFY";
        case dynamodb::Operation::remove:
            break;
    }
    return "REMOVE";
}

// In one line, whatever it holds.
std::string shown(std::string_view text) {
    std::string out;
    base::append_escaped_text(out, text, kDetailBytesMax);
    return out;
}

std::string detail_of(const KeyDifference& difference) {
    std::string text = shown(difference.detail);
    if (difference.kind == DifferenceKind::keys_only)
        text = "the newest line carries no image (is the stream's view KEYS_ONLY or OLD_IMAGE?)";
    if (!difference.newest) return text;
    const NewestLine& newest = *difference.newest;
    return fmt::format("{}{}newest: {} at {}, {} line {}", text, text.empty() ? "" : "; ",
                       word_of(newest.operation), base::format_iso8601_ms(newest.time_ms),
                       newest.file, newest.line);
}

std::string verdict_text(const VerifyResult& result, Colour colour) {
    const VerifyCounts& counts = result.counts;
    const std::string of = fmt::format("export of {} at {}", result.table_name,
                                       base::format_iso8601_ms(result.export_time_ms));
    if (result.is_equal())
        return fmt::format("{}: the lake holds all {:L} items, {}\n",
                           paint("equal", kGreen, colour), counts.items, of);
    std::string kinds;
    for (const DifferenceKind kind : kKinds) {
        if (counts.of(kind) > 0)
            kinds +=
                fmt::format("{}{:L} {}", kinds.empty() ? "" : ", ", counts.of(kind), name_of(kind));
    }
    if (counts.bad_lines > 0)
        kinds += fmt::format("{}{:L} bad lines", kinds.empty() ? "" : ", ", counts.bad_lines);
    return fmt::format("{}: {} ({:L} of {:L} items equal), {}\n", paint("different", kRed, colour),
                       kinds, counts.equal_items, counts.items, of);
}

std::string counts_text(const VerifyResult& result) {
    const VerifyCounts& counts = result.counts;
    std::string text =
        fmt::format("  {:L} lines in {:L} files", counts.lake_lines, counts.lake_files);
    if (counts.later_lines > 0)
        text += fmt::format(", {:L} later than the export", counts.later_lines);
    if (result.lake_newest_ms)
        text += fmt::format(", the newest of {}", base::format_iso8601_ms(*result.lake_newest_ms));
    if (counts.boundary_items > 0)
        text += fmt::format(
            "; {:L} items changed within a second of the export's time, where any "
            "cut was taken",
            counts.boundary_items);
    return text + "\n";
}

void add_difference(codec::JsonWriter& json, const KeyDifference& difference) {
    json.begin_object()
        .key("key")
        .raw(difference.key)
        .member("kind", name_of(difference.kind))
        .member("detail", difference.detail)
        .key("newest_line");
    if (!difference.newest) {
        json.null().end_object();
        return;
    }
    const NewestLine& newest = *difference.newest;
    json.begin_object().member("operation", word_of(newest.operation));
    if (!newest.sequence_number.empty()) json.member("sequence_number", newest.sequence_number);
    json.member_integer("event_time_ms", newest.time_ms)
        .member("file", newest.file)
        .member_integer("line", static_cast<std::int64_t>(newest.line))
        .end_object()
        .end_object();
}

void add_counts(codec::JsonWriter& json, const VerifyCounts& counts) {
    json.member_integer("items", counts.items)
        .member_integer("equal_items", counts.equal_items)
        .member_integer("boundary_items", counts.boundary_items);
    for (const DifferenceKind kind : kKinds)
        json.member_integer(name_of(kind), counts.of(kind));
    json.member_integer("lake_files", counts.lake_files)
        .member_integer("lake_lines", counts.lake_lines)
        .member_integer("later_lines", counts.later_lines)
        .member_integer("bad_lines", counts.bad_lines);
}

}  // namespace

std::string result_text(const VerifyResult& result, Colour colour) {
    std::string text = verdict_text(result, colour) + counts_text(result);
    for (const KeyDifference& difference : result.differences)
        text += fmt::format("  {:<9}  {}  {}\n", name_of(difference.kind), difference.key,
                            detail_of(difference));
    std::int64_t all = 0;
    for (const DifferenceKind kind : kKinds)
        all += result.counts.of(kind);
    const auto listed = static_cast<std::int64_t>(result.differences.size());
    if (all > listed) text += fmt::format("  … and {:L} more (--list N)\n", all - listed);
    for (const BadLakeLine& bad : result.bad_lines)
        text += fmt::format("  bad line   {} line {}: {}\n", bad.file, bad.line, shown(bad.reason));
    const std::int64_t unlisted =
        result.counts.bad_lines - static_cast<std::int64_t>(result.bad_lines.size());
    if (unlisted > 0) text += fmt::format("  … and {:L} more bad lines (--list N)\n", unlisted);
    return text;
}

std::string result_json(const VerifyResult& result, std::int64_t duration_ms) {
    codec::JsonWriter json;
    json.begin_object()
        .member_boolean("equal", result.is_equal())
        .member("export_arn", result.export_arn)
        .member("table", result.table_name)
        .member("export_time", base::format_iso8601_ms(result.export_time_ms))
        .key("key")
        .begin_array();
    for (const std::string& name : result.key_names)
        json.text(name);
    json.end_array();
    add_counts(json, result.counts);
    json.key("lake_newest");
    if (result.lake_newest_ms) {
        json.text(base::format_iso8601_ms(*result.lake_newest_ms));
    } else {
        json.null();
    }
    json.key("differences").begin_array();
    for (const KeyDifference& difference : result.differences)
        add_difference(json, difference);
    json.end_array().key("bad_line_list").begin_array();
    for (const BadLakeLine& bad : result.bad_lines) {
        json.begin_object()
            .member("file", bad.file)
            .member_integer("line", static_cast<std::int64_t>(bad.line))
            .member("reason", bad.reason)
            .end_object();
    }
    json.end_array().key("warnings").begin_array();
    for (const std::string& warning : result.warnings)
        json.text(warning);
    return json.end_array().member_integer("duration_ms", duration_ms).end_object().take() + "\n";
}

}  // namespace local
