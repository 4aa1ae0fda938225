#include "runtime/local/verify_line.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <span>

#include <fmt/format.h>

#include "runtime/local/verify_names.h"

namespace local {
namespace {

using dynamodb::JsonKind;
using dynamodb::JsonScanner;
using dynamodb::Operation;
using Member = JsonMembers::Member;

constexpr std::size_t kSequenceNumberDigitsMax = 40;

base::Error faulty(std::string reason) {
    return {base::ErrorKind::data_invalid, std::move(reason)};
}

// Whether `name` is that of a metadata member or a column: `base` behind the prefix, at least
// `prefixes` times.
bool is_name_of(std::string_view name, std::string_view base, std::string_view prefix,
                std::size_t prefixes) {
    if (!name.ends_with(base)) return false;
    name.remove_suffix(base.size());
    std::size_t count = 0;
    for (; name.starts_with(prefix); ++count)
        name.remove_prefix(prefix.size());
    return name.empty() && count >= prefixes;
}

// Where the metadata begins: at the last operation.
std::optional<std::size_t> find_metadata(std::span<const Member> members, std::string_view prefix) {
    for (std::size_t i = members.size(); i > 0; --i) {
        if (is_name_of(members[i - 1].name, "operation", prefix, 1)) return i - 1;
    }
    return std::nullopt;
}

std::string_view text_value(const Member& member) {
    if (!member.value.starts_with('"')) return {};
    return member.value.substr(1, member.value.size() - 2);
}

std::optional<Operation> operation_of(std::string_view word) {
    if (word == "INSERT") return Operation::insert;
    if (word == "MODIFY") return Operation::modify;
    if (word == "REMOVE") return Operation::remove;
    return std::nullopt;
}

std::optional<std::string> read_sequence_number(const Member& member) {
    const std::string_view digits = text_value(member);
    if (digits.empty() || digits.size() > kSequenceNumberDigitsMax ||
        digits.find_first_not_of("0123456789") != std::string_view::npos)
        return std::nullopt;
    return std::string(digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1)));
}

bool read_integer(std::string_view text, std::int64_t& number) {
    const char* const begin = text.data();
    const char* const end = begin + text.size();
    const auto [behind, error] = std::from_chars(begin, end, number);
    return error == std::errc() && behind == end;
}

// The metadata into `line`; what is wrong with it, or nothing.
std::optional<std::string> read_metadata(std::span<const Member> metadata, std::string_view prefix,
                                         LakeLine& line) {
    static constexpr std::array<std::string_view, 5> kNames = {
        "operation", "event_id", "sequence_number", "event_time_ms", "ttl_delete"};
    bool has_time = false;
    std::size_t next = 0;  // of kNames
    for (const Member& member : metadata) {
        while (next < kNames.size() && !is_name_of(member.name, kNames[next], prefix, 1))
            ++next;
        if (next == kNames.size())
            return fmt::format("{} behind the metadata's {}operation", member.name, prefix);
        const std::string_view name = kNames[next++];
        if (name == "operation") {
            const auto operation = operation_of(text_value(member));
            if (!operation) return fmt::format("{} is no operation", member.name);
            line.operation = *operation;
        } else if (name == "sequence_number") {
            auto number = read_sequence_number(member);
            if (!number) return fmt::format("{} is not 1 to 40 digits", member.name);
            line.sequence_number = *std::move(number);
        } else if (name == "event_time_ms") {
            if (!read_integer(member.value, line.time_ms))
                return fmt::format("{} is no time in milliseconds", member.name);
            has_time = true;
        }
    }
    if (!has_time) return fmt::format("no {}event_time_ms", prefix);
    return std::nullopt;
}

