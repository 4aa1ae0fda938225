#include "runtime/local/firehose_prefix.h"

#include <algorithm>
#include <cassert>

#include <fmt/format.h>

namespace local {
namespace {

constexpr std::string_view kDefaultTimestamp = "yyyy/MM/dd/HH/";
constexpr std::size_t kRandomStringCharacters = 11;

base::Error bad_prefix(std::string message) {
    return {base::ErrorKind::config_invalid, std::move(message)};
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string random_string(base::Random& random) {
    constexpr std::string_view kAlphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    std::string text;
    for (std::size_t i = 0; i < kRandomStringCharacters; ++i)
        text += kAlphabet[base::below(random, kAlphabet.size())];
    return text;
}

// `count` times the letter: the number, padded to that width; two letters of a year are its last
// two digits.
base::Result<std::string> format_letter(char letter, std::size_t count, const base::UtcTime& time) {
    const auto padded = [&](auto number) { return fmt::format("{:0{}}", number, count); };
    switch (letter) {
        case 'y':
            return count == 2 ? fmt::format("{:02}", time.year % 100) : padded(time.year);
        case 'M':
            if (count > 2) break;  // a month's name
            return padded(time.month);
        case 'd':
            return padded(time.day);
        case 'H':
            return padded(time.hour);
        case 'm':
            return padded(time.minute);
        case 's':
            return padded(time.second);
        default:
            break;
    }
    return bad_prefix(fmt::format("timestamp: {} is not known here: use y M MM d H m s",
                                  std::string(count, letter)));
}

}  // namespace

base::Result<std::string> format_timestamp(std::string_view pattern, base::EpochMs time_ms) {
    const base::UtcTime time = base::utc_time(time_ms);
    std::string text;
    while (!pattern.empty()) {
        const char first = pattern.front();
        if (first == '\'') {
            const std::size_t end = pattern.find('\'', 1);
            if (end == std::string_view::npos)
                return bad_prefix("timestamp: a quote has no second one");
            text += end == 1 ? std::string_view("'") : pattern.substr(1, end - 1);
            pattern.remove_prefix(end + 1);
            continue;
        }
        const std::size_t count =
            is_letter(first) ? std::min(pattern.find_first_not_of(first), pattern.size()) : 1;
        if (is_letter(first)) {
            auto letters = format_letter(first, count, time);
            if (!letters) return letters;
            text += *letters;
        } else {
            text += first;
        }
        pattern.remove_prefix(count);
    }
    return text;
}

base::Result<FirehosePrefix::Piece> FirehosePrefix::parse_expression(std::string_view expression) {
    const std::size_t colon = expression.find(':');
    const std::string_view space = expression.substr(0, colon);
    const std::string value(colon == std::string_view::npos ? "" : expression.substr(colon + 1));
    if (space == "timestamp" && !value.empty()) {
        if (const auto formatted = format_timestamp(value, 0); !formatted) return formatted.error();
        return Piece{Part::timestamp, value};
    }
    if (space == "firehose" && value == "random-string") return Piece{Part::random_string, {}};
    if (space == "firehose" && value == "error-output-type")
        return Piece{Part::error_output_type, {}};
    if (space == "partitionKeyFromLambda" && !value.empty()) return Piece{Part::key, value};
    return bad_prefix(fmt::format(
        "!{{{}}}: use timestamp:<pattern>, firehose:random-string, firehose:error-output-type or "
        "partitionKeyFromLambda:<name>",
        expression));
}

base::Result<FirehosePrefix> FirehosePrefix::split(std::string_view prefix) {
    FirehosePrefix parsed;
    while (!prefix.empty()) {
        const std::size_t begin = std::min(prefix.find("!{"), prefix.size());
        if (begin > 0) parsed.pieces_.push_back({Part::text, std::string(prefix.substr(0, begin))});
        prefix.remove_prefix(begin);
        if (prefix.empty()) break;
        const std::size_t end = prefix.find('}');
        if (end == std::string_view::npos) return bad_prefix("!{ has no } behind it");
        auto piece = parse_expression(prefix.substr(2, end - 2));
        if (!piece) return std::move(piece).error();
        if (piece->part == Part::key) parsed.key_names_.push_back(piece->value);
        parsed.pieces_.push_back(*std::move(piece));
        prefix.remove_prefix(end + 1);
    }
    return parsed;
}

bool FirehosePrefix::has(Part part) const {
    return std::ranges::find(pieces_, part, &Piece::part) != pieces_.end();
}

bool FirehosePrefix::has_expressions() const {
    return std::ranges::any_of(pieces_,
                               [](const Piece& piece) { return piece.part != Part::text; });
}

base::Result<FirehosePrefix> FirehosePrefix::parse(std::string_view prefix,
                                                   Partitioning partitioning) {
    auto parsed = split(prefix);
    if (!parsed) return parsed;
    if (parsed->has(Part::error_output_type))
        return bad_prefix("Prefix must not hold !{firehose:error-output-type}");
    const bool dynamic = partitioning == Partitioning::dynamic;
    if (dynamic == parsed->key_names_.empty())
        return bad_prefix(dynamic ? "dynamic partitioning: Prefix needs !{partitionKeyFromLambda:…}"
                                  : "!{partitionKeyFromLambda:…} needs dynamic partitioning");
    if (!dynamic && !parsed->has(Part::timestamp))
        parsed->pieces_.push_back({Part::timestamp, std::string(kDefaultTimestamp)});
    return parsed;
}

base::Result<FirehosePrefix> FirehosePrefix::parse_error(std::string_view error_prefix) {
    auto parsed = split(error_prefix);
    if (!parsed) return parsed;
    if (!parsed->key_names_.empty())
        return bad_prefix("ErrorOutputPrefix must not hold !{partitionKeyFromLambda:…}");
    if (parsed->has_expressions() && !parsed->has(Part::error_output_type))
        return bad_prefix("ErrorOutputPrefix must hold !{firehose:error-output-type}");
    if (parsed->has_expressions()) return parsed;
    parsed->pieces_.push_back({Part::error_output_type, {}});
    parsed->pieces_.push_back({Part::text, "/"});
    parsed->pieces_.push_back({Part::timestamp, std::string(kDefaultTimestamp)});
    return parsed;
}

std::string FirehosePrefix::evaluate(const PrefixMoment& moment, base::Random& random) const {
    std::string text;
    for (const Piece& piece : pieces_) {
        switch (piece.part) {
            case Part::text:
                text += piece.value;
                break;
            case Part::timestamp:
                text += *format_timestamp(piece.value, moment.time_ms);  // parsed before
                break;
            case Part::random_string:
                text += random_string(random);
                break;
            case Part::error_output_type:
                text += moment.error_output_type;
                break;
            case Part::key: {
                assert(moment.keys != nullptr);
                const auto key = moment.keys->find(piece.value);
                assert(key != moment.keys->end());
                text += key->second;
                break;
            }
        }
    }
    return text;
}

}  // namespace local