// The columns that firehose_transform adds for TIMESTAMP_ATTRIBUTE, between attributes and
// metadata.
std::size_t count_columns(std::span<const Member> members, const LakeLine& line,
                          const LakeSettings& settings) {
    const std::string& attribute = settings.timestamp_attribute;
    if (attribute.empty() || line.sequence_number.empty() || members.size() < 3) return 0;
    const bool lower = settings.line.names == dynamodb::LineNames::lower;
    const auto is_it = [&](const Member& member) {
        return member.value != "null" &&
               (member.name == attribute || (lower && member.name == lower_ascii(attribute)));
    };
    const std::span<const Member> last = members.last(3);
    const std::string_view prefix = settings.line.metadata_prefix;
    const bool there = std::any_of(members.begin(), members.end(), is_it) &&
                       is_name_of(last[0].name, "date", prefix, 0) &&
                       is_name_of(last[1].name, "hour", prefix, 0) &&
                       is_name_of(last[2].name, "minute", prefix, 0);
    return there ? 3 : 0;
}

std::string object_of(std::span<const Member> members) {
    std::string object = "{";
    if (!members.empty()) {
        const char* const begin = members.front().member.data();
        const std::string_view last = members.back().member;
        object.append(begin, static_cast<std::size_t>(last.data() + last.size() - begin));
    }
    return object + "}";
}

base::Result<base::Done> read_flat(const JsonMembers& members, std::size_t metadata,
                                   const KeySchema& schema, const LakeSettings& settings,
                                   LakeLine& line) {
    auto key = key_of_line(schema, members, settings.line);
    if (!key) return std::move(key).error();
    line.key = *std::move(key);
    if (line.operation == Operation::remove) return base::Done{};
    const std::span<const Member> image = std::span(members.all()).first(metadata);
    line.image = object_of(image.first(image.size() - count_columns(image, line, settings)));
    return base::Done{};
}

base::Result<base::Done> read_envelope(const JsonMembers& members, const KeySchema& schema,
                                       const LakeSettings& settings, LakeLine& line) {
    const auto image = [&](std::string_view name) -> std::string_view {
        const auto place = members.find(name);
        if (!place || !members.all()[*place].value.starts_with('{')) return {};
        return members.all()[*place].value;
    };
    std::string_view keyed = image("keys");
    if (keyed.empty()) keyed = image("new");
    if (keyed.empty()) keyed = image("old");
    if (keyed.empty()) return faulty("an envelope without keys and images");
    JsonScanner scanner(keyed);
    auto key = key_of_line(schema, JsonMembers(scanner), settings.line);
    if (!key) return std::move(key).error();
    line.key = *std::move(key);
    if (line.operation == Operation::remove) return base::Done{};
    line.image = image("new");
    line.has_image = !line.image.empty();
    return base::Done{};
}

}  // namespace

base::Result<LakeLine> parse_lake_line(std::string_view text, const KeySchema& schema,
                                       const LakeSettings& settings) {
    JsonScanner scanner(text);
    const JsonMembers members(scanner);
    scanner.expect_end();
    if (!scanner.ok()) return scanner.error("the line");
    const std::string_view prefix = settings.line.metadata_prefix;
    const auto metadata = find_metadata(members.all(), prefix);
    if (!metadata) return faulty(fmt::format("no {}operation", prefix));
    LakeLine line;
    const std::span<const Member> last = std::span(members.all()).subspan(*metadata);
    if (auto fault = read_metadata(last, prefix, line)) return faulty(*std::move(fault));
    const auto read = settings.line.shape == dynamodb::LineShape::envelope
                          ? read_envelope(members, schema, settings, line)
                          : read_flat(members, *metadata, schema, settings, line);
    if (!read) return read.error();
    return line;
}

std::vector<std::string> key_names_of_envelope(std::string_view text) {
    std::vector<std::string> names;
    JsonScanner scanner(text);
    const JsonMembers members(scanner);
    const auto keys = members.find("keys");
    if (!scanner.ok() || !keys || !members.all()[*keys].value.starts_with('{')) return names;
    JsonScanner inside(members.all()[*keys].value);
    const JsonMembers attributes(inside);
    for (const Member& member : attributes.all())
        names.emplace_back(member.name);
    return names;
}

}  // namespace local
